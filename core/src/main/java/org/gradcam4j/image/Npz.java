package org.gradcam4j.image;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.gradcam4j.file.Atomically;

/**
 * NumPy's archives of arrays (.npz): a zip file with a {@link Npy} file for each, not compressed,
 * as {@code numpy.savez} writes it. The same arrays always give the same bytes.
 */
public final class Npz {
  /** Not zip's very first, beside which Java writes another one that depends on the zone. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private Npz() {}

  /**
   * An array of an archive.
   *
   * @param name by which it is found there: {@code numpy.load(file)[name]}
   * @param values in row (C) order; not copied
   * @param shape sizes of the axes, outermost first
   */
  public record Entry(String name, float[] values, int... shape) {}

  /**
   * Writes an archive; beside the file first, then renamed.
   *
   * @throws IllegalArgumentException if a shape does not have as many elements as values are given
   */
  public static void write(Path file, List<Entry> arrays) throws IOException {
    Atomically.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          for (Entry array : arrays) {
            byte[] bytes = Npy.bytes(array.values(), array.shape());
            zip.putNextEntry(stored(array.name() + ".npy", bytes));
            zip.write(bytes);
          }
          zip.finish();
        });
  }

  private static ZipEntry stored(String name, byte[] bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(checksum.getValue());
    entry.setTimeLocal(TIME);
    return entry;
  }
}
