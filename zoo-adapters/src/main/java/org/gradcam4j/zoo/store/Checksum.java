package org.gradcam4j.zoo.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.Adler32;

/**
 * What a publisher says of a file's bytes.
 *
 * <p>Adler-32 and 8 digits of SHA-256 find damage alone: another file with the same ones is easily
 * made. To make one with the same SHA-256, SHA-1 or MD5 as a file that exists is out of reach
 * today.
 *
 * @param kind how it is computed
 * @param value hexadecimal digits, in lower case
 */
public record Checksum(Kind kind, String value) {
  private static final int CHUNK = 1 << 16;

  /** How a checksum is computed. */
  public enum Kind {
    /** All of SHA-256. */
    SHA256("SHA-256", 64),
    /** The first 8 digits of SHA-256, which torchvision puts into the names of its files. */
    SHA256_PREFIX("SHA-256", 8),
    /** SHA-1, in the readme files of Caffe's model zoo. */
    SHA1("SHA-1", 40),
    /** MD5, in the sources of Keras. */
    MD5("MD5", 32),
    /** Adler-32, in the sources of Deeplearning4j's zoo. */
    ADLER32("Adler-32", 8);

    private final String algorithm;
    private final int digits;

    Kind(String algorithm, int digits) {
      this.algorithm = algorithm;
      this.digits = digits;
    }

    /** Starts a computation. */
    Running start() {
      if (this == ADLER32) {
        return new RunningAdler();
      }
      try {
        return new RunningDigest(MessageDigest.getInstance(algorithm), digits);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this Java has no " + algorithm, e);
      }
    }
  }

  /** A checksum over bytes that come one after the other. */
  interface Running {
    /** Takes the buffer's remaining bytes. */
    void update(ByteBuffer bytes);

    /** The digits; once, at the end. */
    String value();
  }

  private record RunningDigest(MessageDigest digest, int digits) implements Running {
    @Override
    public void update(ByteBuffer bytes) {
      digest.update(bytes);
    }

    @Override
    public String value() {
      return HexFormat.of().formatHex(digest.digest()).substring(0, digits);
    }
  }

  private record RunningAdler(Adler32 adler) implements Running {
    RunningAdler() {
      this(new Adler32());
    }

    @Override
    public void update(ByteBuffer bytes) {
      adler.update(bytes);
    }

    @Override
    public String value() {
      return HexFormat.of().toHexDigits((int) adler.getValue());
    }
  }

  /**
   * A published checksum.
   *
   * @throws IllegalArgumentException if these are not that kind's digits
   */
  public Checksum {
    if (!value.matches("[0-9a-f]{" + kind.digits + "}")) {
      throw new IllegalArgumentException(
          "checksum '%s': expected %d hexadecimal digits in lower case for %s"
              .formatted(value, kind.digits, kind));
    }
  }

  /** All of SHA-256. */
  public static Checksum sha256(String digits) {
    return new Checksum(Kind.SHA256, digits);
  }

  /** The number as Java gives it. */
  public static Checksum adler32(long value) {
    return new Checksum(Kind.ADLER32, HexFormat.of().toHexDigits(value, 8));
  }

  /**
   * The checksum of a file, of this one's kind.
   *
   * @throws IOException if the file cannot be read
   */
  public Checksum of(Path file) throws IOException {
    return of(kind, file);
  }

  /**
   * All of SHA-256 of a file.
   *
   * @throws IOException if the file cannot be read
   */
  public static Checksum sha256(Path file) throws IOException {
    return of(Kind.SHA256, file);
  }

  private static Checksum of(Kind kind, Path file) throws IOException {
    Running running = kind.start();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        running.update(ByteBuffer.wrap(chunk, 0, n));
      }
    }
    return new Checksum(kind, running.value());
  }

  /** {@code SHA-256 0676ba61...}, for people. */
  @Override
  public String toString() {
    return kind.algorithm + " " + value + (kind == Kind.SHA256_PREFIX ? "..." : "");
  }
}
