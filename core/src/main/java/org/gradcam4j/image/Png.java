package org.gradcam4j.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.gradcam4j.file.Atomically;

/** Writes pictures as PNG files. */
public final class Png {
  private Png() {}

  /**
   * Writes a picture, beside the file first, then renamed; folders on the way are made.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, BufferedImage image) throws IOException {
    Atomically.write(
        file,
        out -> {
          try (MemoryCacheImageOutputStream png = new MemoryCacheImageOutputStream(out)) {
            if (!ImageIO.write(image, "png", png)) {
              throw new IOException("cannot write a picture of this kind as PNG: " + file);
            }
          }
        });
  }
}
