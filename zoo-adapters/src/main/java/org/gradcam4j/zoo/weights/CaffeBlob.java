package org.gradcam4j.zoo.weights;

import static com.google.protobuf.WireFormat.WIRETYPE_FIXED32;
import static com.google.protobuf.WireFormat.WIRETYPE_FIXED64;
import static com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;
import static com.google.protobuf.WireFormat.WIRETYPE_VARINT;

import com.google.protobuf.CodedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a Caffe model keeps the numbers of one {@code BlobProto}: its sizes are read, its numbers
 * skipped.
 */
final class CaffeBlob {
  private static final int MAX_AXES = 32;
  private static final int MAX_PIECES = 1000;

  /**
   * Numbers at equal distances.
   *
   * @param offset the first one's first byte in the file
   * @param stride from one to the next, in bytes: 5 where each has a tag of its own
   */
  private record Piece(long offset, int stride, int bytes, long count) {}

  private final List<Piece> pieces = new ArrayList<>();
  private final long[] legacy = new long[4];
  private List<Long> shape;

  /**
   * Reads a blob up to the stream's limit.
   *
   * @throws IOException if it is damaged, saying how
   */
  CaffeBlob(CodedInputStream in) throws IOException {
    while (!in.isAtEnd()) {
      int tag = CaffeModel.tag(in);
      switch (tag) {
        case 8 * 1 + WIRETYPE_VARINT -> legacy[0] = in.readInt32();
        case 8 * 2 + WIRETYPE_VARINT -> legacy[1] = in.readInt32();
        case 8 * 3 + WIRETYPE_VARINT -> legacy[2] = in.readInt32();
        case 8 * 4 + WIRETYPE_VARINT -> legacy[3] = in.readInt32();
        case 8 * 5 + WIRETYPE_LENGTH_DELIMITED -> packed(in, 4);
        case 8 * 5 + WIRETYPE_FIXED32 -> single(in, 4);
        case 8 * 7 + WIRETYPE_LENGTH_DELIMITED -> CaffeModel.message(in, this::readShape);
        case 8 * 8 + WIRETYPE_LENGTH_DELIMITED -> packed(in, 8);
        case 8 * 8 + WIRETYPE_FIXED64 -> single(in, 8);
        default -> in.skipField(tag);
      }
    }
    check();
  }

  private void readShape(CodedInputStream in) throws IOException {
    shape = new ArrayList<>();
    while (!in.isAtEnd()) {
      int tag = CaffeModel.tag(in);
      switch (tag) {
        case 8 * 1 + WIRETYPE_LENGTH_DELIMITED -> CaffeModel.message(in, this::readSizes);
        case 8 * 1 + WIRETYPE_VARINT -> size(in);
        default -> in.skipField(tag);
      }
    }
  }

  private void readSizes(CodedInputStream in) throws IOException {
    while (!in.isAtEnd()) {
      size(in);
    }
  }

  private void size(CodedInputStream in) throws IOException {
    shape.add(in.readInt64());
    if (shape.size() > MAX_AXES) {
      throw new IOException("has a blob with more than " + MAX_AXES + " axes");
    }
  }

  private void packed(CodedInputStream in, int bytes) throws IOException {
    int length = in.readRawVarint32();
    if (length < 0 || length % bytes != 0) {
      throw new IOException("has a blob of " + length + " bytes, with " + bytes + " a number");
    }
    add(new Piece(in.getTotalBytesRead(), bytes, bytes, length / bytes));
    in.skipRawBytes(length);
  }

  private void single(CodedInputStream in, int bytes) throws IOException {
    long offset = in.getTotalBytesRead();
    in.skipRawBytes(bytes);
    int stride = bytes + 1;
    Piece last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
    if (last != null
        && last.bytes == bytes
        && last.stride == stride
        && offset == last.offset + last.count * stride) {
      pieces.set(pieces.size() - 1, new Piece(last.offset, stride, bytes, last.count + 1));
    } else {
      add(new Piece(offset, stride, bytes, 1));
    }
  }

  private void add(Piece piece) throws IOException {
    pieces.add(piece);
    if (pieces.size() > MAX_PIECES) {
      throw new IOException("has a blob in more than " + MAX_PIECES + " pieces");
    }
  }

  private void check() throws IOException {
    long numbers = pieces.stream().mapToLong(Piece::count).sum();
    long needed = 1;
    try {
      for (long size : shape()) {
        if (size < 0) {
          throw new ArithmeticException();
        }
        needed = Math.multiplyExact(needed, size);
      }
    } catch (ArithmeticException e) {
      throw new IOException("has a blob of the impossible shape " + Arrays.toString(shape()));
    }
    if (needed != numbers) {
      throw new IOException(
          "has a blob of shape %s with %d numbers".formatted(Arrays.toString(shape()), numbers));
    }
  }

  /** Its sizes; always four in models from before {@code BlobShape}. */
  long[] shape() {
    return shape == null ? legacy.clone() : shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** Elements {@code from} to {@code from + count - 1} in row-major order. */
  double[] read(FileChannel channel, long from, int count) throws IOException {
    double[] values = new double[count];
    long begin = 0;
    for (Piece piece : pieces) {
      long first = Math.max(from, begin);
      long end = Math.min(from + count, begin + piece.count);
      if (first < end) {
        read(channel, piece, first - begin, values, (int) (first - from), (int) (end - first));
      }
      begin += piece.count;
    }
    return values;
  }

  private static void read(
      FileChannel channel, Piece piece, long from, double[] values, int to, int count)
      throws IOException {
    int length = Math.multiplyExact(count - 1, piece.stride) + piece.bytes;
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    long position = piece.offset + from * piece.stride;
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("ended while it was read");
      }
    }
    for (int i = 0; i < count; i++) {
      int place = i * piece.stride;
      values[to + i] = piece.bytes == 4 ? buffer.getFloat(place) : buffer.getDouble(place);
    }
  }
}
