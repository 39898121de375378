package org.gradcam4j.zoo.weights;

import io.jhdf.GlobalHeap;
import io.jhdf.HdfFile;
import io.jhdf.ObjectHeader;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import io.jhdf.links.ExternalLink;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import io.jhdf.object.message.AttributeInfoMessage;
import io.jhdf.object.message.LinkInfoMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
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
 * <p>Nothing of the file is trusted. Links, data outside the file, compound and variable-length
 * types, and chunks that inflate to more than they say are refused. jHDF reads the structure from a
 * map of the file, so that no length which the file declares is allocated. What Keras never writes
 * and jHDF cannot read in bounded memory, the indices of HDF5's format of 1.10, is refused too.
 *
 * <p>Source: Keras' functions {@code save_weights_to_hdf5_group} and {@code
 * load_weights_from_hdf5_group}.
 */
public final class KerasWeights implements NamedArrays {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
  private static final long UNDEFINED = -1;
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

  private final Path file;
  private final long size;
  private final Map<String, KerasDataset> datasets = new LinkedHashMap<>();
  private HdfFile hdf;

  private KerasWeights(Path file, MappedByteBuffer contents) throws IOException {
    this.file = file;
    this.size = contents.capacity();
    guarded(
        () -> {
          hdf = HdfFile.fromByteBuffer(contents);
          readLayers();
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

  private IOException bad(String what) {
    return new IOException("weights file " + file + " " + what);
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  /** Whatever jHDF throws on a damaged file becomes one line. */
  private <T> T guarded(Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (RuntimeException | StackOverflowError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String reason = cause instanceof HdfException ? cause.getMessage() : cause.toString();
      throw new IOException(
          "weights file %s is damaged or not a Keras weight file: %s"
              .formatted(file, reason.replaceAll("\\p{Cntrl}+", " ")),
          e);
    }
  }

  private void readLayers() throws IOException {
    long end = hdf.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
    if (end > size) {
      throw bad("is truncated: it has " + size + " bytes, it needs " + end);
    }
    Group root = checked(hdf, "/");
    if (root.getAttribute("layer_names") == null) {
      if (!(child(root, "model_weights") instanceof Group weights)) {
        throw bad("is not a Keras weight file: it has no layer_names and no model_weights");
      }
      root = weights;
    }
    if (isTheano(root.getAttribute("backend"))) {
      throw bad("was written with Theano, whose kernels are flipped: expected TensorFlow's");
    }
    for (String layer : strings(root, "layer_names")) {
      if (!(at(root, layer) instanceof Group group)) {
        throw bad("has no group for the layer '" + layer + "'");
      }
      for (String weight : strings(group, "weight_names")) {
        readWeight(layer, weight, at(group, weight));
      }
    }
    if (datasets.isEmpty()) {
      throw bad("holds no weights");
    }
  }

  private void readWeight(String layer, String weight, Node node) throws IOException {
    if (!(node instanceof Dataset dataset)) {
      throw bad("has no dataset '" + weight + "' in the layer '" + layer + "'");
    }
    if (KerasDataset.isInteger(dataset)) {
      return;
    }
    try {
      String name = name(layer, weight);
      if (datasets.putIfAbsent(name, new KerasDataset(dataset, header(node), size)) != null) {
        throw new IOException("is a second '" + name + "'");
      }
    } catch (IOException e) {
      throw bad("holds '" + weight + "' of the layer '" + layer + "', which " + e.getMessage());
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

  private ObjectHeader header(Node node) {
    return ObjectHeader.readObjectHeader(hdf.getHdfBackingStorage(), node.getAddress());
  }

  /** A list of strings of a fixed length, as Keras writes them; an empty one is of numbers. */
  private List<String> strings(Group group, String name) throws IOException {
    Attribute attribute = group.getAttribute(name);
    if (attribute == null) {
      throw bad("lacks the attribute " + name + " of " + group.getPath());
    }
    if (attribute.isEmpty()) {
      return List.of();
    }
    long[] shape = attribute.getDimensionsAsLong();
    if (attribute.getDataType() instanceof StringData
        && shape.length == 1
        // jHDF makes an array of them: one that the bytes at hand fill.
        && shape[0] <= attribute.getBuffer().remaining()) {
      List<String> names = List.of((String[]) attribute.getData());
      if (names.stream().anyMatch(n -> n.chars().anyMatch(Character::isISOControl))) {
        throw bad("has control characters in the names of " + name);
      }
      return names;
    }
    throw bad("has an attribute " + name + " that is no list of strings of a fixed length");
  }

  /** Whether an attribute, which h5py writes as one string of either kind, is "theano". */
  private boolean isTheano(Attribute backend) {
    if (backend == null || !backend.isScalar()) {
      return false;
    }
    if (backend.getDataType() instanceof StringData) {
      return "theano".equals(backend.getData());
    }
    if (!(backend.getDataType() instanceof VariableLength)) {
      return false;
    }
    // Length, the address of a heap, and which of its objects; jHDF would copy it, however large.
    ByteBuffer place = backend.getBuffer().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer text =
        new GlobalHeap(hdf.getHdfBackingStorage(), place.getLong(4))
            .getObjectData(place.getInt(12));
    return StandardCharsets.UTF_8.encode("theano").equals(text);
  }

  /** What lies at a path; null if nothing does. */
  private Node at(Group from, String path) throws IOException {
    Node node = from;
    for (String name : path.split("/")) {
      node = node instanceof Group group ? child(group, name) : null;
    }
    return node;
  }

  private Node child(Group group, String name) throws IOException {
    Node node = group.getChild(name);
    if (node == null) {
      return null;
    }
    if (node.isLink()) {
      String kind = node instanceof ExternalLink ? "a link into another file" : "a link";
      throw bad("has " + kind + " in place of '" + node.getName() + "': links are not followed");
    }
    return node instanceof Group inner ? checked(inner, name) : node;
  }

  /** Refuses the indices whose sizes jHDF believes. */
  private Group checked(Group group, String name) throws IOException {
    ObjectHeader header = header(group);
    boolean links =
        header.getMessagesOfType(LinkInfoMessage.class).stream()
            .anyMatch(m -> m.getBTreeNameIndexAddress() != UNDEFINED);
    boolean attributes =
        header.getMessagesOfType(AttributeInfoMessage.class).stream()
            .anyMatch(m -> m.getFractalHeapAddress() != UNDEFINED);
    if (links || attributes) {
      throw bad("has an index of HDF5 1.10 in '" + name + "': write it with h5py's usual format");
    }
    return group;
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
            throw bad("holds '" + name + "', which " + e.getMessage());
          }
        });
  }

  /** Lets go of the file, which stays mapped until its memory is collected. */
  @Override
  public void close() {
    datasets.clear();
    hdf.close();
  }
}
