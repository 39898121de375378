package org.gradcam4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.gradcam4j.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PreprocessingTest {
  private static final Photo TWO_PIXELS = Photo.of(2, 1, new byte[] {0, 77, -1, 1, -128, 0}, "p");

  /** Both photos' JPEG and PNG bytes decode to Pillow's, so the tensors must be the same bits. */
  @ParameterizedTest
  @ValueSource(strings = {"both.png", "cat_dog.jpg"})
  void equalsTorchvisionOnRealPhotos(String name) throws IOException {
    Photo photo = Photo.read(TestData.require("demo/" + name));
    String stem = name.substring(0, name.indexOf('.'));
    NpyArray golden = Npy.read(TestData.require("golden/" + stem + ".input.npy"));

    float[] tensor = Preprocessing.torchvision(224, 224).tensor(photo);

    assertThat(tensor).isEqualTo(golden.floats());
  }

  @Test
  void torchvisionsNumbers() {
    float[] tensor = Preprocessing.torchvision(1, 2).tensor(TWO_PIXELS);

    // (float32(p) / 255 - mean) / std, by NumPy for the red channel, by hand for the others.
    assertThat(tensor[0]).isEqualTo(-2.1179039478302f);
    assertThat(tensor[1]).isEqualTo(-2.1007792949676514f);
    assertThat(tensor[2]).isCloseTo((77 / 255f - 0.456f) / 0.224f, within(1e-6f));
    assertThat(tensor[3]).isCloseTo((128 / 255f - 0.456f) / 0.224f, within(1e-6f));
    assertThat(tensor[4]).isCloseTo((1 - 0.406f) / 0.225f, within(1e-6f));
    assertThat(tensor[5]).isCloseTo(-0.406f / 0.225f, within(1e-6f));
  }

  @Test
  void scalingInDoubleRoundsToTheSameFloatsAsDivisionByAFloat() {
    for (int level = 0; level < 256; level++) {
      assertThat((float) (level * (1.0 / 255))).isEqualTo(level / 255f);
    }
  }

  @Test
  void caffesNumbersAreBlueFirst() {
    float[] tensor = Preprocessing.caffe(1, 2, 104, 117, 123).tensor(TWO_PIXELS);

    assertThat(tensor).containsExactly(255 - 104, 0 - 104, 77 - 117, 128 - 117, 0 - 123, 1 - 123);
  }

  @Test
  void aBatchIsItsTensorsOneBehindTheOther() {
    Preprocessing preprocessing = Preprocessing.torchvision(5, 7);
    Photo a = Photo.of(PictureFiles.gradient(20, 30), "a");
    Photo b = Photo.of(PictureFiles.gradient(9, 4), "b");

    try (INDArray batch = preprocessing.batch(List.of(a, b))) {
      assertThat(batch.shape()).containsExactly(2, 3, 5, 7);
      assertThat(batch.dataType()).isEqualTo(DataType.FLOAT);
      float[] values = batch.data().asFloat();
      assertThat(values).startsWith(preprocessing.tensor(a)).endsWith(preprocessing.tensor(b));
    }
  }

  @Test
  void aBatchOutlivesTheWorkspaceThatItWasMadeIn() {
    INDArray batch;
    WorkspaceConfiguration configuration =
        WorkspaceConfiguration.builder().initialSize(1 << 20).build();
    try (MemoryWorkspace open =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "test")) {
      batch = Preprocessing.torchvision(4, 4).batch(List.of(TWO_PIXELS));
      assertThat(open.isScopeActive()).isTrue();
    }

    assertThat(batch.isAttached()).isFalse();
    assertThat(batch.sumNumber().doubleValue()).isFinite();
    batch.close();
  }

  @Test
  void manyThreadsGetTheSameTensor() {
    Photo photo = Photo.of(PictureFiles.gradient(123, 77), "p");
    for (Preprocessing.Resampling resampling : Preprocessing.Resampling.values()) {
      Preprocessing preprocessing =
          new Preprocessing(
              32,
              32,
              Preprocessing.ChannelOrder.RGB,
              1,
              List.of(0.0, 0.0, 0.0),
              List.of(1.0, 1.0, 1.0),
              resampling);
      float[] alone = preprocessing.tensor(photo);

      assertThat(IntStream.range(0, 64).parallel().mapToObj(i -> preprocessing.tensor(photo)))
          .allSatisfy(tensor -> assertThat(tensor).isEqualTo(alone));
    }
  }

  @Test
  void theResizedPhotoIsWhatTheTensorWasMadeOf() {
    Preprocessing preprocessing = Preprocessing.caffe(6, 8, 0, 0, 0);
    Photo photo = Photo.of(PictureFiles.gradient(20, 30), "p");

    Photo resized = preprocessing.resized(photo);

    assertThat(resized.width()).isEqualTo(8);
    assertThat(resized.height()).isEqualTo(6);
    float[] tensor = preprocessing.tensor(photo);
    assertThat(tensor[2 * 48 + 17]).isEqualTo(resized.rgb()[3 * 17] & 0xFF);
  }

  @Test
  void nonsenseIsRefusedAtTheDoor() {
    List<Double> zeros = List.of(0.0, 0.0, 0.0);
    assertThatThrownBy(() -> Preprocessing.torchvision(0, 224))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("input size must be at least 1x1, got 0x224");
    assertThatThrownBy(() -> Preprocessing.torchvision(100_000, 100_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("input size is too large: 100000x100000");
    assertThatThrownBy(
            () ->
                new Preprocessing(
                    2,
                    2,
                    Preprocessing.ChannelOrder.RGB,
                    1,
                    zeros,
                    zeros,
                    Preprocessing.Resampling.PLAIN_BILINEAR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected finite means and standard deviations above 0");
    assertThatThrownBy(() -> Preprocessing.torchvision(2, 2).batch(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least one photo, got an empty list");
  }
}
