package org.gradcam4j.zoo.weights;

import io.jhdf.GlobalHeap;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import io.jhdf.object.message.AttributeMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Keras weight file (HDF5): an attribute {@code layer_names}, for each a group with an attribute
 * {@code weight_names}, and the datasets that it names; in a file of a whole model all that lies
 * below {@code model_weights}.
 *
 * <p>Arrays are named after their layer and what they are: {@code <layer>.weight} for {@code
 * kernel}, {@code W} and {@code gamma}, {@code <layer>.bias} for {@code bias}, {@code b} and {@code
 * beta}, {@code <layer>.running_mean}, and {@code <layer>.running_var} for {@code moving_variance}
 * and {@code running_std}, which holds the variance in spite of its name. Any other weight keeps
 * its own name; integers are left out.
 *
 * <p>Nothing of the file is trusted. Links, data outside the file, compound types, and chunks that
 * inflate to more than they say are refused. jHDF reads the structure from a map of the file, so
 * that no length which the file declares is allocated.
 *
 * <p>Source: Keras' functions {@code save_weights_to_hdf5_group} and {@code
 * load_weights_from_hdf5_group}.
 */
public final class KerasWeights implements NamedArrays {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
  private static final Map<String, String> ROLES =
      Map.ofEntries(
          Map.entry("kernel", "weight"),
          Map.entry("W", "weight"),
          Map.entry("gamma", "weight"),
          Map.entry("bias", "bias"),
          Map.entry("b", "bias"),
          Map.entry("beta", "bias"),
          Map.entry("moving_mean", "running_mean"),
          Map.entry("running_mean", "running_mean"),
          Map.entry("moving_variance", "running_var"),
          Map.entry("running_std", "running_var"));

  /** Bytes of a reference to a string of any length. */
  private static final int REFERENCE = 16;

  private final Path file;
  private final long size;
  private final Map<String, KerasDataset> datasets = new LinkedHashMap<>();

  private KerasWeights(Path file, MappedByteBuffer contents) throws IOException {
    this.file = file;
    this.size = contents.capacity();
    byte[] head = new byte[Math.min(SIGNATURE.length, contents.capacity())];
    contents.get(0, head);
    guarded(
        () -> {
          if (!matches(head)) {
            throw new IOException("is not an HDF5 file: it does not begin like one");
          }
          readLayers(KerasGroup.root(contents));
          return null;
        });
  }

  /** Whether a file that begins like this is HDF5: its first 8 bytes say so. */
  public static boolean matches(byte[] head) {
    return head.length >= SIGNATURE.length
        && Arrays.equals(head, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /**
   * Opens a file and checks all that is in it but the numbers.
   *
   * @throws IOException if it is missing, damaged, larger than 2 GiB or not a Keras weight file,
   *     saying which
   */
  public static KerasWeights open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("weights file " + file + ": no such file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE) {
        throw new IOException(
            "weights file " + file + " has " + size + " bytes: expected at most 2 GiB");
      }
      return new KerasWeights(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, size));
    }
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  /** Whatever jHDF throws on a damaged file becomes one line; all lines name the file. */
  private <T> T guarded(Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (IOException e) {
      throw refused(e.getMessage(), e);
    } catch (RuntimeException | StackOverflowError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String reason = cause instanceof HdfException ? cause.getMessage() : cause.toString();
      throw refused("is damaged or not a Keras weight file: " + reason, e);
    }
  }

  private IOException refused(String why, Throwable cause) {
    String line = why.replaceAll("\\p{Cntrl}+", " ");
    return new IOException("weights file " + file + " " + line, cause);
  }

  private void readLayers(KerasGroup file) throws IOException {
    KerasGroup root = file;
    if (root.attribute("layer_names") == null) {
      root = file.group("model_weights");
      if (root == null) {
        throw new IOException(
            "is not a Keras weight file: it has no layer_names and no model_weights");
      }
    }
    if (isTheano(root)) {
      throw new IOException(
          "was written with Theano, whose kernels are flipped: expected TensorFlow's");
    }
    for (String layer : strings(root, "layer_names")) {
      KerasGroup group = root.group(layer);
      if (group == null) {
        throw new IOException("has no group for the layer '" + layer + "'");
      }
      for (String weight : strings(group, "weight_names")) {
        readWeight(layer, weight, group.dataset(weight));
      }
    }
    if (datasets.isEmpty()) {
      throw new IOException("holds no weights");
    }
    file.storage().release();
  }

  private void readWeight(String layer, String weight, DatasetBase dataset) throws IOException {
    if (dataset == null) {
      throw new IOException("has no dataset '" + weight + "' in the layer '" + layer + "'");
    }
    if (KerasDataset.isInteger(dataset)) {
      return;
    }
    String name = name(layer, weight);
    try {
      if (datasets.putIfAbsent(name, new KerasDataset(dataset, size)) != null) {
        throw new IOException("is a second '" + name + "'");
      }
    } catch (IOException e) {
      throw new IOException(
          "holds '%s' of the layer '%s', which %s".formatted(weight, layer, e.getMessage()), e);
    }
  }

  /** {@code block1_conv1/block1_conv1_W_1:0} is {@code block1_conv1.weight}. */
  private static String name(String layer, String weight) {
    String own = weight.substring(weight.lastIndexOf('/') + 1).replaceFirst(":\\d+$", "");
    String role = own.replaceFirst("_\\d+$", "");
    if (role.startsWith(layer + "_")) {
      role = role.substring(layer.length() + 1);
    }
    return layer + "." + ROLES.getOrDefault(role, own);
  }

  /**
   * A list of strings: of a fixed length as h5py 2 wrote them, or of any as h5py 3 does; an empty
   * one is of numbers.
   */
  private static List<String> strings(KerasGroup group, String name) throws IOException {
    AttributeMessage attribute = group.attribute(name);
    if (attribute == null) {
      throw new IOException("lacks the attribute " + name + " of " + group.path());
    }
    ByteBuffer bytes = attribute.getDataBuffer();
    if (bytes == null) {
      return List.of();
    }
    long[] shape = attribute.getDataSpace().getDimensionsAsLong();
    boolean variable = attribute.getDataType() instanceof VariableLength;
    if (!(variable || attribute.getDataType() instanceof StringData)
        || shape.length != 1
        // jHDF makes an array of them: one that the bytes at hand fill.
        || shape[0] > bytes.remaining() / (variable ? REFERENCE : 1)) {
      throw new IOException("has an attribute " + name + " that is no list of strings");
    }
    int count = (int) shape[0];
    List<String> names =
        variable
            ? variable(group, bytes, count)
            : List.of(
                (String[])
                    ((StringData) attribute.getDataType())
                        .fillData(bytes, new int[] {count}, group.storage()));
    if (names.stream().anyMatch(n -> n.chars().anyMatch(Character::isISOControl))) {
      throw new IOException("has control characters in the names of " + name);
    }
    return names;
  }

  /** Strings of any length: each its length, the address of a heap, and its place there. */
  private static List<String> variable(KerasGroup group, ByteBuffer references, int count) {
    ByteBuffer own = references.slice().order(ByteOrder.LITTLE_ENDIAN);
    Map<Long, GlobalHeap> heaps = new HashMap<>();
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = i * REFERENCE;
      GlobalHeap heap =
          heaps.computeIfAbsent(
              own.getLong(at + 4), address -> new GlobalHeap(group.storage(), address));
      ByteBuffer text = heap.getObjectData(own.getInt(at + 12));
      strings.add(StandardCharsets.UTF_8.decode(text).toString());
    }
    return strings;
  }

  /** Whether a file's backend, which h5py writes as one string of either kind, is Theano. */
  private static boolean isTheano(KerasGroup root) {
    AttributeMessage backend = root.attribute("backend");
    if (backend == null || backend.getDataBuffer() == null) {
      return false;
    }
    if (backend.getDataType() instanceof VariableLength) {
      return variable(root, backend.getDataBuffer(), 1).contains("theano");
    }
    return StandardCharsets.US_ASCII.encode("theano").equals(backend.getDataBuffer());
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Axes axes() {
    return Axes.OUT_LAST;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(datasets.keySet());
  }

  @Override
  public long[] shape(String name) {
    return datasets.get(name).shape();
  }

  @Override
  public double[] read(String name, long from, int count) throws IOException {
    KerasDataset dataset = datasets.get(name);
    return guarded(
        () -> {
          try {
            return dataset.read(from, count);
          } catch (IOException e) {
            throw new IOException("holds '" + name + "', which " + e.getMessage(), e);
          }
        });
  }

  /** Lets go of the file, which stays mapped until its memory is collected. */
  @Override
  public void close() {
    datasets.clear();
  }
}
