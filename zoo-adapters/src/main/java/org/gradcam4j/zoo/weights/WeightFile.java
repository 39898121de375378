package org.gradcam4j.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Opens a weight file by the reader of its format, which its first bytes tell, not its name:
 * safetensors, PyTorch's state dict, Keras's HDF5, Caffe's model. No code in it is ever run.
 */
public final class WeightFile {
  private static final int HEAD = 512;

  /** Opens a file of a format. */
  @FunctionalInterface
  private interface Opener {
    NamedArrays open(Path file) throws IOException;
  }

  /** A format: its name, whether a file begins like it, its reader. */
  private record Format(String title, Predicate<ByteBuffer> begins, Opener opener) {}

  /** A new format is a line here. */
  private static final List<Format> FORMATS =
      List.of(
          new Format("PyTorch state dict", PyTorchZip::begins, WeightFile::openZip),
          new Format("PyTorch before 1.6", PyTorchLegacy::begins, PyTorchStateDict::open),
          new Format("PyTorch tar", PyTorchTar::begins, PyTorchStateDict::open),
          new Format("safetensors", WeightFile::isSafeTensors, SafeTensors::open),
          new Format("Keras HDF5", head -> KerasWeights.matches(head.array()), KerasWeights::open),
          new Format("Caffe model", WeightFile::isCaffe, CaffeModel::open));

  private WeightFile() {}

  /**
   * Opens a file.
   *
   * @throws IOException if it is missing, damaged or of none of the formats, saying which
   */
  public static NamedArrays open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("weights file " + file + ": no such file");
    }
    ByteBuffer head = head(file);
    for (Format format : FORMATS) {
      if (format.begins.test(head)) {
        return format.opener.open(file);
      }
    }
    throw new IOException(
        "weights file %s is of no format that is read: %s"
            .formatted(
                file, FORMATS.stream().map(Format::title).collect(Collectors.joining(", "))));
  }

  private static NamedArrays openZip(Path file) throws IOException {
    if (PyTorchZip.names(file).contains("configuration.json")) {
      throw new IOException(
          "weights file " + file + " is a Deeplearning4j network: give it as --model");
    }
    return PyTorchStateDict.open(file);
  }

  /** The first bytes of a file. */
  static ByteBuffer head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return ByteBuffer.wrap(in.readNBytes(HEAD)).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** The header's length, then its JSON. */
  private static boolean isSafeTensors(ByteBuffer head) {
    return head.limit() > 8 && head.getLong(0) >>> 32 == 0 && head.get(8) == '{';
  }

  /** Protocol buffers have no signature: the tag of the network's name, or of its first layer. */
  private static boolean isCaffe(ByteBuffer head) {
    boolean name = head.limit() > 1 && head.get(0) == 0x0A;
    boolean oldLayer = head.limit() > 1 && head.get(0) == 0x12;
    boolean layer = head.limit() > 2 && head.get(0) == (byte) 0xA2 && head.get(1) == 0x06;
    return name || oldLayer || layer;
  }
}
