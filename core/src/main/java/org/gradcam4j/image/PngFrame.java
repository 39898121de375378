package org.gradcam4j.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * A PNG file's chunks (PNG specification, third edition), followed from the header to the end
 * chunk, the checksums of the critical ones compared.
 */
final class PngFrame {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};

  private PngFrame() {}

  static boolean matches(byte[] bytes) {
    return bytes.length >= SIGNATURE.length
        && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  static PictureFile.Frame check(byte[] bytes) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes, SIGNATURE.length, bytes.length - SIGNATURE.length);
    ByteArrayOutputStream picture = new ByteArrayOutputStream(bytes.length);
    picture.write(SIGNATURE, 0, SIGNATURE.length);
    byte[] exif = {};
    int width = 0;
    int height = 0;
    boolean hasData = false;
    while (true) {
      int start = in.position();
      int length = in.remaining() >= 12 ? in.getInt() : cutOff();
      if (length < 0) {
        throw new IOException("its PNG chunks are damaged (a length of " + length + ")");
      }
      if (length > in.remaining() - 8) {
        cutOff();
      }
      int data = start + 8;
      String type = new String(bytes, start + 4, 4, StandardCharsets.ISO_8859_1);
      in.position(data + length);
      int checksum = in.getInt();
      if (width == 0) {
        if (!type.equals("IHDR") || length != 13) {
          throw new IOException("its PNG header is damaged");
        }
        width = in.getInt(data);
        height = in.getInt(data + 4);
        PictureFile.checkSize(width, height, Long.MAX_VALUE);
      }
      hasData |= type.equals("IDAT");
      if (type.equals("IEND") && !hasData) {
        throw new IOException("its PNG file ends before any picture data");
      }
      switch (type) {
        case "IHDR", "PLTE", "IDAT", "IEND" -> {
          CRC32 crc = new CRC32();
          crc.update(bytes, start + 4, length + 4);
          if ((int) crc.getValue() != checksum) {
            throw new IOException("its PNG data is damaged (checksum of chunk " + type + ")");
          }
          picture.write(bytes, start, length + 12);
        }
        case "eXIf" -> exif = Arrays.copyOfRange(bytes, data, data + length);
        default -> {
          // Gamma, profiles, transparency, text: not part of the picture as it is read here.
        }
      }
      if (type.equals("IEND")) {
        return new PictureFile.Frame(width, height, picture.toByteArray(), exif);
      }
    }
  }

  private static int cutOff() throws IOException {
    throw new IOException(
        "its PNG data is cut off (no end chunk): copy or download the file again");
  }
}
