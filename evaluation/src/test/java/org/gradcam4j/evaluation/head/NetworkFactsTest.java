package org.gradcam4j.evaluation.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts in files that nobody vouches for. */
class NetworkFactsTest {
  private static final String GOOD =
      """
      {"preprocessing": {"height": 224, "width": 200, "channelOrder": "BGR", "scale": 1.0,
        "mean": [1, 2, 3], "standardDeviation": [1, 1, 1], "resampling": "PLAIN_BILINEAR"},
       "labels": ["cat", "dog"], "layer": "relu5", "origin": {}}
      """;

  @TempDir private Path folder;

  private Path file(String json) throws IOException {
    Path file = folder.resolve("net.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(NetworkFacts.ENTRY));
      zip.write(json.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private void assertRefused(String json, String why) throws IOException {
    Path file = file(json);
    assertThatThrownBy(() -> NetworkFacts.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("net.zip has a damaged gradcam4j/network.json")
        .hasMessageContaining(why)
        .hasMessageContaining("--size");
  }

  @Test
  void aGoodOne() throws IOException {
    NetworkFacts facts = NetworkFacts.read(file(GOOD)).orElseThrow();
    assertThat(facts.preprocessing().width()).isEqualTo(200);
    assertThat(facts.labels()).containsExactly("cat", "dog");
    assertThat(facts.layer()).isEqualTo("relu5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "224 | 0 | at least 1x1",
        "224 | 99999 | at most 8192",
        "224 | 2.5 | ",
        "224 | '\"224\"' | ",
        "224 | null | null",
        "1.0 | null | null",
        "BGR | GBR | GBR",
        "'[1, 2, 3]' | '[1, 2]' | 3 means",
        "'[1, 2, 3]' | '[1, 2, null]' | ",
        "'[1, 1, 1]' | '[1, 0, 1]' | deviations",
        "'\"dog\"' | '\"\\u001b[2J\"' | control",
        "'\"dog\"' | '\" \"' | blank",
        "relu5 | '\\u0007' | control",
        "'\"layer\"' | '\"leyer\"' | 'layer'",
        "'\"labels\"' | '\"layer\"' | ",
        "'{}}' | '{}' | ",
        "'{}}' | '{}}}' | ",
        "'{}}' | '{\"a\": {}}}' | "
      })
  void damaged(String good, String bad, String why) throws IOException {
    assertThat(GOOD).contains(good);
    assertRefused(GOOD.replace(good, bad), why == null ? "" : why);
  }

  @Test
  void tooLargeOrNothing() throws IOException {
    assertRefused(GOOD + " ".repeat(1 << 20), "larger than 1 MB");
    assertRefused("", "");
    assertRefused("null", "");
    assertRefused("[".repeat(100_000), "");
  }
}
