package org.gradcam4j.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Weight files that Python wrote, and what it says is in them. */
final class WeightFixtures {
  private WeightFixtures() {}

  /** Opens a file of some format. */
  interface Reader {
    NamedArrays open(Path file) throws IOException;
  }

  static Path path(String name) {
    try {
      return Path.of(WeightFixtures.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(path(name)));
  }

  static double[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  /** All arrays have the expected names, shapes and numbers, whole and in pieces. */
  static void assertHolds(NamedArrays arrays, JsonNode expected) throws IOException {
    List<String> names = new ArrayList<>();
    expected.fieldNames().forEachRemaining(names::add);
    assertThat(arrays.names()).containsExactlyElementsOf(names);
    for (String name : names) {
      double[] values = numbers(expected.get(name).get("values"));
      double[] shape = numbers(expected.get(name).get("shape"));
      assertThat(Arrays.stream(arrays.shape(name)).asDoubleStream().toArray())
          .as(name)
          .containsExactly(shape);
      assertThat(arrays.read(name, 0, values.length)).as(name).containsExactly(values);
      for (int from = 0; from < values.length; from += 5) {
        int count = Math.min(7, values.length - from);
        assertThat(arrays.read(name, from, count))
            .as(name + " from " + from)
            .containsExactly(Arrays.copyOfRange(values, from, from + count));
      }
    }
  }

  /** What a file is refused with is an IOException of one line that names the file. */
  static void assertRefused(Path file, ThrowingCallable reading, String message) {
    assertThatThrownBy(reading)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  /**
   * Cuts a file short at 50 places, then changes 1 to 3 of its bytes 400 times: it is read, or
   * refused as it should be, and nothing else happens. Answers how often it was refused.
   */
  static int[] damage(Path good, Path folder, Reader reader) throws IOException {
    byte[] whole = Files.readAllBytes(good);
    Random random = new Random(20);
    Path file = folder.resolve("damaged");
    int[] refused = new int[2];
    for (int i = 0; i < 50; i++) {
      Files.write(file, Arrays.copyOf(whole, random.nextInt(whole.length)));
      refused[0] += isRefused(file, reader) ? 1 : 0;
    }
    for (int i = 0; i < 400; i++) {
      byte[] bytes = whole.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      refused[1] += isRefused(file, reader) ? 1 : 0;
    }
    return refused;
  }

  private static boolean isRefused(Path file, Reader reader) {
    try (NamedArrays arrays = reader.open(file)) {
      for (String name : arrays.names()) {
        long length = Arrays.stream(arrays.shape(name)).reduce(1, Math::multiplyExact);
        arrays.read(name, 0, Math.toIntExact(length));
      }
      return false;
    } catch (IOException e) {
      assertThat(e).hasMessageContaining(file.toString()).hasMessageNotContaining("\n");
      return true;
    } catch (RuntimeException | Error e) {
      return fail("neither read nor refused", e);
    }
  }
}
