package org.gradcam4j.zoo.weights;

import static com.google.protobuf.WireFormat.WIRETYPE_END_GROUP;
import static com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;
import static com.google.protobuf.WireFormat.WIRETYPE_START_GROUP;
import static com.google.protobuf.WireFormat.WIRETYPE_VARINT;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A binary {@code .caffemodel}: a {@code NetParameter} whose layers, of version 1 or 2, hold blobs.
 *
 * <p>Arrays are named after their layer and what they are: of convolutions and inner products
 * {@code <layer>.weight} and {@code <layer>.bias}, of batch normalisation {@code
 * <layer>.running_mean} and {@code <layer>.running_var}, both divided by the scale factor that
 * Caffe keeps beside them, of the scale layer after it {@code <layer>.weight} (gamma) and {@code
 * <layer>.bias} (beta). A blob of any other layer is {@code <layer>.blob<number>}. The leading ones
 * of version 1's shapes are left out.
 *
 * <p>Protobuf's reader walks the fields and skips the numbers; generated classes would hold all of
 * a message, 553 MB of VGG-16, in memory before the first number could be read. Nothing of the file
 * is trusted.
 *
 * <p>Source: {@code caffe.proto} and {@code blob.cpp} of Caffe.
 */
final class CaffeModel implements NamedArrays {
  private static final int MAX_NAME = 1000;
  private static final int MAX_LAYERS = 10_000;
  private static final int MAX_BLOBS = 100;

  /** The numbers of a layer's fields. */
  private record Version(int name, int type, int blobs) {
    static final Version V1 = new Version(4, 5, 6);
    static final Version V2 = new Version(1, 2, 7);
  }

  /** Reads a message up to the stream's limit. */
  interface Message {
    void read(CodedInputStream in) throws IOException;
  }

  private record Array(CaffeBlob blob, long[] shape, double divisor) {}

  /** What has been read of a layer. */
  private static final class Layer {
    private String name = "";
    private String type = "";
    private boolean transposed;
    private final List<CaffeBlob> blobs = new ArrayList<>();
  }

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Array> arrays = new LinkedHashMap<>();
  private int layers;

  private CaffeModel(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long size = channel.size();
    try {
      if (size > Integer.MAX_VALUE) {
        throw new IOException("has " + size + " bytes: protobuf's messages have at most 2 GiB");
      }
      CodedInputStream in = CodedInputStream.newInstance(Channels.newInputStream(channel));
      in.pushLimit((int) size);
      readNet(in);
      if (arrays.isEmpty()) {
        throw new IOException("has no layers with weights");
      }
    } catch (IOException e) {
      throw new IOException(
          "weights file " + file + " is damaged or not a trained Caffe model: " + e.getMessage(),
          e);
    }
  }

  /**
   * Opens a file and checks all that is in it but the numbers.
   *
   * @throws IOException if it is missing, damaged, larger than 2 GiB or not a Caffe model with
   *     weights, saying which
   */
  public static CaffeModel open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("weights file " + file + ": no such file");
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new CaffeModel(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The next field's tag, {@code 8 * number + wire type}; groups, which Caffe has not, end it. */
  static int tag(CodedInputStream in) throws IOException {
    int tag = in.readTag();
    int type = WireFormat.getTagWireType(tag);
    if (type == WIRETYPE_START_GROUP || type == WIRETYPE_END_GROUP) {
      throw new IOException("has a field of a kind that Caffe does not use");
    }
    return tag;
  }

  /** Reads a message within a message. */
  static void message(CodedInputStream in, Message message) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    message.read(in);
    in.popLimit(outer);
  }

  private void readNet(CodedInputStream in) throws IOException {
    while (!in.isAtEnd()) {
      int tag = tag(in);
      switch (tag) {
        case 8 * 2 + WIRETYPE_LENGTH_DELIMITED -> message(in, m -> readLayer(m, Version.V1));
        case 8 * 100 + WIRETYPE_LENGTH_DELIMITED -> message(in, m -> readLayer(m, Version.V2));
        default -> in.skipField(tag);
      }
    }
  }

  private void readLayer(CodedInputStream in, Version version) throws IOException {
    Layer layer = new Layer();
    while (!in.isAtEnd()) {
      int tag = tag(in);
      int number = WireFormat.getTagFieldNumber(tag);
      boolean message = WireFormat.getTagWireType(tag) == WIRETYPE_LENGTH_DELIMITED;
      if (number == version.name && message) {
        layer.name = name(in);
      } else if (number == version.type && message) {
        layer.type = name(in);
      } else if (number == version.type && WireFormat.getTagWireType(tag) == WIRETYPE_VARINT) {
        layer.type = typeOfVersion1(in.readEnum());
      } else if (number == version.blobs && message) {
        message(in, m -> layer.blobs.add(new CaffeBlob(m)));
      } else if (number == 1 && message) {
        throw new IOException("has layers of version 0: run Caffe's upgrade_net_proto_binary");
      } else if (number == 117 && message) {
        message(in, m -> readInnerProduct(m, layer));
      } else {
        in.skipField(tag);
      }
      if (layer.blobs.size() > MAX_BLOBS) {
        throw new IOException("has a layer with more than " + MAX_BLOBS + " blobs");
      }
    }
    if (!layer.blobs.isEmpty()) {
      if (++layers > MAX_LAYERS) {
        throw new IOException("has more than " + MAX_LAYERS + " layers with weights");
      }
      add(layer);
    }
  }

  private static String name(CodedInputStream in) throws IOException {
    int length = in.readRawVarint32();
    if (length < 0 || length > MAX_NAME) {
      throw new IOException("has a name of " + length + " bytes: expected up to " + MAX_NAME);
    }
    String name = new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IOException("has control characters in a name");
    }
    return name;
  }

  private static String typeOfVersion1(int type) {
    return switch (type) {
      case 4 -> "Convolution";
      case 14 -> "InnerProduct";
      default -> "";
    };
  }

  private static void readInnerProduct(CodedInputStream in, Layer layer) throws IOException {
    while (!in.isAtEnd()) {
      int tag = tag(in);
      if (tag == 8 * 6 + WIRETYPE_VARINT) {
        layer.transposed = in.readBool();
      } else {
        in.skipField(tag);
      }
    }
  }

  private void add(Layer layer) throws IOException {
    switch (layer.type) {
      case "Convolution" -> addWeights(layer, 4);
      case "InnerProduct" -> {
        if (layer.transposed) {
          throw new IOException("has transposed weights in the layer '" + layer.name + "'");
        }
        addWeights(layer, 2);
      }
      case "Scale" -> addWeights(layer, 1);
      case "BatchNorm" -> addStatistics(layer);
      default -> {
        for (int i = 0; i < layer.blobs.size(); i++) {
          CaffeBlob blob = layer.blobs.get(i);
          add(layer.name + ".blob" + i, new Array(blob, blob.shape(), 1));
        }
      }
    }
  }

  private void addWeights(Layer layer, int axes) throws IOException {
    if (layer.blobs.size() > 2) {
      throw new IOException(
          "has %d blobs in the layer '%s': expected weights and biases"
              .formatted(layer.blobs.size(), layer.name));
    }
    add(layer.name + ".weight", layer.blobs.get(0), axes, 1);
    if (layer.blobs.size() == 2) {
      add(layer.name + ".bias", layer.blobs.get(1), 1, 1);
    }
  }

  private void addStatistics(Layer layer) throws IOException {
    if (layer.blobs.size() != 3
        || Arrays.stream(layer.blobs.get(2).shape()).anyMatch(n -> n != 1)) {
      throw new IOException(
          "has %d blobs in the layer '%s': expected means, variances and one scale factor"
              .formatted(layer.blobs.size(), layer.name));
    }
    double factor = layer.blobs.get(2).read(channel, 0, 1)[0];
    add(layer.name + ".running_mean", layer.blobs.get(0), 1, factor);
    add(layer.name + ".running_var", layer.blobs.get(1), 1, factor);
  }

  /** Adds an array of so many axes: leading ones beyond them are left out. */
  private void add(String name, CaffeBlob blob, int axes, double divisor) throws IOException {
    long[] shape = blob.shape();
    while (shape.length > axes && shape[0] == 1) {
      shape = Arrays.copyOfRange(shape, 1, shape.length);
    }
    if (shape.length != axes) {
      throw new IOException(
          "has '%s' of shape %s: expected %d axes"
              .formatted(name, Arrays.toString(blob.shape()), axes));
    }
    add(name, new Array(blob, shape, divisor));
  }

  private void add(String name, Array array) throws IOException {
    if (arrays.putIfAbsent(name, array) != null) {
      throw new IOException("has a second '" + name + "'");
    }
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(arrays.keySet());
  }

  @Override
  public long[] shape(String name) {
    return arrays.get(name).shape.clone();
  }

  @Override
  public double[] read(String name, long from, int count) throws IOException {
    Array array = arrays.get(name);
    double[] values;
    try {
      values = array.blob.read(channel, from, count);
    } catch (IOException e) {
      throw new IOException("weights file " + file + ": " + e.getMessage(), e);
    }
    if (array.divisor != 1) {
      Arrays.setAll(values, i -> array.divisor == 0 ? 0 : values[i] / array.divisor);
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
