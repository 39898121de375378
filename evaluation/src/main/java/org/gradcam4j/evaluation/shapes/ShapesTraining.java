package org.gradcam4j.evaluation.shapes;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.NetworkAdapter.LoadedNetwork;
import org.gradcam4j.zoo.network.ShapesNet;
import org.gradcam4j.zoo.weights.SafeTensorsWriter;
import org.gradcam4j.zoo.weights.SafeTensorsWriter.Precision;
import org.gradcam4j.zoo.weights.WeightLoader;
import org.gradcam4j.zoo.weights.WeightNames;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Trains the network that ships with the project, by Deeplearning4j's {@code fit}: binary
 * cross-entropy, Adam with a rate that falls to nothing, every scene seen once.
 *
 * <p>The same options give the same network on the same machine.
 */
public final class ShapesTraining {
  private static final String NORM = "_norm";
  private static final double EPSILON = 1e-5;
  private static final WeightNames NAMES =
      ShapesNet.shapes().published().keySet().iterator().next();

  private ShapesTraining() {}

  /**
   * How to train.
   *
   * @param seed of the scenes, the first weights and the dropout
   * @param scenes how many the network sees, each once
   * @param batch scenes a step
   * @param learningRate Adam's rate at the beginning
   * @param heldOut scenes of another seed that judge the network at the end
   */
  public record Options(long seed, int scenes, int batch, double learningRate, int heldOut) {
    /** Checks the numbers. */
    public Options {
      if (scenes < 1 || batch < 1 || heldOut < 1 || !(learningRate > 0)) {
        throw new IllegalArgumentException(
            "training on %d scenes, %d a batch, rate %s, judged on %d: expected all above 0"
                .formatted(scenes, batch, learningRate, heldOut));
      }
    }

    /** Those of the weights that ship with the project. */
    public static Options defaults() {
      return new Options(1, 40_000, 32, 1e-3, 1000);
    }

    /** The seed of the scenes that judge: no scene of the training is among them. */
    public long heldOutSeed() {
      return ~seed;
    }

    private int steps() {
      return (scenes + batch - 1) / batch;
    }
  }

  /** Is told how the training goes. */
  @FunctionalInterface
  public interface Progress {
    /**
     * After each step.
     *
     * @param scenes how many were seen
     * @param of how many will be
     * @param loss binary cross-entropy a scene, summed over the classes, in the last step
     * @param secondsLeft an estimate
     */
    void step(int scenes, int of, double loss, double secondsLeft);
  }

  /**
   * What came out.
   *
   * @param options how it was trained
   * @param network the network, its weights as they are stored: rounded to 16 bits
   * @param report what it is worth on held-out scenes
   * @param seconds how long the training took by the clock, without the report
   * @param cpuSeconds by the processor, all cores
   */
  public record Result(
      Options options,
      LoadedNetwork network,
      ShapesReport report,
      double seconds,
      double cpuSeconds) {
    /**
     * Writes the weights as safetensors, with how they came about.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
      Map<String, String> about = new TreeMap<>();
      about.put("network", network.adapter().id());
      about.put("seed", Long.toString(options.seed()));
      about.put("scenes", Integer.toString(options.scenes()));
      about.put("epochs", "1, every scene is seen once");
      about.put("batch", Integer.toString(options.batch()));
      about.put("learning_rate", Double.toString(options.learningRate()));
      about.put("held_out_scenes", Integer.toString(report.scenes()));
      about.put("held_out_mean_average_precision", figure(report.meanAveragePrecision()));
      about.put("held_out_grad_cam_pointing", figure(report.gradCam().maximumInOwn()));
      about.put("date", LocalDate.now(ZoneOffset.UTC).toString());
      SafeTensorsWriter.write(
          file, WeightLoader.arrays(network.graph(), NAMES), Precision.F16, about);
    }

    private static String figure(double value) {
      return String.format(Locale.ROOT, "%.4f", value);
    }
  }

  /**
   * Trains and judges.
   *
   * @throws IllegalStateException if the loss is no longer a number: the rate is too high
   */
  public static Result run(Options options, Progress progress) {
    NetworkAdapter adapter = ShapesNet.shapes();
    long start = System.nanoTime();
    double cpu = cpuSeconds();
    ComputationGraph graph = graph(adapter, options, true);
    for (int first = 0; first < options.scenes(); first += options.batch()) {
      int count = Math.min(options.batch(), options.scenes() - first);
      graph.fit(batch(options.seed(), first, count, adapter.preprocessing()));
      if (!Double.isFinite(graph.score())) {
        throw new IllegalStateException(
            "the loss is "
                + graph.score()
                + " after "
                + (first + count)
                + " scenes: train with a lower rate than "
                + options.learningRate());
      }
      int seen = first + count;
      progress.step(
          seen, options.scenes(), graph.score(), seconds(start) * (options.scenes() - seen) / seen);
    }
    LoadedNetwork network =
        new LoadedNetwork(adapter, folded(adapter, graph), adapter.preprocessing());
    double seconds = seconds(start);
    double cpuSeconds = cpuSeconds() - cpu;
    ShapesReport report =
        ShapesReport.of(network, options.heldOutSeed(), options.heldOut(), options.heldOut());
    return new Result(options, network, report, seconds, cpuSeconds);
  }

  /**
   * The network with random weights and an optimiser, and with batch normalisation after all of its
   * convolutions but the first.
   *
   * @param oneDnn whether its convolutions are computed by oneDNN
   */
  static ComputationGraph graph(NetworkAdapter adapter, Options options, boolean oneDnn) {
    ComputationGraph stock = adapter.graph(DataType.FLOAT);
    ComputationGraphConfiguration conf = stock.getConfiguration();
    Adam adam =
        new Adam(
            new PolySchedule(ScheduleType.ITERATION, options.learningRate(), 1, options.steps()));
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(options.seed())
            .dataType(DataType.FLOAT)
            .updater(adam)
            .graphBuilder()
            .addInputs(conf.getNetworkInputs());
    Map<String, String> renamed = new HashMap<>();
    for (GraphVertex vertex : stock.getVertices()) {
      String name = vertex.getVertexName();
      if (!(conf.getVertices().get(name) instanceof LayerVertex layerVertex)) {
        continue;
      }
      Layer layer = layerVertex.getLayerConf().getLayer().clone();
      if (layer instanceof BaseLayer trained) {
        trained.setIUpdater(adam);
        trained.setBiasUpdater(adam);
      }
      if (oneDnn && layer instanceof ConvolutionLayer convolution) {
        layer = OneDnnConvolution.of(convolution);
      }
      String source = conf.getVertexInputs().get(name).get(0);
      builder.addLayer(
          name, layer, layerVertex.getPreProcessor(), renamed.getOrDefault(source, source));
      if (layer instanceof ConvolutionLayer convolution && !source.equals("input")) {
        int channels = (int) convolution.getNOut();
        builder.addLayer(
            name + NORM,
            new BatchNormalization.Builder()
                .nIn(channels)
                .nOut(channels)
                .eps(EPSILON)
                .useLogStd(false)
                .build(),
            name);
        renamed.put(name, name + NORM);
      }
    }
    conf.getNetworkOutputs().forEach(builder::setOutputs);
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }

  /**
   * The network itself, batch normalisation folded into the convolutions before it:
   *
   * <pre>w' = w gamma / sqrt(var + epsilon)    b' = (b - mean) gamma / sqrt(var + epsilon) + beta
   * </pre>
   *
   * and all weights as the file will hold them.
   */
  static ComputationGraph folded(NetworkAdapter adapter, ComputationGraph trained) {
    ComputationGraph graph = adapter.graph(DataType.FLOAT);
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      String name = layer.conf().getLayer().getLayerName();
      for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
        parameter.getValue().assign(trained.getLayer(name).getParam(parameter.getKey()));
      }
      if (trained.getVertex(name + NORM) != null) {
        Map<String, INDArray> norm = trained.getLayer(name + NORM).paramTable();
        INDArray factor =
            norm.get("gamma").div(Transforms.sqrt(norm.get("var").add(EPSILON))).reshape(-1);
        INDArray weights = layer.getParam("W");
        weights.muli(factor.reshape(-1, 1, 1, 1).broadcast(weights.shape()));
        INDArray bias = layer.getParam("b");
        bias.subi(norm.get("mean").reshape(bias.shape()));
        bias.muli(factor.reshape(bias.shape()));
        bias.addi(norm.get("beta").reshape(bias.shape()));
      }
    }
    graph.params().assign(graph.params().castTo(DataType.FLOAT16).castTo(DataType.FLOAT));
    return graph;
  }

  /** Scenes first to first + count - 1 and, for each class, whether they show it. */
  static DataSet batch(long seed, int first, int count, Preprocessing preprocessing) {
    List<Scene> scenes =
        IntStream.range(first, first + count)
            .parallel()
            .mapToObj(i -> SceneGenerator.scene(seed, i))
            .toList();
    List<Photo> photos = scenes.stream().map(Scene::image).toList();
    float[][] answers = new float[count][ShapesNet.CLASSES.size()];
    for (int i = 0; i < count; i++) {
      for (String name : scenes.get(i).classNames()) {
        answers[i][ShapesNet.CLASSES.indexOf(name)] = 1;
      }
    }
    return new DataSet(preprocessing.batch(photos), Nd4j.createFromArray(answers));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Of this process, all threads; 0 where the platform does not say. */
  private static double cpuSeconds() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e9
        : 0;
  }
}
