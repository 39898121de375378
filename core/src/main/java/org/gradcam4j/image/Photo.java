package org.gradcam4j.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import org.gradcam4j.file.Sha256;

/**
 * A decoded picture: {@code [height, width, 3]} bytes, red first, 0-255. Immutable.
 *
 * <p>A file becomes the same numbers as in Pillow's {@code convert("RGB")}: grey is repeated three
 * times, 16 bits lose the lower 8, a palette is looked up, alpha is dropped (not composited),
 * Adobe's CMYK is multiplied out without a colour profile. Unlike there, the camera's orientation
 * (EXIF) is applied, except by {@link #readStored(Path)}. JPEG and PNG are decoded by DataVec's
 * OpenCV, GIF, BMP and TIFF by Java's ImageIO (of several pages the first counts). WebP is refused.
 */
public final class Photo {
  /** The largest picture that {@link #read(Path)} decodes, pixels: 100 million. */
  public static final long MAX_PIXELS = 100_000_000L;

  private final int width;
  private final int height;
  private final byte[] rgb;
  private final String name;
  private final String sha256;

  private Photo(int width, int height, byte[] rgb, String name, String sha256) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
    this.name = name;
    this.sha256 = sha256;
  }

  /**
   * Reads and decodes a file of at most {@link #MAX_PIXELS} pixels.
   *
   * @throws IOException with one line that names the file and says what is wrong with it: missing,
   *     not a file, empty, not a picture, cut off, damaged, too large
   */
  public static Photo read(Path file) throws IOException {
    return read(file, MAX_PIXELS);
  }

  /** As {@link #read(Path)}, with another limit on width x height. */
  public static Photo read(Path file, long maxPixels) throws IOException {
    return decode(PictureFile.load(file), name(file), file.toString(), maxPixels, true);
  }

  /**
   * As {@link #read(Path)}, but as it is stored: the camera's orientation is not applied, as in
   * Pillow and in the tools that data sets were annotated with.
   */
  public static Photo readStored(Path file) throws IOException {
    return decode(PictureFile.load(file), name(file), file.toString(), MAX_PIXELS, false);
  }

  private static String name(Path file) {
    Path fileName = file.getFileName();
    return fileName == null ? file.toString() : fileName.toString();
  }

  /**
   * Decodes what is in a file, such as an upload, of at most so many pixels.
   *
   * @param file the file's bytes
   * @param name what to call it
   * @throws IOException with one line that names it and says what is wrong with it, as {@link
   *     #read(Path)}
   */
  public static Photo decode(byte[] file, String name, long maxPixels) throws IOException {
    return decode(file, name, name, maxPixels, true);
  }

  private static Photo decode(
      byte[] file, String name, String place, long maxPixels, boolean upright) throws IOException {
    try {
      PictureFile.Decoded decoded = PictureFile.decode(file, maxPixels, upright);
      return new Photo(decoded.width(), decoded.height(), decoded.rgb(), name, Sha256.of(file));
    } catch (IOException e) {
      throw new IOException("cannot read the photo " + place + ": " + e.getMessage(), e);
    }
  }

  /**
   * A picture in memory. Alpha is dropped; the samples of a grey picture are taken as they are
   * (Java2D would brighten them, because it believes them to be linear).
   *
   * @throws IllegalArgumentException if the samples are not integers of at most 16 bits
   */
  public static Photo of(BufferedImage image, String name) {
    return new Photo(image.getWidth(), image.getHeight(), rgb(image), name, "");
  }

  /** A picture from its bytes, {@code [height, width, 3]}, red first. */
  public static Photo of(int width, int height, byte[] rgb, String name) {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "expected height x width x 3 bytes, got "
              + rgb.length
              + " bytes for "
              + width
              + "x"
              + height);
    }
    return new Photo(width, height, rgb.clone(), name, "");
  }

  /** Columns, pixels. */
  public int width() {
    return width;
  }

  /** Rows, pixels. */
  public int height() {
    return height;
  }

  /** The file's name without its folders, or the name given. */
  public String name() {
    return name;
  }

  /** SHA-256 of the file's bytes in lower-case hex; empty for a picture that was never a file. */
  public String sha256() {
    return sha256;
  }

  /** A copy of the bytes, {@code [height, width, 3]}, red first. */
  public byte[] rgb() {
    return rgb.clone();
  }

  /** The bytes themselves, for readers in this package that do not write. */
  byte[] pixels() {
    return rgb;
  }

  /** A new image of type {@link BufferedImage#TYPE_3BYTE_BGR}. */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    swapRedAndBlue(rgb, bgr);
    return image;
  }

  @Override
  public String toString() {
    return "Photo[" + name + ", " + width + "x" + height + "]";
  }

  static void swapRedAndBlue(byte[] from, byte[] to) {
    for (int i = 0; i < from.length; i += 3) {
      byte first = from[i];
      to[i + 1] = from[i + 1];
      to[i] = from[i + 2];
      to[i + 2] = first;
    }
  }

  static byte[] rgb(BufferedImage image) {
    ColorModel colors = image.getColorModel();
    int type = image.getRaster().getDataBuffer().getDataType();
    if (type != DataBuffer.TYPE_BYTE
        && type != DataBuffer.TYPE_USHORT
        && type != DataBuffer.TYPE_INT) {
      throw new IllegalArgumentException(
          "expected samples of 8 or 16 bits, got Java's data type "
              + type
              + ": convert the picture to 8 bits a channel first");
    }
    boolean grey =
        colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY
            && !(colors instanceof IndexColorModel);
    return grey ? rgbOfGrey(image) : rgbOfColour(image);
  }

  private static byte[] rgbOfGrey(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int bits = image.getColorModel().getComponentSize(0);
    Raster raster = image.getRaster();
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int[] row = new int[width];
    for (int y = 0, o = 0; y < height; y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int sample : row) {
        int value = bits >= 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
        rgb[o++] = (byte) value;
        rgb[o++] = (byte) value;
        rgb[o++] = (byte) value;
      }
    }
    return rgb;
  }

  private static byte[] rgbOfColour(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int[] row = new int[width];
    for (int y = 0, o = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        rgb[o++] = (byte) (argb >> 16);
        rgb[o++] = (byte) (argb >> 8);
        rgb[o++] = (byte) argb;
      }
    }
    return rgb;
  }
}
