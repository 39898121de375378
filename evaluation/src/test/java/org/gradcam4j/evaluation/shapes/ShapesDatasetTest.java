package org.gradcam4j.evaluation.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.gradcam4j.image.Photo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ShapesDatasetTest {
  private static final int COUNT = 12;
  private static final long SEED = 11;

  @TempDir private Path folder;

  @Test
  void annotationsSayWhatTheScenesAre() throws Exception {
    Path out = folder.resolve("new").resolve("voc");
    List<Integer> told = new ArrayList<>();
    ShapesDataset.write(out, SEED, COUNT, told::add);

    assertThat(told).hasSize(COUNT).endsWith(COUNT);
    assertThat(names(out.resolve("JPEGImages"))).hasSize(COUNT);
    assertThat(names(out.resolve("Annotations"))).hasSize(COUNT);
    for (int i = 0; i < COUNT; i++) {
      Scene scene = SceneGenerator.scene(SEED, i);
      String name = scene.image().name();
      Element xml = parse(out.resolve("Annotations").resolve(name + ".xml"));
      assertThat(text(xml, "filename")).isEqualTo(name + ".jpg");
      assertThat(text(xml, "width")).isEqualTo("112");
      assertThat(text(xml, "height")).isEqualTo("112");
      assertThat(text(xml, "depth")).isEqualTo("3");
      assertThat(objects(xml)).isEqualTo(scene.objects());
      assertLooksLike(Photo.read(out.resolve("JPEGImages").resolve(name + ".jpg")), scene.image());
    }
    assertThat(names(folder.resolve("new"))).containsExactly("voc");
  }

  private static List<SceneObject> objects(Element xml) {
    List<SceneObject> objects = new ArrayList<>();
    NodeList nodes = xml.getElementsByTagName("object");
    for (int i = 0; i < nodes.getLength(); i++) {
      Element object = (Element) nodes.item(i);
      assertThat(text(object, "pose")).isEqualTo("Unspecified");
      assertThat(text(object, "difficult")).isEqualTo("0");
      objects.add(
          new SceneObject(
              text(object, "name"),
              Integer.parseInt(text(object, "xmin")) - 1,
              Integer.parseInt(text(object, "ymin")) - 1,
              Integer.parseInt(text(object, "xmax")) - 1,
              Integer.parseInt(text(object, "ymax")) - 1,
              text(object, "truncated").equals("1")));
    }
    return objects;
  }

  private static void assertLooksLike(Photo found, Photo expected) {
    byte[] a = found.rgb();
    byte[] b = expected.rgb();
    assertThat(a).hasSameSizeAs(b);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xFF) - (b[i] & 0xFF));
    }
    assertThat(sum / a.length).isLessThan(6);
  }

  private static Element parse(Path file) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    DocumentBuilder builder = factory.newDocumentBuilder();
    return builder.parse(file.toFile()).getDocumentElement();
  }

  private static String text(Element element, String tag) {
    NodeList nodes = element.getElementsByTagName(tag);
    assertThat(nodes.getLength()).as(tag).isEqualTo(1);
    return nodes.item(0).getTextContent();
  }

  @Test
  void listsAgreeWithEachOtherAndTheScenes() throws IOException {
    Path out = folder.resolve("voc");
    ShapesDataset.write(out, SEED, COUNT, done -> {});
    Path lists = out.resolve("ImageSets").resolve("Main");

    List<String> train = Files.readAllLines(lists.resolve("train.txt"));
    List<String> val = Files.readAllLines(lists.resolve("val.txt"));
    List<String> both = Files.readAllLines(lists.resolve("trainval.txt"));
    assertThat(val).containsExactly("000004", "000009");
    assertThat(train).hasSize(COUNT - 2).doesNotContainAnyElementsOf(val);
    assertThat(both)
        .containsExactlyElementsOf(Stream.concat(train.stream(), val.stream()).sorted().toList());
    for (String name : SceneGenerator.CLASSES) {
      for (String set : List.of("train", "val", "trainval")) {
        List<String> expected =
            Files.readAllLines(lists.resolve(set + ".txt")).stream()
                .map(
                    image ->
                        SceneGenerator.scene(SEED, Integer.parseInt(image))
                                .classNames()
                                .contains(name)
                            ? image + "  1"
                            : image + " -1")
                .toList();
        assertThat(lists.resolve(name + "_" + set + ".txt"))
            .content()
            .isEqualToNormalizingNewlines(String.join("\n", expected) + "\n");
      }
    }
  }

  @Test
  void anEmptyFolderIsFilledAndAFullOneRefused() throws IOException {
    Path out = Files.createDirectory(folder.resolve("voc"));
    ShapesDataset.write(out, SEED, 1, done -> {});
    assertThatThrownBy(() -> ShapesDataset.write(out, SEED, 1, done -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("folder " + out + " is not empty: expected a new or empty folder");
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> ShapesDataset.write(file, SEED, 1, done -> {}))
        .hasMessage(file + " is a file: expected a new or empty folder");
    assertThatThrownBy(() -> ShapesDataset.write(file.resolve("voc"), SEED, 1, done -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot write folder " + file.resolve("voc") + ": ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void nothingIsLeftAfterAFailureOrAnInterrupt() throws IOException {
    Path out = folder.resolve("voc");
    assertThatThrownBy(
            () ->
                ShapesDataset.write(
                    out,
                    SEED,
                    5,
                    done -> {
                      throw new IllegalStateException("stop");
                    }))
        .hasMessage("stop");
    assertThat(names(folder)).isEmpty();

    assertThatThrownBy(
            () -> ShapesDataset.write(out, SEED, 5, done -> Thread.currentThread().interrupt()))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(names(folder)).isEmpty();
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    assertThatThrownBy(() -> ShapesDataset.write(folder.resolve("voc"), SEED, 0, done -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 scenes: expected a number from 1 to 1000000");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(p -> p.getFileName().toString()).toList();
    }
  }
}
