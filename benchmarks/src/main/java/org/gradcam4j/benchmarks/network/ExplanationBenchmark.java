package org.gradcam4j.benchmarks.network;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Target;
import org.gradcam4j.benchmarks.device.Finished;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Methods;
import org.gradcam4j.method.Occlusion;
import org.gradcam4j.pass.LayerListener;
import org.gradcam4j.pass.LayerView;
import org.gradcam4j.plan.rule.GradientRule;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Explanations by every method: the forward pass, the way back, the map on the heap. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class ExplanationBenchmark {
  /** Differences of large numbers, as contrastive maps are, have large rounding errors. */
  private static final double MAPS_TOLERANCE = 1e-2;

  /** The network's id. */
  @Param({"vgg16", "resnet50", "alexnet", "alexnet-torchvision"})
  public String network;

  /** The method's name. */
  @Param("grad-cam")
  public String method;

  /** Its noisy images, steps or masks; 0 for its own default. */
  @Param("0")
  public int samples;

  /** Images at once. */
  @Param("1")
  public int batch;

  /** Classes of each image, those of the highest scores. */
  @Param("1")
  public int targets;

  private TimedNetwork timed;
  private List<NetworkInput> images;
  private Method explaining;

  /**
   * Makes the network and checks the maps: of Grad-CAM by its formula in plain loops, of the
   * gradient by differences of stock Deeplearning4j's outputs, of every method that it explains
   * several images and classes as it explains each alone. The formulas of the others have their
   * tests in the core.
   */
  @Setup
  public void setUp() {
    timed = TimedNetwork.of(network);
    images = timed.images(batch);
    explaining =
        Methods.create(
            method,
            new Methods.Options(
                null, false, Upsampling.HALF_PIXEL_BILINEAR, new Occlusion(), samples));
    String what = method + " of " + batch + ", " + targets;
    if (samples == 0) {
      timed.checkOnce(what, this::checkOneByOne);
    }
    if (method.equals("grad-cam")) {
      timed.checkOnce(method, this::checkFormula);
    } else if (method.equals("gradient")) {
      timed.checkOnce(method, this::checkDifferences);
    }
  }

  /** The last map, of the last image's last class, alone and among the others. */
  private void checkOneByOne() {
    List<NetworkInput> several = batch == 1 ? timed.images(2) : images;
    List<Explanation> maps =
        timed.explainer().explain(several, List.of(explaining), List.of(Target.top(targets)));
    Explanation last = maps.get(maps.size() - 1);
    Explanation alone =
        timed
            .explainer()
            .explain(
                several.subList(several.size() - 1, several.size()),
                List.of(explaining),
                List.of(Target.classIndex(last.target().index())))
            .get(0);
    TimedNetwork.same(method + " of several", values(last), values(alone), MAPS_TOLERANCE);
  }

  /** {@code sum_k mean(dy/dA_k) A_k}, without the ReLU, which may leave nothing to compare. */
  private void checkFormula() {
    Explanation explanation =
        timed
            .explainer()
            .explain(images.subList(0, 1), List.of(new GradCam(null, true)), List.of(Target.top(1)))
            .get(0);
    String scores = timed.explainer().plan().logits().name();
    INDArray seed = Nd4j.zeros(1, explanation.predictions().size());
    seed.putScalar(0, explanation.target().index(), 1);
    timed
        .explainer()
        .backpropagate(
            images.subList(0, 1),
            scores,
            seed,
            new int[] {0},
            new GradientRule(),
            List.of(timed.explainer().defaultLayer()),
            new LayerListener() {
              @Override
              public void gradient(LayerView activation, LayerView gradient) {
                TimedNetwork.same(
                    "Grad-CAM",
                    values(explanation),
                    gradCam(activation.copy(), gradient.copy()),
                    TimedNetwork.TOLERANCE);
              }
            });
  }

  private static double[] gradCam(INDArray activation, INDArray gradient) {
    double[] a = activation.data().asDouble();
    double[] g = gradient.data().asDouble();
    int channels = (int) activation.size(1);
    int cells = a.length / channels;
    double[] map = new double[cells];
    for (int k = 0; k < channels; k++) {
      double alpha = Arrays.stream(g, k * cells, (k + 1) * cells).average().orElseThrow();
      for (int i = 0; i < cells; i++) {
        map[i] += alpha * a[k * cells + i];
      }
    }
    return map;
  }

  /**
   * The difference of the two highest scores along its own gradient, which is that of the
   * probabilities' logarithms.
   */
  private void checkDifferences() {
    List<Explanation> two =
        timed
            .explainer()
            .explain(images.subList(0, 1), List.of(explaining), List.of(Target.top(2)));
    double[] gradient = values(two.get(0));
    double[] other = values(two.get(1));
    double squares = 0;
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] -= other[i];
      squares += gradient[i] * gradient[i];
    }
    // Small against the scores' differences, large against the rounding of single precision.
    double step = 0.02 / squares;
    double found =
        (difference(two, gradient, step) - difference(two, gradient, -step)) / (2 * step);
    TimedNetwork.same("a gradient", new double[] {squares}, new double[] {found}, 0.05);
  }

  private double difference(List<Explanation> two, double[] direction, double step) {
    float[] pixels = RandomNetwork.pixels(timed.adapter(), 0);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] += (float) (step * direction[i]);
    }
    int size = timed.adapter().preprocessing().height();
    INDArray output =
        timed.graph().outputSingle(Nd4j.create(pixels, new long[] {1, 3, size, size}, 'c'));
    return Math.log(
        output.getDouble(0, two.get(0).target().index())
            / output.getDouble(0, two.get(1).target().index()));
  }

  private static double[] values(Explanation explanation) {
    return TimedNetwork.values(explanation.map());
  }

  /** Maps at the layer's resolution or the input's. */
  @Benchmark
  public List<Explanation> explain() {
    return Finished.of(
        timed.explainer().explain(images, List.of(explaining), List.of(Target.top(targets))));
  }
}
