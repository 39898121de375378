package org.gradcam4j.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.gradcam4j.evaluation.data.Fixtures.jpeg;
import static org.gradcam4j.evaluation.data.Fixtures.object;
import static org.gradcam4j.evaluation.data.Fixtures.write;
import static org.gradcam4j.evaluation.data.Fixtures.xml;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.gradcam4j.TestData;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.zoo.ImageNetClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNetDatasetTest {
  private static final String MAPPING =
      "n01440764 tench, Tinca tinca\nn02100735 English setter\nn02119789 kit fox, Vulpes macrotis\n";
  private static final int TENCH = 0;
  private static final int SETTER = 1;
  private static final int FOX = 2;

  /**
   * What scipy 1.17 writes of an array of 4 structures as the development kit has it: 1 kit fox, 2
   * English setter, 3 tench, 1001 organism; without the header's text.
   */
  private static final String META =
      "AAAAAAAAAAAAAUlNDwAAAC0BAAB4nONjYGBYwcLAwAakOYCYiQECWKF8oBQDIxSzA3FxZV5xakkxUJ6FgQ8qbgHE"
          + "nj7BYUHORgaGRvGeLgzhfkACDsrzi1KK4by80tz45IzMnJSi1DwGsBkg/TD72dDsZ0TCIMAJFYeAD/Yg/Q5I"
          + "+lmw6OdE0i8A5ecZGBkaWppbWELFQeZ4EDBHAs0cED87s0QhLb9CRyGsNKcgtVghNzG5KL8ksxhkngGSeZwE"
          + "/MUEZVEWHgwOlISHgYG5sSlSeBAyhw/NHBDfNS89J7M4QwGYSEpSiyBi9A8HDgrCwdDExMDczAQpHAilCyE0"
          + "c0D8ktS85AwdhZDMvOREhRIQiTCP7uHh0U9BeACBiYk5KemCH80cED+/KD0xL7M4V0chKTUzL52scACVTQA8"
          + "iD4y";

  @TempDir private Path folder;

  private Path photo(String home, int number, int width, int height) throws IOException {
    return write(
        folder.resolve(home).normalize().resolve("Data/CLS-LOC/val").resolve(id(number) + ".JPEG"),
        jpeg(width, height));
  }

  private Path boxes(String home, int number, String xml) throws IOException {
    return write(
        folder
            .resolve(home)
            .normalize()
            .resolve("Annotations/CLS-LOC/val")
            .resolve(id(number) + ".xml"),
        xml);
  }

  private static String id(int number) {
    return DevelopmentKit.id(number);
  }

  private Path solution(String... lines) throws IOException {
    write(folder.resolve("LOC_synset_mapping.txt"), MAPPING);
    return write(
        folder.resolve("LOC_val_solution.csv"),
        "ImageId,PredictionString\n" + String.join("\n", lines) + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "ILSVRC"})
  void boxesAreAsTheyStand(String home) throws IOException {
    photo(home, 12, 30, 20);
    photo(home, 3, 30, 20);
    boxes(home, 12, xml(30, 20, object("n02119789", "0", "0", "29", "19")));
    boxes(
        home,
        3,
        xml(
            30,
            20,
            object("n01440764", "1", "2", "3", "4"),
            object("n01440764", "5", "5", "9", "9")));
    solution(id(12) + ",n02119789 0 0 29 19 ", id(3) + ",n01440764 1 2 3 4 n01440764 5 5 9 9 ");

    Dataset data = Datasets.open(folder, null);

    assertThat(data.name()).isEqualTo("ImageNet val");
    assertThat(data.classes()).containsExactly("tench", "English setter", "kit fox");
    assertThat(data.problems()).isEmpty();
    assertThat(data.images()).extracting(AnnotatedImage::id).containsExactly(id(3), id(12));
    Annotation first = data.images().get(0).annotation();
    assertThat(first.classes()).containsExactly(TENCH);
    assertThat(first.objects())
        .containsExactly(
            new AnnotatedObject(TENCH, new Box(1, 2, 3, 4), false),
            new AnnotatedObject(TENCH, new Box(5, 5, 9, 9), false));
    assertThat(first.remarks()).isEmpty();
    Annotation second = data.images().get(1).annotation();
    assertThat(second.boxes(FOX)).containsExactly(new Box(0, 0, 29, 19));
    assertThat(second.remarks()).isEmpty();
    assertThat(data.images().get(1).photo().width()).isEqualTo(30);
  }

  @Test
  void theSolutionStandsInForMissingAndBrokenFiles() throws IOException {
    photo(".", 1, 30, 20);
    photo(".", 2, 30, 20);
    Path broken = boxes(".", 2, "<annotation>\n<");
    Path list =
        solution(
            id(1) + ",n01440764 1 2 3 4 n01440764 5 5 x 9 n01440764 7",
            id(2) + ",n02100735 0 0 40 19");

    Dataset data = Datasets.open(folder, "val");

    Annotation first = data.images().get(0).annotation();
    assertThat(first.boxes(TENCH)).containsExactly(new Box(1, 2, 3, 4));
    assertThat(first.width()).isEqualTo(30);
    assertThat(first.remarks())
        .containsExactly(
            list + ":2: no XML file of '" + id(1) + "': boxes are the solution's",
            list + ":2: xmax is 'x': expected a number; the box is left out",
            list
                + ":2: 12 words: expected class, xmin, ymin, xmax, ymax again and again; the last are left out");
    Annotation second = data.images().get(1).annotation();
    assertThat(second.boxes(SETTER)).containsExactly(new Box(0, 0, 29, 19));
    assertThat(second.remarks()).hasSize(2);
    assertThat(second.remarks().get(0))
        .startsWith(broken + ":2: no well-formed XML: ")
        .endsWith("; boxes are the solution's");
    assertThat(second.remarks().get(1))
        .isEqualTo(list + ":3: box 0,0 to 40,19 reaches out of the photo of 30x20: clipped");
  }

  @Test
  void disagreementIsRemarkedOn() throws IOException {
    photo(".", 1, 60, 40);
    Path file =
        boxes(
            ".",
            1,
            xml(
                30,
                20,
                object("n01440764", "0", "0", "14", "19"),
                object("n02119789", "1", "1", "1", "1")));
    Path list = solution(id(1) + ",n01440764 0 0 14 18");

    Annotation annotation = Datasets.open(folder, null).images().get(0).annotation();

    assertThat(annotation.classes()).containsExactly(TENCH, FOX);
    assertThat(annotation.boxes(TENCH)).containsExactly(new Box(0, 0, 29, 39));
    assertThat(annotation.remarks())
        .containsExactly(
            file + " and " + list + ":2 disagree about the boxes: those of the first are taken",
            file + ": annotated at 30x20, the photo has 60x40: boxes are scaled",
            file + ": a box of another class than the image's");
  }

  @Test
  void withoutASolutionTheBoxesSayTheClass() throws IOException {
    photo(".", 1, 30, 20);
    photo(".", 2, 30, 20);
    boxes(".", 1, xml(30, 20, object("n02119789", "0", "0", "29", "19")));
    Path empty = boxes(".", 2, xml(30, 20));
    Path alone = boxes(".", 3, xml(30, 20));
    Path broken = boxes(".", 4, "<");
    photo(".", 4, 30, 20);
    Files.delete(solution());

    Dataset data = Datasets.open(folder, null);

    assertThat(data.images()).hasSize(1);
    assertThat(data.images().get(0).annotation().classes()).containsExactly(FOX);
    assertThat(data.images().get(0).annotation().remarks()).isEmpty();
    assertThat(data.problems()).hasSize(3);
    assertThat(data.problems().get(0))
        .isEqualTo(empty + " has no object of a class of LOC_synset_mapping.txt");
    assertThat(data.problems().get(1)).isEqualTo(alone + " has no photo in Data/CLS-LOC/val");
    assertThat(data.problems().get(2)).startsWith(broken + ":1: no well-formed XML");
  }

  @Test
  void oddLinesAreProblems() throws IOException {
    photo(".", 1, 30, 20);
    Path list =
        solution(
            id(1) + ",n01440764 1 2 3 4",
            id(1) + ",n01440764 1 2 3 4",
            id(2) + ",n01440764 1 2 3 4",
            id(1) + ",n99999999 1 2 3 4",
            "nonsense");

    Dataset data = Datasets.open(folder, null);

    assertThat(data.images()).hasSize(1);
    assertThat(data.problems())
        .containsExactlyInAnyOrder(
            list + ":3: '" + id(1) + "' is there twice",
            list + ":4: '" + id(2) + "' has no photo in Data/CLS-LOC/val",
            list
                + ":5: '"
                + id(1)
                + ",n99999999 1 2 3 4': expected an id, a comma and a class of LOC_synset_mapping.txt",
            list + ":6: 'nonsense': expected an id, a comma and a class of LOC_synset_mapping.txt");
  }

  @Test
  void aBrokenMappingIsAnError() throws IOException {
    photo(".", 1, 30, 20);
    solution();
    Path mapping = write(folder.resolve("LOC_synset_mapping.txt"), MAPPING + "n01440764 again\n");
    assertThatThrownBy(() -> Datasets.open(folder, null))
        .hasMessage(
            mapping
                + ":4: 'n01440764 again': expected a synset and its names, 'n01440764 tench, Tinca tinca', each once");
    write(mapping, "\n");
    assertThatThrownBy(() -> Datasets.open(folder, null))
        .hasMessage(mapping + " is empty: expected a line for each class");
  }

  @Test
  void otherSplitsAreRefused() throws IOException {
    photo(".", 1, 30, 20);
    solution();
    assertThatThrownBy(() -> Datasets.open(folder, "train"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no split 'train' of ImageNet: expected val;");
  }

  private void kit(String data) throws IOException {
    write(folder.resolve("val/" + id(1) + ".JPEG"), jpeg(30, 20));
    write(folder.resolve("val/" + id(5) + ".JPEG"), jpeg(30, 20));
    write(
        folder.resolve("bbox_val/val/" + id(1) + ".xml"),
        xml(30, 20, object("n01440764", "0", "1", "29", "19")));
    write(
        folder.resolve(data).normalize().resolve("ILSVRC2014_clsloc_validation_ground_truth.txt"),
        "3\n2\n\n4\n1\n");
    write(
        folder.resolve(data).normalize().resolve("ILSVRC2014_clsloc_validation_blacklist.txt"),
        "5\nthree\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "data", "ILSVRC2014_devkit/data"})
  void theKitsIdsAreNotInTheOrderOfTheSynsets(String data) throws IOException {
    kit(data);
    write(
        folder.resolve(data).normalize().resolve("map_clsloc.txt"),
        "n02119789 1 kit_fox\nn02100735 2 English_setter\nn01440764 3 tench\n");

    assertKit(Datasets.open(folder, null), data);
  }

  @Test
  void theKitsIdsStandInAMatlabFile() throws IOException {
    String data = "ILSVRC2012_devkit_t12/data";
    kit(data);
    ByteArrayOutputStream mat = new ByteArrayOutputStream();
    mat.writeBytes(("MATLAB 5.0 MAT-file" + " ".repeat(97)).getBytes(StandardCharsets.US_ASCII));
    mat.writeBytes(Base64.getDecoder().decode(META));
    write(folder.resolve(data).normalize().resolve("meta.mat"), mat.toByteArray());

    assertKit(Datasets.open(folder, null), data);
  }

  private void assertKit(Dataset kit, String data) throws IOException {
    assertThat(kit.name()).isEqualTo("ImageNet val");
    assertThat(kit.classes()).containsExactly("tench", "English setter", "kit fox");
    assertThat(kit.images()).extracting(AnnotatedImage::id).containsExactly(id(1), id(5));
    Annotation first = kit.images().get(0).annotation();
    assertThat(first.classes()).containsExactly(TENCH);
    assertThat(first.boxes(TENCH)).containsExactly(new Box(0, 1, 29, 19));
    assertThat(first.blacklisted()).isFalse();
    assertThat(first.remarks()).isEmpty();
    Annotation second = kit.images().get(1).annotation();
    assertThat(second.classes()).containsExactly(FOX);
    assertThat(second.objects()).isEmpty();
    assertThat(second.blacklisted()).isTrue();
    assertThat(second.remarks()).containsExactly(id(5) + ": no boxes");
    Path home = folder.resolve(data).normalize();
    Path truth = home.resolve("ILSVRC2014_clsloc_validation_ground_truth.txt");
    assertThat(kit.problems())
        .extracting(line -> line.replace("/./", "/"))
        .containsExactlyInAnyOrder(
            home.resolve("ILSVRC2014_clsloc_validation_blacklist.txt")
                + ":2: 'three': expected an image's number",
            truth + ":2: '" + id(2) + "' has no photo in " + folder.resolve("val"),
            truth + ":4: '4': expected a class of the kit, 1 to 3");
  }

  @Test
  void aKitWithoutItsClassesIsAnError() throws IOException {
    kit(".");
    assertThatThrownBy(() -> Datasets.open(folder, null))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no map_clsloc.txt and no meta.mat in " + folder);
    Path meta = write(folder.resolve("meta.mat"), "no MATLAB");
    assertThatThrownBy(() -> Datasets.open(folder, null))
        .isInstanceOf(IOException.class)
        .hasMessage(
            meta + " is no development kit's meta.mat: expected MATLAB's synsets with their ids");
    Path map = write(folder.resolve("map_clsloc.txt"), "kit_fox\n");
    assertThatThrownBy(() -> Datasets.open(folder, null))
        .hasMessage(map + ":1: 'kit_fox': expected synset, number and name, 'n02119789 1 kit_fox'");
  }

  @Test
  void fiftyThousandImagesOpenAtOnce() throws IOException {
    Path photos = Files.createDirectories(folder.resolve("Data/CLS-LOC/val"));
    Path boxes = Files.createDirectories(folder.resolve("Annotations/CLS-LOC/val"));
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= 50_000; i++) {
      Files.createFile(photos.resolve(id(i) + ".JPEG"));
      Files.createFile(boxes.resolve(id(i) + ".xml"));
      lines.add(id(i) + ",n01440764 1 2 3 4 ");
    }
    solution(lines.toArray(String[]::new));

    long start = System.nanoTime();
    Dataset data = Datasets.open(folder, null);
    double seconds = (System.nanoTime() - start) / 1e9;

    System.out.printf("50,000 images opened in %.2f s%n", seconds);
    assertThat(data.images()).hasSize(50_000);
    // Less than one here; more only if every file were opened or sorted again and again.
    assertThat(seconds).isLessThan(10);
  }

  @Test
  void realImagesAreThoseOfThePlainLists() throws IOException {
    Path root = TestData.require("ILSVRC");
    Dataset data = Datasets.open(root, null);

    assertThat(data.classes()).isEqualTo(ImageNetClasses.NAMES);
    assertThat(data.problems()).isEmpty();
    assertThat(data.images()).hasSize(1300);
    List<String> synsets =
        Files.readAllLines(root.resolve("LOC_synset_mapping.txt")).stream()
            .map(line -> line.substring(0, 9))
            .toList();
    Map<String, List<AnnotatedObject>> solutions = new TreeMap<>();
    for (String line : Files.readAllLines(root.resolve("LOC_val_solution.csv"))) {
      String[] words = line.split("[, ]");
      List<AnnotatedObject> objects = new ArrayList<>();
      for (int i = 1; i + 4 < words.length; i += 5) {
        objects.add(
            new AnnotatedObject(
                synsets.indexOf(words[i]),
                new Box(
                    Integer.parseInt(words[i + 1]),
                    Integer.parseInt(words[i + 2]),
                    Integer.parseInt(words[i + 3]),
                    Integer.parseInt(words[i + 4])),
                false));
      }
      solutions.put(words[0], objects);
    }
    for (AnnotatedImage image : data.images()) {
      Annotation annotation = image.annotation();
      assertThat(annotation.remarks()).isEmpty();
      assertThat(annotation.objects()).isEqualTo(solutions.get(image.id()));
      assertThat(annotation.classes())
          .containsExactly(solutions.get(image.id()).get(0).classIndex());
    }
  }
}
