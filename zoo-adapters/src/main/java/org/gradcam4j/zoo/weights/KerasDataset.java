package org.gradcam4j.zoo.weights;

import io.jhdf.ObjectHeader;
import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.dataset.chunked.ChunkedDatasetV3;
import io.jhdf.filter.ByteShuffleFilter;
import io.jhdf.filter.DeflatePipelineFilter;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.message.FilterPipelineMessage;
import io.jhdf.object.message.FilterPipelineMessage.FilterInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A dataset of floating-point numbers in an HDF5 file, in one piece or in chunks: how many bytes it
 * needs is checked before anything is read.
 *
 * <p>Chunks are inflated here, not by jHDF, which inflates whatever a stream holds.
 */
final class KerasDataset {
  private static final long MAX_CHUNK = 1 << 26;

  /** Below this, and up to so many bytes for one in the file, a dataset may grow by inflation. */
  private static final long SMALL = 1 << 20;

  private static final long MAX_GROWTH = 100;

  private final long[] shape;
  private final int size;
  private final ByteOrder order;
  private final ByteBuffer piece;
  private final ChunkedDataset chunks;
  private final int[] chunkShape;
  private final int chunkLength;
  private final List<FilterInfo> filters;

  /**
   * Checks a dataset.
   *
   * @throws IOException if it is of a kind that no weight file needs, saying which
   */
  KerasDataset(DatasetBase dataset, long fileSize) throws IOException {
    FloatingPoint type = floating(dataset);
    this.size = type.getSize();
    this.order = type.getByteOrder();
    this.shape = dataset.getDimensionsAsLong().clone();
    long bytes = bytes(shape, size);
    if (dataset instanceof ContiguousDataset contiguous) {
      if (contiguous.isEmpty()) {
        throw new IOException("has no data");
      }
      if (bytes > fileSize) {
        throw new IOException("needs " + bytes + " bytes, more than the file has");
      }
      this.piece = contiguous.getBuffer().order(order);
      this.chunks = null;
      this.chunkShape = null;
      this.chunkLength = 0;
      this.filters = List.of();
    } else if (dataset instanceof ChunkedDatasetV3 chunked) {
      this.piece = null;
      this.chunks = chunked;
      this.chunkShape = chunked.getChunkDimensions();
      this.chunkLength = chunkLength();
      this.filters = filters(dataset.getHeader());
      long stored = Math.min(fileSize, chunked.getStorageInBytes());
      if (bytes > SMALL && bytes / MAX_GROWTH > stored) {
        throw new IOException("would grow from " + stored + " bytes to " + bytes);
      }
    } else {
      throw new IOException(
          "lies in the file in a way that is not read: expected one piece, or chunks with an index"
              + " of version 1");
    }
  }

  /** Whether a dataset holds integers, which are no weights. */
  static boolean isInteger(Dataset dataset) {
    return dataset.getDataType() instanceof FixedPoint;
  }

  private static FloatingPoint floating(Dataset dataset) throws IOException {
    if (!(dataset.getDataType() instanceof FloatingPoint type)) {
      throw new IOException(
          "is a "
              + dataset.getDataType().getClass().getSimpleName()
              + ": expected floating-point numbers");
    }
    int exponent =
        switch (type.getSize()) {
          case 2 -> 5;
          case 4 -> 8;
          case 8 -> 11;
          default -> 0;
        };
    if (type.getExponentSize() != exponent
        || type.getMantissaSize() != 8 * type.getSize() - 1 - exponent) {
      throw new IOException("is of a floating-point type that is not IEEE 754's");
    }
    return type;
  }

  /** How many bytes so many elements need. */
  private static long bytes(long[] shape, long size) throws IOException {
    long bytes = size;
    try {
      for (long length : shape) {
        if (length < 0) {
          throw new ArithmeticException();
        }
        bytes = Math.multiplyExact(bytes, length);
      }
    } catch (ArithmeticException e) {
      throw new IOException("has the impossible shape " + Arrays.toString(shape));
    }
    return bytes;
  }

  private int chunkLength() throws IOException {
    long[] lengths = Arrays.stream(chunkShape).asLongStream().toArray();
    long bytes = bytes(lengths, size);
    if (lengths.length != shape.length || bytes == 0 || bytes > MAX_CHUNK) {
      throw new IOException(
          "has chunks of " + Arrays.toString(chunkShape) + ": expected up to " + MAX_CHUNK);
    }
    return (int) (bytes / size);
  }

  private List<FilterInfo> filters(ObjectHeader header) throws IOException {
    if (!header.hasMessageOfType(FilterPipelineMessage.class)) {
      return List.of();
    }
    List<FilterInfo> filters = header.getMessageOfType(FilterPipelineMessage.class).getFilters();
    for (FilterInfo filter : filters) {
      if (filter.getId() != DeflatePipelineFilter.ID && filter.getId() != ByteShuffleFilter.ID) {
        throw new IOException(
            "is packed with the filter %d (%s): expected deflate or shuffle"
                .formatted(filter.getId(), filter.getName()));
      }
      // jHDF loops as often as a shuffle says that an element has bytes.
      if (filter.getId() == ByteShuffleFilter.ID
          && !Arrays.equals(filter.getData(), new int[] {size})) {
        throw new IOException("is shuffled by other than its " + size + " bytes a number");
      }
    }
    return filters;
  }

  long[] shape() {
    return shape.clone();
  }

  /** Elements {@code from} to {@code from + count - 1} in row-major order. */
  double[] read(long from, int count) throws IOException {
    double[] values = new double[count];
    if (chunks == null) {
      numbers(piece, Math.toIntExact(from), values, 0, count);
    } else if (count > 0) {
      readChunks(from, values);
    }
    return values;
  }

  private void numbers(ByteBuffer bytes, int from, double[] values, int to, int count) {
    for (int i = 0; i < count; i++) {
      int place = (from + i) * size;
      values[to + i] =
          switch (size) {
            case 2 -> SafeTensors.half(bytes.getShort(place));
            case 4 -> bytes.getFloat(place);
            default -> bytes.getDouble(place);
          };
    }
  }

  /** Reads what the chunks hold of the elements from {@code from} on, each chunk once. */
  private void readChunks(long from, double[] values) throws IOException {
    long rowLength = 1;
    for (int axis = 1; axis < shape.length; axis++) {
      rowLength *= shape[axis];
    }
    long[] end = shape.clone();
    end[0] = (from + values.length - 1) / rowLength + 1;
    int[] origin = new int[shape.length];
    int first = Math.toIntExact(from / rowLength);
    origin[0] = first - first % chunkShape[0];
    int start = origin[0];
    do {
      readChunk(origin, from, values);
    } while (next(origin, start, end));
  }

  /** The next chunk in row-major order; false after the last. */
  private boolean next(int[] origin, int start, long[] end) {
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if ((long) origin[axis] + chunkShape[axis] < end[axis]) {
        origin[axis] += chunkShape[axis];
        return true;
      }
      origin[axis] = axis == 0 ? start : 0;
    }
    return false;
  }

  private void readChunk(int[] origin, long from, double[] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(chunk(origin)).order(order);
    int last = shape.length - 1;
    int run = (int) Math.min(chunkShape[last], shape[last] - origin[last]);
    for (int inChunk = 0; inChunk < chunkLength; inChunk += chunkShape[last]) {
      long place = place(origin, inChunk);
      long begin = Math.max(place, from);
      long end = Math.min(place + run, from + values.length);
      if (place >= 0 && begin < end) {
        numbers(
            bytes,
            inChunk + (int) (begin - place),
            values,
            (int) (begin - from),
            (int) (end - begin));
      }
    }
  }

  /** Where an element of a chunk lies in the dataset; -1 if it is outside. */
  private long place(int[] origin, int inChunk) {
    long place = 0;
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      long index = origin[axis] + inChunk % chunkShape[axis];
      if (index >= shape[axis]) {
        return -1;
      }
      place += index * stride;
      stride *= shape[axis];
      inChunk /= chunkShape[axis];
    }
    return place;
  }

  /** A chunk's bytes after its filters have been undone. */
  private byte[] chunk(int[] origin) throws IOException {
    ByteBuffer raw = chunks.getRawChunkBuffer(origin);
    byte[] bytes = new byte[raw.remaining()];
    raw.get(bytes);
    List<FilterInfo> undone = new ArrayList<>(filters);
    Collections.reverse(undone);
    for (FilterInfo filter : undone) {
      bytes =
          filter.getId() == DeflatePipelineFilter.ID
              ? inflate(bytes, chunkLength * size)
              : new ByteShuffleFilter().decode(bytes, filter.getData());
    }
    if (bytes.length != chunkLength * size) {
      throw new IOException(
          "has a chunk of %d bytes: expected %d".formatted(bytes.length, chunkLength * size));
    }
    return bytes;
  }

  private static byte[] inflate(byte[] packed, int length) throws IOException {
    // One byte more than there should be, to see that there is no more.
    byte[] bytes = new byte[length + 1];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      int count = 0;
      while (!inflater.finished() && count <= length) {
        int more = inflater.inflate(bytes, count, bytes.length - count);
        if (more == 0 && !inflater.finished()) {
          throw new IOException("has a chunk that ends too early");
        }
        count += more;
      }
      if (count != length) {
        throw new IOException("has a chunk that does not inflate to " + length + " bytes");
      }
      return Arrays.copyOf(bytes, length);
    } catch (DataFormatException e) {
      throw new IOException("has a chunk that cannot be inflated: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }
}
