package org.gradcam4j.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.gradcam4j.evaluation.data.Fixtures.jpeg;
import static org.gradcam4j.evaluation.data.Fixtures.object;
import static org.gradcam4j.evaluation.data.Fixtures.write;
import static org.gradcam4j.evaluation.data.Fixtures.xml;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gradcam4j.TestData;
import org.gradcam4j.evaluation.shapes.ShapesDataset;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.image.PictureFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocDatasetTest {
  private static final int CAT = VocDataset.CLASSES.indexOf("cat");
  private static final int DOG = VocDataset.CLASSES.indexOf("dog");

  @TempDir private Path folder;
  private Path year;

  @BeforeEach
  void anEmptyYear() throws IOException {
    year = folder.resolve("VOC2007");
    for (String part : List.of("JPEGImages", "Annotations", "ImageSets/Main")) {
      Files.createDirectories(year.resolve(part));
    }
  }

  private void image(String id, byte[] photo, String xml) throws IOException {
    write(year.resolve("JPEGImages/" + id + ".jpg"), photo);
    write(year.resolve("Annotations/" + id + ".xml"), xml);
  }

  private Path list(String name, String... lines) throws IOException {
    return write(year.resolve("ImageSets/Main/" + name + ".txt"), String.join("\n", lines) + "\n");
  }

  private AnnotatedImage only(byte[] photo, String xml) throws IOException {
    image("000001", photo, xml);
    list("val", "000001");
    return Datasets.open(year, null).images().get(0);
  }

  private Annotation annotation(byte[] photo, String xml) throws IOException {
    return only(photo, xml).annotation();
  }

  private Path xmlFile() {
    return year.resolve("Annotations/000001.xml");
  }

  @Test
  void boxesCountPixelsFromZero() throws IOException {
    Annotation annotation =
        annotation(
            jpeg(30, 20),
            xml(
                30,
                20,
                object("dog", "1", "2", "20", "10"),
                object("cat", "1", "11", "5", "30", "20"),
                object("dog", "4.5", "2", "20.25", "10")));

    assertThat(annotation.width()).isEqualTo(30);
    assertThat(annotation.height()).isEqualTo(20);
    assertThat(annotation.classes()).containsExactly(DOG, CAT);
    assertThat(annotation.objects())
        .containsExactly(
            new AnnotatedObject(DOG, new Box(0, 1, 19, 9), false),
            new AnnotatedObject(CAT, new Box(10, 4, 29, 19), true),
            new AnnotatedObject(DOG, new Box(3.5, 1, 19.25, 9), false));
    assertThat(annotation.remarks()).isEmpty();
    assertThat(annotation.blacklisted()).isFalse();
  }

  @Test
  void partsAreNotThePersons() throws IOException {
    String person =
        "<object><part><name>head</name><bndbox><xmin>9</xmin><ymin>9</ymin><xmax>9</xmax>"
            + "<ymax>9</ymax></bndbox></part><name>person</name><bndbox><xmax>4</xmax>"
            + "<xmin>1</xmin><ymax>4</ymax><ymin>1</ymin></bndbox></object>";

    Annotation annotation = annotation(jpeg(30, 20), xml(30, 20, person));

    assertThat(annotation.objects())
        .containsExactly(
            new AnnotatedObject(VocDataset.CLASSES.indexOf("person"), new Box(0, 0, 3, 3), false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 1 31 20 | 0 0 29 19 | box 0,1 to 31,20 reaches out of the photo of 30x20: clipped",
        "31 1 40 20 |          | box 31,1 to 40,20 lies outside the photo of 30x20: left out",
        "9 5 8 20   |          | box 9,5 to 8,20 is empty: left out",
        "5 9 8 8.5  |          | box 5,9 to 8,8.5 is empty: left out",
        "5 x 8 20   |          | ymin is 'x': expected a number; the box is left out",
        "5 NaN 8 20 |          | ymin is 'NaN': expected a number; the box is left out",
        "5 5 5 5    | 4 4 4 4  |",
      })
  void oddBoxesAreRemarkedOn(String corners, String expected, String remark) throws IOException {
    String[] c = corners.split(" ");

    Annotation annotation =
        annotation(
            jpeg(30, 20),
            xml(30, 20, object("dog", c[0], c[1], c[2], c[3]), object("cat", "1", "1", "2", "2")));

    assertThat(annotation.classes()).containsExactly(DOG, CAT);
    assertThat(annotation.boxes(CAT)).containsExactly(new Box(0, 0, 1, 1));
    if (expected == null) {
      assertThat(annotation.boxes(DOG)).isEmpty();
    } else {
      String[] e = expected.split(" ");
      assertThat(annotation.boxes(DOG))
          .containsExactly(
              new Box(
                  Double.parseDouble(e[0]),
                  Double.parseDouble(e[1]),
                  Double.parseDouble(e[2]),
                  Double.parseDouble(e[3])));
    }
    if (remark == null) {
      assertThat(annotation.remarks()).isEmpty();
    } else {
      assertThat(annotation.remarks()).containsExactly(xmlFile() + ":3: " + remark);
    }
  }

  @Test
  void oddObjectsAreRemarkedOn() throws IOException {
    list("dog_val", "000001 1");
    Annotation annotation =
        annotation(
            jpeg(30, 20),
            "<annotation><size><width>wide</width></size>\n"
                + "<object><name>unicorn</name></object>\n"
                + object("", "1", "1", "2", "2")
                + "\n<object><name>dog</name></object></annotation>");

    assertThat(annotation.classes()).containsExactly(DOG);
    assertThat(annotation.objects()).isEmpty();
    assertThat(annotation.remarks())
        .containsExactlyInAnyOrder(
            xmlFile() + ":1: size has no width and height from 1 on: the photo's own is taken",
            xmlFile() + ":2: object without a bndbox",
            xmlFile() + ":2: unknown class 'unicorn': object left out",
            xmlFile() + ":3: object without a name: left out",
            xmlFile() + ":4: object without a bndbox");
  }

  @Test
  void boxesOfAnotherSizeAreScaled() throws IOException {
    Annotation annotation =
        annotation(jpeg(60, 10), xml(30, 20, object("dog", "1", "1", "30", "10")));

    assertThat(annotation.boxes(DOG)).containsExactly(new Box(0, 0, 59, 4));
    assertThat(annotation.width()).isEqualTo(60);
    assertThat(annotation.height()).isEqualTo(10);
    assertThat(annotation.remarks())
        .containsExactly(xmlFile() + ": annotated at 30x20, the photo has 60x10: boxes are scaled");
  }

  /** Nobody turned the photos when VOC was annotated. */
  @ParameterizedTest
  @ValueSource(ints = {3, 6})
  void photoAndBoxesAreAsStored(int orientation) throws IOException {
    byte[] stored = jpeg(30, 20);
    AnnotatedImage image =
        only(
            PictureFiles.withExif(stored, PictureFiles.exif(orientation)),
            xml(30, 20, object("dog", "1", "1", "10", "5")));

    Photo photo = image.photo();
    assertThat(photo.width()).isEqualTo(30);
    assertThat(photo.rgb()).isEqualTo(Photo.decode(stored, "", 1000).rgb());
    assertThat(image.annotation().boxes(DOG)).containsExactly(new Box(0, 0, 9, 4));
    assertThat(image.annotation().remarks()).isEmpty();
  }

  @Test
  void aPhotoThatWasAnnotatedUprightIsUpright() throws IOException {
    byte[] turned = PictureFiles.withExif(jpeg(30, 20), PictureFiles.exif(6));
    AnnotatedImage image = only(turned, xml(20, 30, object("dog", "1", "1", "20", "5")));

    assertThat(image.photo().rgb()).isEqualTo(Photo.decode(turned, "", 1000).rgb());
    assertThat(image.photo().width()).isEqualTo(20);
    Annotation annotation = image.annotation();
    assertThat(annotation.width()).isEqualTo(20);
    assertThat(annotation.boxes(DOG)).containsExactly(new Box(0, 0, 19, 4));
    assertThat(annotation.remarks()).isEmpty();
  }

  @Test
  void sidesThatWereMixedUpAreNoOrientation() throws IOException {
    AnnotatedImage image = only(jpeg(30, 20), xml(20, 30, object("dog", "1", "1", "20", "30")));

    assertThat(image.photo().width()).isEqualTo(30);
    assertThat(image.annotation().boxes(DOG)).containsExactly(new Box(0, 0, 29, 19));
    assertThat(image.annotation().remarks()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<annotation>\\n<size></annotation> | 2: no well-formed XML: ",
        "'' | 1: no well-formed XML: ",
        "not XML | 1: no well-formed XML: ",
        "<html>\\n</html> | 1: root element 'html': expected 'annotation'",
        "<annotation>&who;</annotation> | 1: no well-formed XML: ",
      })
  void brokenFilesAreNamedWithTheLine(String text, String expected) throws IOException {
    AnnotatedImage image = only(jpeg(30, 20), text.replace("\\n", "\n"));

    assertThatThrownBy(image::annotation)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(xmlFile() + ":" + expected)
        .hasMessageNotContaining("\n");
  }

  @Test
  void namesMayHaveEntitiesAndSections() throws IOException {
    Annotation annotation =
        annotation(
            jpeg(4, 4),
            xml(
                4,
                4,
                object("a &amp; b", "1", "1", "2", "2"),
                object("<![CDATA[a & b]]>", "1", "1", "2", "2")));
    assertThat(annotation.classes()).containsExactly(0);
    assertThat(annotation.objects()).hasSize(2);
  }

  @Test
  void nothingOutsideTheFileIsRead() throws IOException {
    Path secret = write(folder.resolve("secret.txt"), "dog");
    String body = "<annotation><object><name>&secret;</name></object></annotation>";
    for (String type :
        List.of(
            "<!DOCTYPE annotation [<!ENTITY secret SYSTEM \"" + secret.toUri() + "\">]>",
            "<!DOCTYPE annotation SYSTEM \"" + secret.toUri() + "\">",
            "<!DOCTYPE annotation [<!ENTITY % p SYSTEM \"" + secret.toUri() + "\">%p;]>")) {
      AnnotatedImage image = only(jpeg(30, 20), type + body);
      assertThatThrownBy(image::annotation)
          .isInstanceOf(IOException.class)
          .hasMessage(
              xmlFile() + ":1: a document type or an entity: refused, annotations need none");
    }
  }

  @Test
  void aBillionLaughsAreNotLaughed() throws IOException {
    StringBuilder type = new StringBuilder("<!DOCTYPE annotation [<!ENTITY a0 \"ha\">");
    for (int i = 1; i < 30; i++) {
      type.append("<!ENTITY a%d \"%s\">".formatted(i, ("&a" + (i - 1) + ";").repeat(10)));
    }
    AnnotatedImage image = only(jpeg(30, 20), type + "]><annotation><x>&a29;</x></annotation>");

    assertThatThrownBy(image::annotation)
        .hasMessage(xmlFile() + ":1: a document type or an entity: refused, annotations need none");
  }

  @Test
  void aTowerOfElementsIsRefused() throws IOException {
    AnnotatedImage image = only(jpeg(30, 20), "<a>".repeat(1_000_000) + "</a>".repeat(1_000_000));

    assertThatThrownBy(image::annotation)
        .hasMessage(xmlFile() + ":1: elements are nested deeper than 50 levels");
  }

  @Test
  void oddEntriesOfAListAreProblems() throws IOException {
    for (String id : List.of("000001", "000002", "000003", "000004")) {
      image(id, jpeg(4, 4), xml(4, 4));
    }
    Files.delete(year.resolve("JPEGImages/000002.jpg"));
    Files.delete(year.resolve("Annotations/000003.xml"));
    Path list =
        list("val", "\uFEFF000004", "", "000002", "000003  ", "000001", "000004", "../000001");

    Dataset data = Datasets.open(year, "val");

    assertThat(data.name()).isEqualTo("VOC2007 val");
    assertThat(data.images()).extracting(AnnotatedImage::id).containsExactly("000004", "000001");
    assertThat(data.problems())
        .containsExactlyInAnyOrder(
            list + ":3: '000002' has no photo in JPEGImages",
            list + ":4: '000003' has no file in Annotations",
            list + ":6: '000004' is there twice",
            list + ":7: '../000001' has no photo in JPEGImages");
  }

  @Test
  void manyProblemsOfAKindAreCounted() throws IOException {
    String[] ids = new String[1000];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = "%06d".formatted(i);
    }
    image("000500", jpeg(4, 4), xml(4, 4));
    list("val", ids);

    Dataset data = Datasets.open(year, null);

    assertThat(data.images()).hasSize(1);
    assertThat(data.problems())
        .hasSize(11)
        .endsWith("989 more entries without a photo in JPEGImages");
  }

  @Test
  void aBrokenPhotoIsItsOwnError() throws IOException {
    AnnotatedImage image = only(new byte[] {1, 2, 3}, xml(4, 4, object("dog", "1", "1", "2", "9")));

    assertThat(image.annotation().boxes(DOG)).containsExactly(new Box(0, 0, 1, 3));
    assertThatThrownBy(image::photo)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "cannot read the photo " + year.resolve("JPEGImages/000001.jpg") + ": ");
  }

  @Test
  void aListOfAClassGivesTheImagesThatShowIt() throws IOException {
    for (String id : List.of("1", "2", "3")) {
      image(id, jpeg(4, 4), xml(4, 4));
    }
    list("cat_val", "1 -1", "2  1", "3  0");

    assertThat(Datasets.open(year, "cat_val").images())
        .extracting(AnnotatedImage::id)
        .containsExactly("2", "3");
  }

  @Test
  void theListsOfAnotherTaskAreSplits() throws IOException {
    image("1", jpeg(4, 4), xml(4, 4));
    list("val");
    write(year.resolve("ImageSets/Segmentation/val.txt"), "1\n");

    Dataset data = Datasets.open(year, "Segmentation/val");

    assertThat(data.name()).isEqualTo("VOC2007 Segmentation/val");
    assertThat(data.images()).hasSize(1);
  }

  @Test
  void anUnknownSplitIsNamedWithThoseThereAre() throws IOException {
    list("val");
    list("train");
    list("cat_val");
    write(folder.resolve("secret.txt"), "1\n");

    for (String split : List.of("test", "../../../secret", "Layout/val")) {
      assertThatThrownBy(() -> Datasets.open(year, split))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "no split '%s' in %s: expected one of train, val"
                  .formatted(split, year.resolve("ImageSets/Main")));
    }
  }

  @Test
  void aYearThatLacksAPartIsTold() throws IOException {
    assertThatThrownBy(() -> Datasets.open(year, null))
        .hasMessage(
            "no split 'val' in %s: expected its file there, val.txt, with an image's id a line"
                .formatted(year.resolve("ImageSets/Main")));
    Files.delete(year.resolve("ImageSets/Main"));
    assertThatThrownBy(() -> Datasets.open(folder, null))
        .hasMessage(
            year + " has JPEGImages and no ImageSets/Main: expected both, as PASCAL VOC has them");
    Files.createDirectory(year.resolve("ImageSets/Main"));
    Files.delete(year.resolve("Annotations"));
    assertThatThrownBy(() -> Datasets.open(year, null))
        .hasMessage(
            year + " has JPEGImages and no Annotations: expected both, as PASCAL VOC has them");
  }

  @Test
  void theYearIsFoundInTheKit() throws IOException {
    list("val");
    assertThat(Datasets.open(folder, null).name()).isEqualTo("VOC2007 val");
    Path kit = Files.createDirectories(folder.resolve("all")).resolve("VOCdevkit");
    Files.createDirectory(kit);
    Files.move(year, kit.resolve("VOC2007"));
    assertThat(Datasets.open(folder.resolve("all"), null).name()).isEqualTo("VOC2007 val");
  }

  @Test
  void ofSeveralYearsOneMustBeNamed() throws IOException {
    for (String part : List.of("JPEGImages", "Annotations", "ImageSets/Main")) {
      Files.createDirectories(folder.resolve("VOC2012").resolve(part));
    }
    assertThatThrownBy(() -> Datasets.open(folder, null))
        .hasMessage(folder + " holds VOC2007 and VOC2012: name one of these folders");
  }

  @Test
  void classesAreTheListsOrTheAnnotations() throws IOException {
    image("1", jpeg(4, 4), xml(4, 4, object("zebra", "1", "1", "2", "2")));
    image("2", jpeg(4, 4), xml(4, 4, object("ape", "1", "1", "2", "2")));
    image("3", jpeg(4, 4), "broken");
    list("val", "1", "2", "3");
    assertThat(Datasets.open(year, null).classes()).containsExactly("ape", "zebra");

    list("yak_val", "1 -1");
    list("ape_val", "1 -1");
    assertThat(Datasets.open(year, null).classes()).containsExactly("ape", "yak");

    Files.delete(year.resolve("ImageSets/Main/yak_val.txt"));
    Files.delete(year.resolve("ImageSets/Main/ape_val.txt"));
    list("cat_val", "1 -1");
    assertThat(Datasets.open(year, null).classes()).isEqualTo(VocDataset.CLASSES);
  }

  @Test
  void masksArePaletteIndices() throws IOException {
    AnnotatedImage image = only(jpeg(3, 2), xml(3, 2));
    assertThat(image.mask()).isEmpty();
    int[] indices = {0, 1, 20, 255, 15, 0};
    BufferedImage palette = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_INDEXED, vocPalette());
    BufferedImage grey = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    palette.getRaster().setPixels(0, 0, 3, 2, indices);
    grey.getRaster().setPixels(0, 0, 3, 2, indices);
    for (BufferedImage mask : List.of(palette, grey)) {
      mask(PictureFiles.encode(mask, "png"));

      ClassMask read = image.mask().orElseThrow();

      assertThat(read.width()).isEqualTo(3);
      assertThat(read.height()).isEqualTo(2);
      assertThat(read.classes())
          .containsExactly(ClassMask.BACKGROUND, 0, 19, ClassMask.VOID, 14, ClassMask.BACKGROUND);
    }
  }

  private Path mask(byte[] png) throws IOException {
    return write(year.resolve("SegmentationClass/000001.png"), png);
  }

  /** The development kit's: bits 0, 3, 6 of the index are red's highest, and so on. */
  private static IndexColorModel vocPalette() {
    byte[][] colours = new byte[3][256];
    for (int i = 0; i < 256; i++) {
      for (int bit = 0, rest = i; bit < 8; bit++, rest >>= 3) {
        for (int c = 0; c < 3; c++) {
          colours[c][i] |= (byte) ((rest >> c & 1) << 7 - bit);
        }
      }
    }
    return new IndexColorModel(8, 256, colours[0], colours[1], colours[2]);
  }

  @Test
  void otherMasksAreRefused() throws IOException {
    AnnotatedImage image = only(jpeg(3, 2), xml(3, 2));
    Path file = mask(PictureFiles.encode(PictureFiles.gradient(3, 2), "png"));
    assertThatThrownBy(image::mask)
        .hasMessage(
            file + " has 3 channels: expected a mask of palette indices, one number a pixel");
    BufferedImage grey = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(2, 1, 0, 21);
    byte[] png = PictureFiles.encode(grey, "png");
    mask(png);
    assertThatThrownBy(image::mask)
        .hasMessage(file + " has 21 at column 2, row 1: expected 0 to 20, or 255");
    mask(PictureFiles.encode(new BufferedImage(2, 3, BufferedImage.TYPE_BYTE_GRAY), "png"));
    assertThatThrownBy(image::mask)
        .hasMessage(file + " has 2x3 pixels, its photo 3x2: expected the same size");
    mask(Arrays.copyOf(png, png.length / 2));
    assertThatThrownBy(image::mask)
        .isInstanceOf(IOException.class)
        .hasMessage("cannot read the mask " + file + ": it is no whole PNG");
  }

  @Test
  void shapesAreReadAsTheyWereDrawn() throws IOException {
    Path out = folder.resolve("shapes");
    ShapesDataset.write(out, 5, 20, done -> {});
    Dataset drawn = Datasets.shapes(5, 20);

    Dataset read = Datasets.open(out, "trainval");

    assertThat(read.problems()).isEmpty();
    assertThat(read.classes()).containsExactlyInAnyOrderElementsOf(drawn.classes());
    assertThat(read.images()).hasSize(20);
    for (int i = 0; i < 20; i++) {
      Annotation a = read.images().get(i).annotation();
      Annotation b = drawn.images().get(i).annotation();
      assertThat(read.images().get(i).id()).isEqualTo(drawn.images().get(i).id());
      assertThat(a.remarks()).isEmpty();
      assertThat(a.width()).isEqualTo(b.width());
      assertThat(names(a.classes(), read)).isEqualTo(names(b.classes(), drawn));
      assertThat(a.objects())
          .extracting(AnnotatedObject::box)
          .isEqualTo(b.objects().stream().map(AnnotatedObject::box).toList());
      assertThat(names(a.objects().stream().map(AnnotatedObject::classIndex).toList(), read))
          .isEqualTo(names(b.objects().stream().map(AnnotatedObject::classIndex).toList(), drawn));
    }
    assertThat(Datasets.open(out, null).images()).hasSize(4);
  }

  private static List<String> names(List<Integer> places, Dataset data) {
    return places.stream().map(data.classes()::get).toList();
  }

  @ParameterizedTest
  @CsvSource({"train, 2500", "val, 2508"})
  void realImagesAreThoseOfAPlainSearch(String split, int count) throws IOException {
    Path voc = TestData.require("VOCdevkit");
    Dataset data = Datasets.open(voc, split);

    assertThat(data.name()).isEqualTo("VOC2007 " + split);
    assertThat(data.classes()).isEqualTo(VocDataset.CLASSES);
    assertThat(data.problems()).isEmpty();
    assertThat(data.images()).hasSize(count);
    List<String> remarks = new ArrayList<>();
    for (AnnotatedImage image : data.images()) {
      Annotation annotation = image.annotation();
      remarks.addAll(annotation.remarks());
      String xml = Files.readString(voc.resolve("VOC2007/Annotations/" + image.id() + ".xml"));
      assertThat(annotation.objects()).isEqualTo(searched(xml));
    }
    assertThat(remarks).isEmpty();
    Photo photo = data.images().get(0).photo();
    assertThat(photo.width()).isEqualTo(data.images().get(0).annotation().width());
  }

  private static List<AnnotatedObject> searched(String xml) {
    Pattern object =
        Pattern.compile(
            "<object>\\s*<name>(\\w+)</name>.*?<difficult>([01])</difficult>.*?<xmin>(\\d+)</xmin>"
                + "\\s*<ymin>(\\d+)</ymin>\\s*<xmax>(\\d+)</xmax>\\s*<ymax>(\\d+)</ymax>",
            Pattern.DOTALL);
    List<AnnotatedObject> objects = new ArrayList<>();
    Matcher matcher = object.matcher(xml);
    while (matcher.find()) {
      objects.add(
          new AnnotatedObject(
              VocDataset.CLASSES.indexOf(matcher.group(1)),
              new Box(
                  Integer.parseInt(matcher.group(3)) - 1,
                  Integer.parseInt(matcher.group(4)) - 1,
                  Integer.parseInt(matcher.group(5)) - 1,
                  Integer.parseInt(matcher.group(6)) - 1),
              matcher.group(2).equals("1")));
    }
    return objects;
  }
}
