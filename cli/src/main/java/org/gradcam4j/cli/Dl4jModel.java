package org.gradcam4j.cli;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.gradcam4j.kernel.Nd4jTensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network in Deeplearning4j's own file, as ModelSerializer writes it. Read here and not by
 * ModelSerializer, which holds the whole file on the heap, believes the sizes that it declares, and
 * deserialises Java objects.
 */
final class Dl4jModel {
  private static final int LARGEST_CONFIGURATION = 64 << 20;
  private static final int LARGEST_SHAPE = 64;
  private static final int LARGEST_RATIO = 1032;
  private static final int CHUNK = 1 << 16;

  private Dl4jModel() {}

  /**
   * Reads a ComputationGraph or a MultiLayerNetwork.
   *
   * @throws UserError if the file is neither, saying why
   */
  static Model read(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry weights = entry(zip, file, ModelSerializer.COEFFICIENTS_BIN);
      String json = configuration(zip, file);
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(zip.getInputStream(weights), CHUNK))) {
        return json.contains("\"networkInputs\"")
            ? graph(json, in, weights)
            : layers(json, in, weights);
      }
    } catch (ZipException e) {
      throw new UserError(
          file
              + " is not a Deeplearning4j network: it is damaged or no zip file ("
              + e.getMessage()
              + ")",
          e);
    } catch (IOException | RuntimeException e) {
      if (e instanceof UserError) {
        throw e;
      }
      String why = e instanceof EOFException ? "its weights end early" : Gradcam.oneLine(e);
      throw new UserError(
          "cannot read the network "
              + file
              + ": it is damaged or of another Deeplearning4j version ("
              + why
              + ")",
          e);
    }
  }

  private static ZipEntry entry(ZipFile zip, Path file, String name) {
    if (zip.getEntry(ModelSerializer.PREPROCESSOR_BIN) != null) {
      // Java's deserialisation runs code that a file names.
      throw new UserError(
          file
              + " holds a serialised Java object, which is not read for safety: save the network"
              + " again by ModelSerializer.writeModel");
    }
    if (zip.getEntry("model.weights.h5") != null) {
      throw new UserError(
          file
              + " is a Keras 3 file, which Deeplearning4j does not import: save the model as HDF5,"
              + " model.save(\"model.h5\")");
    }
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new UserError(
          file
              + " is not a Deeplearning4j network: expected configuration.json and"
              + " coefficients.bin in it, as ModelSerializer.writeModel writes them");
    }
    return entry;
  }

  private static String configuration(ZipFile zip, Path file) throws IOException {
    ZipEntry entry = entry(zip, file, ModelSerializer.CONFIGURATION_JSON);
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(LARGEST_CONFIGURATION + 1);
      if (bytes.length > LARGEST_CONFIGURATION) {
        throw new IOException("its configuration.json is larger than 64 MB");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static Model graph(String json, DataInputStream in, ZipEntry entry) throws IOException {
    ComputationGraphConfiguration configuration = ComputationGraphConfiguration.fromJson(json);
    long needed =
        configuration.getVertices().values().stream().mapToLong(v -> v.numParams(false)).sum();
    INDArray weights = weights(in, entry, needed);
    // Older files state the type with the weights alone.
    configuration.setDataType(weights.dataType());
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init(weights, false);
    return graph;
  }

  private static Model layers(String json, DataInputStream in, ZipEntry entry) throws IOException {
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(json);
    long needed = 0;
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      needed += layer.getLayer().initializer().numParams(layer);
    }
    INDArray weights = weights(in, entry, needed);
    configuration.setDataType(weights.dataType());
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init(weights, false);
    return network;
  }

  /** A buffer's header: how many numbers, of what type. */
  private record Header(long length, DataType type) {
    static Header read(DataInputStream in) throws IOException {
      String mode = in.readUTF();
      boolean old = mode.equals("DIRECT") || mode.equals("HEAP") || mode.equals("JAVACPP");
      long length = old ? in.readInt() : in.readLong();
      return new Header(length, DataType.valueOf(in.readUTF()));
    }
  }

  /** All weights, {@code [1, n]}: a shape, which is not needed, then the numbers. */
  private static INDArray weights(DataInputStream in, ZipEntry entry, long needed)
      throws IOException {
    Header shape = Header.read(in);
    if (shape.length() < 0 || shape.length() > LARGEST_SHAPE) {
      throw new IOException("its weights have a shape of " + shape.length() + " numbers");
    }
    in.skipNBytes(shape.length() * shape.type().width());
    Header header = Header.read(in);
    if (header.type() != DataType.FLOAT && header.type() != DataType.DOUBLE) {
      throw new IOException(
          "its weights are of type " + header.type() + ": expected FLOAT or DOUBLE");
    }
    if (header.length() != needed) {
      throw new IOException("it holds " + header.length() + " weights, its layers have " + needed);
    }
    // No more is allocated than the file can inflate to.
    if (needed > entry.getCompressedSize() * LARGEST_RATIO / header.type().width()) {
      throw new EOFException();
    }
    INDArray weights = Nd4j.createUninitialized(header.type(), 1, needed);
    INDArray flat = weights.reshape(needed);
    byte[] bytes = new byte[CHUNK];
    int atOnce = CHUNK / header.type().width();
    for (long from = 0; from < needed; from += atOnce) {
      int count = (int) Math.min(atOnce, needed - from);
      in.readFully(bytes, 0, count * header.type().width());
      Nd4jTensor.rows(flat, from, count).assign(numbers(bytes, count, header.type()));
    }
    return weights;
  }

  private static INDArray numbers(byte[] bytes, int count, DataType type) {
    if (type == DataType.FLOAT) {
      float[] values = new float[count];
      ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
      return Nd4j.createFromArray(values);
    }
    double[] values = new double[count];
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(values);
    return Nd4j.createFromArray(values);
  }
}
