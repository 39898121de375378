package org.gradcam4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of arrays. */
class NpzTest {
  private static final List<Npz.Entry> ARRAYS =
      List.of(
          new Npz.Entry("grad-cam/\u732b", new float[] {1, -2, 3, 4, 5, 6.5f}, 2, 3),
          new Npz.Entry("c", new float[] {7}, 1));

  @TempDir private Path folder;

  @Test
  void eachArrayIsAFileInTheZip() throws IOException {
    Path file = folder.resolve("a.npz");
    Npz.write(file, ARRAYS);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<? extends ZipEntry> entries = Collections.list(zip.entries());
      assertThat(entries)
          .extracting(ZipEntry::getName)
          .containsExactly("grad-cam/\u732b.npy", "c.npy");
      for (int i = 0; i < entries.size(); i++) {
        Npz.Entry array = ARRAYS.get(i);
        Path alone = folder.resolve(i + ".npy");
        Npy.write(alone, array.values(), array.shape());
        assertThat(zip.getInputStream(entries.get(i)).readAllBytes())
            .isEqualTo(Files.readAllBytes(alone));
      }
    }
  }

  @Test
  void neitherTimeNorItsZoneChangesTheBytes() throws IOException {
    TimeZone own = TimeZone.getDefault();
    Npz.write(folder.resolve("a.npz"), ARRAYS);
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("GMT+14"));
      Npz.write(folder.resolve("b.npz"), ARRAYS);
    } finally {
      TimeZone.setDefault(own);
    }
    assertThat(folder.resolve("a.npz")).hasSameBinaryContentAs(folder.resolve("b.npz"));
    try (ZipFile zip = new ZipFile(folder.resolve("a.npz").toFile())) {
      assertThat(zip.getEntry("c.npy").getTimeLocal()).hasYear(1980);
    }
  }

  @Test
  void nothingIsLeftOfAnArchiveThatCannotBeWritten() throws IOException {
    List<Npz.Entry> bad = List.of(ARRAYS.get(0), new Npz.Entry("d", new float[] {1, 2}, 3));
    assertThatThrownBy(() -> Npz.write(folder.resolve("a.npz"), bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[3]", "2 values");
    assertThat(folder).isEmptyDirectory();
  }
}
