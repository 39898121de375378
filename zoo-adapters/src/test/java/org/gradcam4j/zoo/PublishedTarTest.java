package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.gradcam4j.zoo.weights.NamedArrays;
import org.gradcam4j.zoo.weights.WeightFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Damaged archives of PyTorch's first form: SqueezeNet's first file. */
class PublishedTarTest {
  private static final int BLOCK = 512;

  @TempDir Path folder;
  private Path file;
  private PublishedSkeleton skeleton;

  @BeforeEach
  void write() throws IOException {
    skeleton = PublishedWeightsTest.skeleton("squeezenet1_1.tar");
    file = folder.resolve(skeleton.file());
    skeleton.writeZeros(file);
    try (NamedArrays arrays = WeightFile.open(file)) {
      assertThat(arrays.names()).hasSize(skeleton.holes().size());
    }
  }

  @Test
  void cutShort() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    int end = (int) skeleton.holes().get(51).offset();
    for (int length = BLOCK; length < end; length += end / 97) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused("");
    }
  }

  /** Whatever a byte of the structure becomes, the file is read or refused, in one line. */
  @Test
  void anyByteChanged() throws IOException {
    Random random = new Random(5);
    long structure = skeleton.holes().get(0).offset();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (int i = 0; i < 3000; i++) {
        long at = (long) (random.nextDouble() * structure);
        ByteBuffer old = ByteBuffer.allocate(1);
        channel.read(old, at);
        channel.write(ByteBuffer.wrap(new byte[] {(byte) random.nextInt(256)}), at);
        readOrRefused();
        channel.write(old.flip(), at);
      }
    }
  }

  private void readOrRefused() {
    try (NamedArrays arrays = WeightFile.open(file)) {
      for (String name : arrays.names()) {
        if (Arrays.stream(arrays.shape(name)).noneMatch(size -> size == 0)) {
          arrays.read(name, 0, 1);
        }
      }
    } catch (IOException e) {
      assertThat(e).hasMessageStartingWith("weights file " + file);
      assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "storages|storagez|is an archive without PyTorch's 'storages'",
        "tensors|pickle|holds 'pickle' twice",
        "FloatStorage|FloatStoragf|asks to call torch.FloatStoragf",
        "FloatTensor|Floattensor|asks to call torch.Floattensor",
        "94213426324544|94213426324543|refers to something that is not a tensor",
      })
  void saysWhatIsWrong(String what, String instead, String why) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    int at = text.indexOf(what);
    assertThat(at).isPositive();
    byte[] other = Arrays.copyOf(instead.getBytes(StandardCharsets.ISO_8859_1), what.length());
    System.arraycopy(other, 0, whole, at, other.length);
    Files.write(file, whole);
    assertRefused(why);
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> WeightFile.open(file).close())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("weights file " + file)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }
}
