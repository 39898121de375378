package org.gradcam4j.zoo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gradcam4j.zoo.weights.PyTorchPickle.Storage;
import org.gradcam4j.zoo.weights.PyTorchPickle.Tensor;
import org.gradcam4j.zoo.weights.PyTorchPickle.Type;

/**
 * The form of the first PyTorch, in which torchvision's first ResNets are published: a tar archive
 * of {@code storages} (how many, for each a pickle of its key, place and type, the number of its
 * elements as 8 bytes, the elements), {@code tensors} (how many, for each a pickle of its key, its
 * storage's key and its type, then 8 bytes each: the number of axes, their sizes, their strides,
 * the offset) and {@code pickle}, the saved object, which refers to tensors by key. All numbers are
 * little-endian.
 *
 * <p>Source: legacy_load in PyTorch's torch/serialization.py; POSIX's pax for the archive.
 */
final class PyTorchTar implements PyTorchStorages {
  private static final int BLOCK = 512;
  private static final int MAX_MEMBERS = 100;
  private static final int MAX_RANK = 8;

  /** Longer than the pickle of a key, a place and a type. */
  private static final int SMALL_PICKLE = 1 << 12;

  /** Where a member's bytes lie, or what is left of them. */
  private static final class Member {
    private long position;
    private final long end;

    private Member(long position, long end) {
      this.position = position;
      this.end = end;
    }
  }

  private final Path file;
  private final FileChannel channel;
  private final Object root;
  private final Map<String, Storage> storages = new HashMap<>();
  private final Map<String, Long> places = new HashMap<>();
  private final Map<String, Tensor> tensors = new HashMap<>();

  private PyTorchTar(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    Map<String, Member> members = members();
    for (String name : List.of("storages", "tensors", "pickle")) {
      if (!members.containsKey(name)) {
        throw bad("is an archive without PyTorch's '" + name + "'");
      }
    }
    readStorages(members.get("storages"));
    readTensors(members.get("tensors"));
    this.root = pickle(members.get("pickle"), MAX_PICKLE);
  }

  static PyTorchTar open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new PyTorchTar(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Whether a file with this beginning is an archive. */
  static boolean begins(ByteBuffer head) {
    return head.limit() >= BLOCK && text(head, 257, 5).equals("ustar");
  }

  /** What stands up to a zero. */
  private static String text(ByteBuffer block, int at, int length) {
    byte[] bytes = new byte[length];
    block.get(at, bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.contains("\0") ? text.substring(0, text.indexOf('\0')) : text;
  }

  private Map<String, Member> members() throws IOException {
    Map<String, Member> members = new HashMap<>();
    for (long at = 0; at + BLOCK <= channel.size(); ) {
      ByteBuffer header = PyTorchStorages.bytes(file, channel, at, BLOCK);
      if (header.get(0) == 0) {
        break;
      }
      if (members.size() == MAX_MEMBERS || !begins(header)) {
        throw bad("is damaged: at byte " + at + " its archive does not go on");
      }
      long start = at + BLOCK;
      long size = size(text(header, 124, 12).strip());
      if (size > channel.size() - start) {
        throw bad(
            "is truncated: '%s' needs %d bytes, there are %d"
                .formatted(
                    PyTorchPickle.shown(text(header, 0, 100)), size, channel.size() - start));
      }
      // Extended headers have kinds of their own; they say when a file was changed.
      char kind = (char) header.get(156);
      String name = (kind == '0' || kind == 0 ? "" : kind + ":" + at + ":") + text(header, 0, 100);
      if (members.putIfAbsent(name, new Member(start, start + size)) != null) {
        throw bad("holds '" + PyTorchPickle.shown(name) + "' twice");
      }
      at = start + (size + BLOCK - 1) / BLOCK * BLOCK;
    }
    return members;
  }

  private long size(String octal) throws IOException {
    if (!octal.matches("[0-7]{1,12}")) {
      throw bad("is damaged: its archive gives no size where one must be");
    }
    return Long.parseLong(octal, 8);
  }

  private void readStorages(Member member) throws IOException {
    for (long left = count(member); left > 0; left--) {
      Object[] parts = parts(member, "storage");
      if (!(parts[2] instanceof Type type)) {
        throw bad("declares a storage of no known type");
      }
      long length = number(member);
      if (length < 0 || length > (member.end - member.position) / type.bytes()) {
        throw bad(
            "is truncated: a storage needs %d numbers, there are %d bytes"
                .formatted(length, member.end - member.position));
      }
      String key = parts[0].toString();
      if (storages.putIfAbsent(key, new Storage(type, key, length)) != null) {
        throw bad("declares a storage twice");
      }
      places.put(key, member.position);
      member.position += length * type.bytes();
    }
    if (!(pickle(member, SMALL_PICKLE) instanceof List<?> views) || !views.isEmpty()) {
      throw bad("holds views of storages: load it with PyTorch and save it again");
    }
  }

  private void readTensors(Member member) throws IOException {
    for (long left = count(member); left > 0; left--) {
      Object[] parts = parts(member, "tensor");
      Storage storage = storages.get(String.valueOf(parts[1]));
      if (storage == null) {
        throw bad("declares a tensor without a storage");
      }
      int rank = (int) number(member);
      if (rank < 0 || rank > MAX_RANK) {
        throw bad("declares a tensor of %d axes, expected at most %d".formatted(rank, MAX_RANK));
      }
      long[] shape = numbers(member, rank);
      long[] stride = numbers(member, rank);
      Tensor tensor = new Tensor(storage, number(member), shape, stride);
      if (tensors.putIfAbsent(parts[0].toString(), tensor) != null) {
        throw bad("declares a tensor twice");
      }
    }
  }

  private long count(Member member) throws IOException {
    if (!(pickle(member, SMALL_PICKLE) instanceof Long count) || count < 0) {
      throw bad("is damaged: it does not say how many storages and tensors it holds");
    }
    return count;
  }

  /** A key, another key or a place, and a type. */
  private Object[] parts(Member member, String what) throws IOException {
    if (!(pickle(member, SMALL_PICKLE) instanceof Object[] parts
        && parts.length == 3
        && parts[0] instanceof Long)) {
      throw bad("declares a " + what + " without its key and type");
    }
    return parts;
  }

  private Object pickle(Member member, int longest) throws IOException {
    int length = (int) Math.min(longest, member.end - member.position);
    ByteBuffer in = PyTorchStorages.bytes(file, channel, member.position, length);
    Object value = PickleReader.read(file, in, new Outside(new PyTorchPickle(file)));
    member.position += in.position();
    return value;
  }

  private long number(Member member) throws IOException {
    long number = PyTorchStorages.bytes(file, channel, member.position, Long.BYTES).getLong();
    member.position += Long.BYTES;
    return number;
  }

  private long[] numbers(Member member, int count) throws IOException {
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = number(member);
      if (numbers[i] < 0) {
        throw bad("declares a tensor with a size or stride that is not a number from 0 on");
      }
    }
    return numbers;
  }

  /** As in the later forms, but that tensors are named by their types and referred to by key. */
  private final class Outside implements PickleReader.Outside {
    private final PyTorchPickle later;

    private Outside(PyTorchPickle later) {
      this.later = later;
    }

    @Override
    public Object global(String module, String name) throws IOException {
      boolean tensor = module.equals("torch") && name.matches("[A-Z][a-z]+Tensor");
      return tensor ? name : later.global(module, name);
    }

    @Override
    public Object persistent(Object id) throws IOException {
      Tensor tensor = id instanceof String key ? tensors.get(key) : null;
      if (tensor == null) {
        throw bad("refers to something that is not a tensor");
      }
      return tensor;
    }

    @Override
    public void setState(Object object, Object state) throws IOException {
      later.setState(object, state);
    }
  }

  @Override
  public Object root() {
    return root;
  }

  @Override
  public ByteBuffer read(Storage storage, long from, int count) throws IOException {
    return PyTorchStorages.bytes(file, channel, places.get(storage.key()) + from, count);
  }

  private IOException bad(String what) {
    return new IOException("weights file " + file + " " + what);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
