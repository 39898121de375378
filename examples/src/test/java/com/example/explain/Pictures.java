package com.example.explain;

import com.example.explain.Stripes.Patch;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Where an overlay on a grey picture is warm. */
final class Pictures {
  /** Of 127 that half of pure red has over half of pure blue: the upper quarter of the map. */
  private static final int WARM = 60;

  private Pictures() {}

  static BufferedImage read(Path file) {
    try {
      return ImageIO.read(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How much of the warm area lies in the patch, from 0 to 1; 0 if nothing is warm. */
  static double warmShare(BufferedImage overlay, Patch patch) {
    int warm = 0;
    int inside = 0;
    for (int y = 0; y < overlay.getHeight(); y++) {
      for (int x = 0; x < overlay.getWidth(); x++) {
        int rgb = overlay.getRGB(x, y);
        if ((rgb >> 16 & 0xFF) - (rgb & 0xFF) >= WARM) {
          warm++;
          inside += patch.contains(x, y) ? 1 : 0;
        }
      }
    }
    return warm == 0 ? 0 : (double) inside / warm;
  }
}
