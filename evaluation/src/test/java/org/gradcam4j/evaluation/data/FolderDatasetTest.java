package org.gradcam4j.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.gradcam4j.evaluation.data.Fixtures.jpeg;
import static org.gradcam4j.evaluation.data.Fixtures.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.datavec.api.io.labels.ParentPathLabelGenerator;
import org.datavec.api.records.Record;
import org.datavec.api.split.FileSplit;
import org.datavec.image.recordreader.ImageRecordReader;
import org.gradcam4j.image.PictureFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderDatasetTest {
  @TempDir private Path folder;

  @Test
  void classesAreThoseOfDataVec() throws IOException {
    for (String file :
        List.of("st. bernard/b.jpg", "st. bernard/a.png", "Zebra/1.jpg", "ant/x.JPEG")) {
      write(folder.resolve(file), jpeg(6, 4));
    }
    Dataset data = Datasets.open(folder, null);
    Map<String, String> read = new HashMap<>();
    for (AnnotatedImage image : data.images()) {
      Annotation annotation = image.annotation();
      assertThat(annotation.objects()).isEmpty();
      read.put(image.id(), data.classes().get(annotation.classes().get(0)));
    }

    ImageRecordReader reader = new ImageRecordReader(4, 6, 3, new ParentPathLabelGenerator());
    reader.initialize(new FileSplit(folder.toFile()));
    Map<String, String> expected = new HashMap<>();
    while (reader.hasNext()) {
      Record record = reader.nextRecord();
      Path file = Path.of(record.getMetaData().getURI());
      expected.put(
          folder.toRealPath().relativize(file.toRealPath()).toString().replace('\\', '/'),
          reader.getLabels().get(record.getRecord().get(1).toInt()));
    }

    assertThat(data.classes()).isEqualTo(reader.getLabels());
    assertThat(read).hasSize(4).isEqualTo(expected);
    assertThat(data.images())
        .extracting(AnnotatedImage::id)
        .containsExactly("Zebra/1.jpg", "ant/x.JPEG", "st. bernard/a.png", "st. bernard/b.jpg");
  }

  @Test
  void aClassWithoutPhotosKeepsItsPlace() throws IOException {
    write(folder.resolve("a/1.jpg"), jpeg(6, 4));
    write(folder.resolve("c/1.jpg"), jpeg(6, 4));
    write(folder.resolve("c/readme.txt"), "no photo");
    write(folder.resolve("lost.jpg"), jpeg(6, 4));
    Files.createDirectories(folder.resolve("b"));
    Files.createDirectories(folder.resolve(".git"));

    Dataset data = Datasets.open(folder, null);

    assertThat(data.name()).isEqualTo(folder.getFileName().toString());
    assertThat(data.classes()).containsExactly("a", "b", "c");
    assertThat(data.images()).hasSize(2);
    assertThat(data.images().get(1).annotation().classes()).containsExactly(2);
    assertThat(data.problems())
        .containsExactlyInAnyOrder(
            folder.resolve("b") + ": no photos of this class",
            folder.resolve("lost.jpg") + ": in no class's folder, left out");
  }

  @Test
  void aSplitIsAFolderAboveTheClasses() throws IOException {
    for (String file : List.of("train/a/1.jpg", "train/b/2.jpg", "val/a/3.jpg", "val/b/4.jpg")) {
      write(folder.resolve(file), jpeg(6, 4));
    }
    assertThat(ids(Datasets.open(folder, null))).containsExactly("a/3.jpg", "b/4.jpg");
    assertThat(ids(Datasets.open(folder, "train"))).containsExactly("a/1.jpg", "b/2.jpg");
    assertThat(Datasets.open(folder, "train").name()).isEqualTo(folder.getFileName() + " train");
    assertThatThrownBy(() -> Datasets.open(folder, "test"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "no split 'test' in %s: expected %s to hold a folder of photos for each class"
                .formatted(folder, folder.resolve("test")));
  }

  private static List<String> ids(Dataset data) {
    return data.images().stream().map(AnnotatedImage::id).toList();
  }

  @Test
  void photosAreUpright() throws IOException {
    write(folder.resolve("a/1.jpg"), PictureFiles.withExif(jpeg(6, 4), PictureFiles.exif(6)));
    Files.createDirectories(folder.resolve("b"));
    assertThat(Datasets.open(folder, null).images().get(0).photo().width()).isEqualTo(4);
  }

  @Test
  void whatNoLayoutFitsIsSaid() throws IOException {
    Path file = write(folder.resolve("photos/1.jpg"), jpeg(6, 4));
    assertThatThrownBy(() -> Datasets.open(folder, null))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "no data set in " + folder + ": expected JPEGImages, Annotations and ")
        .hasMessageContaining("; or LOC_synset_mapping.txt and Data/CLS-LOC/val (")
        .hasMessageEndingWith("; or a folder of photos for each of two classes or more")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> Datasets.open(file, null))
        .hasMessage(file + " is a file: expected the folder of a data set");
    assertThatThrownBy(() -> Datasets.open(folder.resolve("none"), null))
        .hasMessage("no such folder: " + folder.resolve("none"));
    // Without its lists VOC's layout is no folder of classes.
    write(folder.resolve("JPEGImages/1.jpg"), jpeg(6, 4));
    Files.createDirectories(folder.resolve("Annotations"));
    assertThatThrownBy(() -> Datasets.open(folder, null))
        .hasMessage(
            folder
                + " has JPEGImages and no ImageSets/Main: expected both, as PASCAL VOC has them");
  }
}
