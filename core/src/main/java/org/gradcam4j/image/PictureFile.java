package org.gradcam4j.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A picture file's bytes and how they become pixels. Nothing in the file is trusted: its size is
 * compared with the limit before anything is decoded, its frame of segments or chunks must be
 * whole, and a native decoder (JPEG, PNG) sees only the parts that make up the picture, never the
 * profiles, comments and thumbnails around it.
 */
final class PictureFile {
  /** No photo of 100 million pixels is larger. */
  private static final long MAX_BYTES = 1L << 29;

  /** A decoded picture, {@code [height, width, 3]}, red first. */
  record Decoded(int width, int height, byte[] rgb) {}

  /**
   * A file's frame, checked.
   *
   * @param width columns as stored, before the orientation is applied
   * @param height rows as stored
   * @param picture the file without what the decoder does not need
   * @param exif the TIFF block with the orientation; empty if there is none
   */
  record Frame(int width, int height, byte[] picture, byte[] exif) {}

  private PictureFile() {}

  static byte[] load(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException("no such photo: " + file.toAbsolutePath());
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("expected the file of a photo, got a directory or device: " + file);
    }
    if (!Files.isReadable(file)) {
      throw new IOException("no permission to read the photo " + file);
    }
    long size = Files.size(file);
    if (size == 0) {
      throw new IOException("the photo " + file + " is empty (0 bytes): copy or download it again");
    }
    if (size > MAX_BYTES) {
      throw new IOException(
          "the photo "
              + file
              + " has "
              + size
              + " bytes, more than the "
              + MAX_BYTES
              + " that are read: resize it first");
    }
    return Files.readAllBytes(file);
  }

  /**
   * The pixels.
   *
   * @param upright whether the camera's orientation is applied
   */
  static Decoded decode(byte[] bytes, long maxPixels, boolean upright) throws IOException {
    if (JpegFrame.matches(bytes)) {
      return decodeNative("JPEG", JpegFrame.check(bytes), maxPixels, upright);
    }
    if (PngFrame.matches(bytes)) {
      return decodeNative("PNG", PngFrame.check(bytes), maxPixels, upright);
    }
    return decodeImageIo(bytes, maxPixels, upright);
  }

  private static Decoded decodeNative(String format, Frame frame, long maxPixels, boolean upright)
      throws IOException {
    checkSize(frame.width(), frame.height(), maxPixels);
    byte[] rgb = new byte[3 * frame.width() * frame.height()];
    try (BytePointer data = new BytePointer(frame.picture());
        Mat encoded = new Mat(1, frame.picture().length, CV_8UC1, data);
        Mat image = imdecode(encoded, IMREAD_COLOR | IMREAD_IGNORE_ORIENTATION)) {
      if (image == null
          || image.empty()
          || image.type() != CV_8UC3
          || image.cols() != frame.width()
          || image.rows() != frame.height()) {
        throw damaged(format, null);
      }
      try (BytePointer pixels = image.data()) {
        pixels.get(rgb);
      }
    } catch (RuntimeException e) {
      throw damaged(format, e);
    }
    Photo.swapRedAndBlue(rgb, rgb);
    Decoded stored = new Decoded(frame.width(), frame.height(), rgb);
    return upright ? upright(stored, orientation(frame.exif())) : stored;
  }

  private static Decoded decodeImageIo(byte[] bytes, long maxPixels, boolean upright)
      throws IOException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("it is not a JPEG, PNG, GIF, BMP or TIFF picture: convert it to PNG");
      }
      ImageReader reader = preferred(readers);
      String format = reader.getFormatName().toUpperCase(Locale.ROOT);
      try {
        reader.setInput(in, true, true);
        int[] size = size(reader, format);
        checkSize(size[0], size[1], maxPixels);
        Decoded stored = decodeImageIo(reader, format);
        return upright && format.startsWith("TIF") ? upright(stored, orientation(bytes)) : stored;
      } finally {
        reader.dispose();
      }
    }
  }

  /**
   * Of several readers of a format, TwelveMonkeys': Java's own keeps silent about cut-off BMP files
   * and does not come back from some damaged TIFF files. The order in which they are found differs
   * from run to run.
   */
  private static ImageReader preferred(Iterator<ImageReader> readers) {
    ImageReader first = readers.next();
    ImageReader reader = first;
    while (!reader.getClass().getName().startsWith("com.twelvemonkeys.") && readers.hasNext()) {
      reader = readers.next();
    }
    return reader.getClass().getName().startsWith("com.twelvemonkeys.") ? reader : first;
  }

  private static int[] size(ImageReader reader, String format) throws IOException {
    try {
      return new int[] {reader.getWidth(0), reader.getHeight(0)};
    } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
      // The TIFF reader believes the counts and links of a damaged header.
      throw damaged(format, e);
    }
  }

  private static Decoded decodeImageIo(ImageReader reader, String format) throws IOException {
    AtomicReference<String> warning = new AtomicReference<>();
    IIOReadWarningListener listener = (source, text) -> warning.compareAndSet(null, text);
    reader.addIIOReadWarningListener(listener);
    Decoded decoded;
    try {
      BufferedImage image = reader.read(0);
      decoded = new Decoded(image.getWidth(), image.getHeight(), Photo.rgb(image));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw damaged(format, e);
    }
    // These two readers warn only where the data breaks off; TIFF's warns about odd tags.
    if (warning.get() != null && (format.equals("GIF") || format.equals("BMP"))) {
      throw damaged(format, new EOFException(warning.get()));
    }
    return decoded;
  }

  private static IOException damaged(String format, Throwable cause) {
    String what =
        cause instanceof EOFException
            ? " data is cut off: copy or download the file again"
            : " data is damaged or of a kind that is not read: convert it to PNG";
    return new IOException("its " + format + what, cause);
  }

  static void checkSize(int width, int height, long maxPixels) throws IOException {
    if (width < 1 || height < 1) {
      throw new IOException("its header gives an impossible size, " + width + "x" + height);
    }
    long most = Math.min(maxPixels, Integer.MAX_VALUE / 3 - 16);
    if ((long) width * height > most) {
      throw new IOException(
          "its size is "
              + width
              + "x"
              + height
              + " = "
              + (long) width * height
              + " pixels, the limit is "
              + most
              + ": resize the photo first");
    }
  }

  /** EXIF's orientation, 1 to 8; 1 (upright) if there is none that can be read. */
  private static int orientation(byte[] tiff) {
    if (tiff.length == 0) {
      return 1;
    }
    Metadata metadata = new Metadata();
    new ExifReader().extract(new ByteArrayReader(tiff), metadata);
    ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    Integer value =
        directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
    return value == null || value < 1 || value > 8 ? 1 : value;
  }

  /**
   * Turns and mirrors a stored picture. Orientation says where the stored row 0 and column 0 are: 1
   * top left, 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right top, 7 right bottom,
   * 8 left bottom (EXIF 2.3, tag 0x0112).
   */
  private static Decoded upright(Decoded stored, int orientation) {
    if (orientation == 1) {
      return stored;
    }
    boolean transposed = orientation >= 5;
    int width = transposed ? stored.height() : stored.width();
    int height = transposed ? stored.width() : stored.height();
    boolean right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    boolean bottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    byte[] from = stored.rgb();
    byte[] to = new byte[from.length];
    for (int y = 0, o = 0; y < height; y++) {
      for (int x = 0; x < width; x++, o += 3) {
        int u = right ? width - 1 - x : x;
        int v = bottom ? height - 1 - y : y;
        int i = 3 * (transposed ? u * stored.width() + v : v * stored.width() + u);
        to[o] = from[i];
        to[o + 1] = from[i + 1];
        to[o + 2] = from[i + 2];
      }
    }
    return new Decoded(width, height, to);
  }
}
