package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.Target;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Methods;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.junit.jupiter.api.Test;

/** What the README says, against the project. */
class ReadmeTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));

  /** Compiled, not run: it is the README's text. */
  static float[] snippet(ComputationGraph graph) throws IOException {
    // README begins
    try (Explainer explainer = Explainer.of(graph, Preprocessing.torchvision(224, 224))) {
      Photo photo = Photo.read(Path.of("photo.jpg"));
      Explanation e = explainer.explain(photo, new GradCam("layer4"), Target.topPredicted());
      ImageIO.write(e.overlay(), "png", new File("overlay.png"));
      return e.map().values();
    }
    // README ends
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  @Test
  void theLibrarySnippetCompiles() throws IOException {
    String source =
        Files.readString(ROOT.resolve("cli/src/test/java/org/gradcam4j/cli/ReadmeTest.java"));
    String compiled =
        source.substring(
            source.indexOf("// README begins\n") + "// README begins\n".length(),
            source.indexOf("    // README ends\n"));
    String shown = readme().split("```java\n")[1].split("```")[0];
    assertThat(shown.strip()).isEqualTo(compiled.stripTrailing().stripIndent().strip());
  }

  @Test
  void theTablesNameEveryMethodAndNetwork() throws IOException {
    List<String> rows = readme().lines().filter(line -> line.startsWith("| `")).toList();
    for (Methods.Entry method : Methods.all()) {
      assertThat(rows).anyMatch(row -> row.startsWith("| `" + method.name() + "` |"));
    }
    for (NetworkAdapter model : Zoo.models()) {
      assertThat(rows).anyMatch(row -> row.contains("`" + model.id() + "`"));
    }
  }
}
