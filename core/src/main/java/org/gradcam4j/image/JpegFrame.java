package org.gradcam4j.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * A JPEG file's segments (ITU-T T.81, annex B), followed from the first marker to the last. libjpeg
 * only warns where the data ends early and paints the rest grey; here a file without its end is an
 * error.
 */
final class JpegFrame {
  private static final int START = 0xD8;
  private static final int END = 0xD9;
  private static final int SCAN = 0xDA;
  private static final int APP1 = 0xE1;
  private static final int ADOBE = 0xEE;
  private static final int COMMENT = 0xFE;

  /** A progressive photo has about ten; each is a pass over all pixels. */
  private static final int MAX_SCANS = 100;

  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

  private final byte[] bytes;
  private final ByteArrayOutputStream picture;
  private byte[] exif = {};
  private int width;
  private int height;
  private int components;
  private int scans;
  private boolean adobe;

  private JpegFrame(byte[] bytes) {
    this.bytes = bytes;
    this.picture = new ByteArrayOutputStream(bytes.length);
  }

  static boolean matches(byte[] bytes) {
    return bytes.length >= 3
        && (bytes[0] & 0xFF) == 0xFF
        && (bytes[1] & 0xFF) == START
        && (bytes[2] & 0xFF) == 0xFF;
  }

  static PictureFile.Frame check(byte[] bytes) throws IOException {
    return new JpegFrame(bytes).walk();
  }

  private PictureFile.Frame walk() throws IOException {
    picture.write(bytes, 0, 2);
    int at = 2;
    while (true) {
      // Stray bytes before a marker are skipped, as libjpeg does.
      while (at < bytes.length && (bytes[at] & 0xFF) != 0xFF) {
        at++;
      }
      while (at < bytes.length && (bytes[at] & 0xFF) == 0xFF) {
        at++;
      }
      int marker = at < bytes.length ? bytes[at] & 0xFF : cutOff();
      int start = at - 1;
      at++;
      if (marker == END) {
        picture.write(bytes, start, 2);
        return finish();
      }
      if (marker == 0 || marker == 1 || (marker >= 0xD0 && marker <= START)) {
        continue; // no segment follows these
      }
      int length = at + 1 < bytes.length ? unsigned16(at) : cutOff();
      int next = at + length;
      if (length < 2) {
        throw new IOException("its JPEG segments are damaged (a length of " + length + ")");
      }
      if (next > bytes.length) {
        cutOff();
      }
      segment(marker, at + 2, next);
      if (marker == SCAN) {
        next = endOfScan(next);
      }
      if (isNeeded(marker)) {
        picture.write(bytes, start, next - start);
      }
      at = next;
    }
  }

  private void segment(int marker, int from, int to) throws IOException {
    if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
      if (to - from < 6 || width != 0) {
        throw new IOException("its JPEG header is damaged");
      }
      height = unsigned16(from + 1);
      width = unsigned16(from + 3);
      components = bytes[from + 5] & 0xFF;
      PictureFile.checkSize(width, height, Long.MAX_VALUE);
    } else if (marker == SCAN) {
      if (width == 0) {
        throw new IOException("its JPEG header is damaged: data comes before the size");
      }
      if (++scans > MAX_SCANS) {
        throw new IOException(
            "its JPEG data has more than " + MAX_SCANS + " passes: save it again as PNG");
      }
    } else if (marker == APP1 && exif.length == 0 && startsWithExif(from, to)) {
      exif = Arrays.copyOfRange(bytes, from + EXIF.length, to);
    } else if (marker == ADOBE) {
      adobe |= to - from >= 12 && bytes[from] == 'A' && bytes[from + 1] == 'd';
    }
  }

  private PictureFile.Frame finish() throws IOException {
    if (scans == 0) {
      throw new IOException("its JPEG file ends before any picture data");
    }
    if (components == 4 && !adobe) {
      // Without the marker nobody can tell ink from its complement.
      throw new IOException("it is a CMYK JPEG without Adobe's marker: convert it to RGB first");
    }
    return new PictureFile.Frame(width, height, picture.toByteArray(), exif);
  }

  /** Application data and comments are not needed, except the colour space: JFIF and Adobe. */
  private static boolean isNeeded(int marker) {
    boolean application = marker >= 0xE0 && marker <= 0xEF;
    return marker != COMMENT && (!application || marker == 0xE0 || marker == ADOBE);
  }

  /** The first marker in entropy-coded data that is neither a stuffed byte nor a restart. */
  private int endOfScan(int from) throws IOException {
    for (int i = from; i + 1 < bytes.length; i++) {
      if ((bytes[i] & 0xFF) == 0xFF) {
        int marker = bytes[i + 1] & 0xFF;
        if (marker != 0 && marker != 0xFF && (marker < 0xD0 || marker > 0xD7)) {
          return i;
        }
      }
    }
    return cutOff();
  }

  private boolean startsWithExif(int from, int to) {
    return to - from > EXIF.length
        && Arrays.equals(bytes, from, from + EXIF.length, EXIF, 0, EXIF.length);
  }

  private int unsigned16(int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  private static int cutOff() throws IOException {
    throw new IOException(
        "its JPEG data is cut off (no end marker): copy or download the file again");
  }
}
