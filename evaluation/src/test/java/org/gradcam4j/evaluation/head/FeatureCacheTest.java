package org.gradcam4j.evaluation.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.evaluation.data.Dataset;
import org.gradcam4j.evaluation.data.Datasets;
import org.gradcam4j.evaluation.head.FeatureNetwork.Pooling;
import org.gradcam4j.image.Photo;
import org.gradcam4j.zoo.Zoo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest {
  /** A whole block and a part of one. */
  private static final int IMAGES = 70;

  @TempDir private Path folder;
  private FeatureNetwork network;
  private final AtomicInteger photos = new AtomicInteger();
  private final Dataset scenes = Datasets.shapes(3, IMAGES);

  @BeforeEach
  void load() throws IOException {
    network =
        FeatureNetwork.load(Zoo.find("shapes"), Optional.empty(), Optional.empty(), Pooling.NONE);
  }

  @AfterEach
  void close() {
    network.close();
  }

  /** Counts the photos that are asked for; of one of them photo or annotation is broken. */
  private Dataset counted(Dataset whole, String brokenPhoto, String brokenAnnotation) {
    List<AnnotatedImage> images = new ArrayList<>();
    for (AnnotatedImage image : whole.images()) {
      images.add(
          new AnnotatedImage() {
            @Override
            public String id() {
              return image.id();
            }

            @Override
            public Photo photo() throws IOException {
              photos.incrementAndGet();
              if (id().equals(brokenPhoto)) {
                throw new IOException("it is cut off");
              }
              return image.photo();
            }

            @Override
            public Annotation annotation() throws IOException {
              if (id().equals(brokenAnnotation)) {
                throw new IOException("no such class");
              }
              return image.annotation();
            }
          });
    }
    return new Dataset(whole.name(), whole.classes(), images, List.of());
  }

  private FeatureSet features(Dataset dataset, int threads) throws Exception {
    photos.set(0);
    return new FeatureCache(folder).of(network, dataset, threads, share -> {});
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static void assertSame(FeatureSet first, FeatureSet second) {
    assertThat(second.features()).usingRecursiveComparison().isEqualTo(first.features());
    assertThat(second.truth()).usingRecursiveComparison().isEqualTo(first.truth());
  }

  @Test
  void aSecondRunReadsWhatIsThere() throws Exception {
    Dataset dataset = counted(scenes, null, null);
    FeatureSet first = features(dataset, 2);
    assertThat(photos).hasValue(IMAGES);
    assertThat(first.size()).isEqualTo(IMAGES);
    assertThat(first.features().get(69))
        .isEqualTo(network.features(scenes.images().get(69).photo()));
    assertSame(first, features(dataset, 1));
    assertThat(photos).hasValue(2);
  }

  @Test
  void whatIsMissingOrDamagedIsMadeAgain() throws Exception {
    Dataset dataset = counted(scenes, null, null);
    FeatureSet first = features(dataset, 1);
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    Files.delete(files().get(1));
    assertSame(first, features(dataset, 2));
    assertThat(photos).hasValue(IMAGES);
    assertThat(file).hasBinaryContent(whole);
    assertThat(files()).hasSize(2);
  }

  @Test
  void otherPhotosOfTheSameNamesAreNoticed() throws Exception {
    features(scenes, 1);
    FeatureSet other = features(Datasets.shapes(4, IMAGES), 1);
    assertThat(files()).hasSize(4);
    assertThat(other.features().get(0))
        .isEqualTo(network.features(Datasets.shapes(4, IMAGES).images().get(0).photo()));
  }

  @Test
  void brokenImagesAreLeftOutAndTriedAgain() throws Exception {
    FeatureSet whole = features(scenes, 1);
    files().forEach(file -> file.toFile().delete());
    String photo = scenes.images().get(0).id();
    String annotation = scenes.images().get(66).id();
    FeatureSet some = features(counted(scenes, photo, annotation), 2);
    assertThat(some.failures())
        .containsExactly(photo + ": it is cut off", annotation + ": no such class");
    assertThat(some.size()).isEqualTo(IMAGES - 2);
    assertThat(some.features().get(0)).isEqualTo(whole.features().get(1));
    assertThat(some.features().get(65)).isEqualTo(whole.features().get(67));
    assertThat(some.truth().get(65)).isEqualTo(whole.truth().get(67));
    assertThat(files()).hasSize(1);
  }
}
