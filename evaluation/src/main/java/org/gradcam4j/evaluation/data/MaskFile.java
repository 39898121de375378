package org.gradcam4j.evaluation.data;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.gradcam4j.image.Photo;

/**
 * PASCAL VOC's masks: PNG files whose pixels are places in a palette, 0 the background, 255 void,
 * and c the class c - 1. Grey files with the same numbers are read too.
 */
final class MaskFile {
  private static final int VOID = 255;

  private MaskFile() {}

  /**
   * Reads a mask.
   *
   * @param classes how many classes there are
   * @throws IOException with one line that names the file, if it is no such picture
   */
  static ClassMask read(Path file, int classes) throws IOException {
    Raster raster = raster(file);
    int width = raster.getWidth();
    int height = raster.getHeight();
    if (raster.getNumBands() != 1) {
      throw new IOException(
          "%s has %d channels: expected a mask of palette indices, one number a pixel"
              .formatted(file, raster.getNumBands()));
    }
    int[] pixels = raster.getSamples(0, 0, width, height, 0, (int[]) null);
    for (int i = 0; i < pixels.length; i++) {
      int value = pixels[i];
      if (value > classes && value != VOID) {
        throw new IOException(
            "%s has %d at column %d, row %d: expected 0 to %d, or 255"
                .formatted(file, value, i % width, i / width, classes));
      }
      pixels[i] = value == 0 ? ClassMask.BACKGROUND : value == VOID ? ClassMask.VOID : value - 1;
    }
    return new ClassMask(height, width, pixels);
  }

  private static Raster raster(Path file) throws IOException {
    ImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(DataFile.bytes(file)));
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
    ImageReader reader = readers.next();
    try {
      reader.setInput(in, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > Photo.MAX_PIXELS) {
        throw new IOException(pixels + " pixels");
      }
      return reader.read(0).getRaster();
    } catch (IOException | RuntimeException e) {
      throw new IOException("cannot read the mask " + file + ": it is no whole PNG", e);
    } finally {
      reader.dispose();
    }
  }
}
