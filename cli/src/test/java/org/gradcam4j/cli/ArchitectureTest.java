package org.gradcam4j.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may use whom. */
class ArchitectureTest {
  private static final String CORE = "org.gradcam4j";
  private static JavaClasses project;

  @BeforeAll
  static void read() {
    project =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            // Core's fixtures, once they are packaged.
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages(CORE);
  }

  @Test
  void modulesPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("org.gradcam4j..")
        .layer("cli")
        .definedBy("org.gradcam4j.cli..")
        .optionalLayer("evaluation")
        .definedBy("org.gradcam4j.evaluation..")
        .layer("zoo")
        .definedBy("org.gradcam4j.zoo..")
        .layer("core")
        .definedBy(
            CORE,
            "org.gradcam4j.method..",
            "org.gradcam4j.pass..",
            "org.gradcam4j.plan..",
            "org.gradcam4j.kernel..",
            "org.gradcam4j.image..",
            "org.gradcam4j.file..",
            "org.gradcam4j.text..",
            "org.gradcam4j.device..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("evaluation")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("zoo")
        .mayOnlyBeAccessedByLayers("cli", "evaluation")
        .ensureAllClassesAreContainedInArchitecture()
        .check(project);
  }

  @Test
  void floorsOfCore() {
    uses("org.gradcam4j.kernel..");
    uses("org.gradcam4j.file..");
    uses("org.gradcam4j.text..");
    uses("org.gradcam4j.device..");
    uses("org.gradcam4j.image..", "org.gradcam4j.file..");
    uses("org.gradcam4j.plan..", "org.gradcam4j.kernel..", "org.gradcam4j.text..");
    uses("org.gradcam4j.pass..", "org.gradcam4j.plan..", "org.gradcam4j.kernel..");
    uses(
        "org.gradcam4j.method..",
        "org.gradcam4j.pass..",
        "org.gradcam4j.plan..",
        "org.gradcam4j.kernel..",
        "org.gradcam4j.image..",
        "org.gradcam4j.text..");
  }

  /** Of the project, a package uses itself and what stands below it. */
  private static void uses(String floor, String... below) {
    DescribedPredicate<JavaClass> projects = resideInAPackage("org.gradcam4j..");
    DescribedPredicate<JavaClass> allowed = resideInAPackage(floor).or(resideInAnyPackage(below));
    noClasses()
        .that()
        .resideInAPackage(floor)
        .should()
        .dependOnClassesThat(projects.and(not(allowed)))
        .check(project);
  }

  @Test
  void onlyTheReadersKnowDeeplearning4jsLayers() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.gradcam4j.method..",
            "org.gradcam4j.pass..",
            "org.gradcam4j.plan..",
            "org.gradcam4j.kernel..",
            "org.gradcam4j.image..")
        .and()
        .haveNameNotMatching("org\\.gradcam4j\\.plan\\.(\\w+Reader(\\$1)?|Replica)")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.deeplearning4j.nn.conf..")
        .check(project);
  }

  @Test
  void onlyKernelsCallOperations() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.gradcam4j.kernel..", "org.gradcam4j.evaluation..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.nd4j.linalg.api.ops..")
        .check(project);
  }

  @Test
  void nodesPassesAndMethodsKnowNoImplementationOfKernels() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.gradcam4j.method..",
            "org.gradcam4j.pass..",
            "org.gradcam4j.plan.node..",
            "org.gradcam4j.plan.rule..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("org\\.gradcam4j\\.kernel\\.\\w+(Kernels|Tensor)")
        .check(project);
  }

  @Test
  void namesSayWhatThingsAre() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .check(project);
  }
}
