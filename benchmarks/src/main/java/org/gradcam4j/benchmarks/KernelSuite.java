package org.gradcam4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.gradcam4j.benchmarks.Ratio.Form;
import org.gradcam4j.benchmarks.Source.Cost;
import org.gradcam4j.benchmarks.Source.KernelRoofline;
import org.gradcam4j.benchmarks.Source.Timing;
import org.gradcam4j.benchmarks.kernel.ConvolutionBenchmark;
import org.gradcam4j.benchmarks.kernel.ConvolutionShape;
import org.gradcam4j.benchmarks.kernel.DenseShape;
import org.gradcam4j.benchmarks.kernel.MapBenchmark;
import org.gradcam4j.benchmarks.kernel.NormalizationBenchmark;
import org.gradcam4j.benchmarks.kernel.PoolingBenchmark;
import org.gradcam4j.benchmarks.kernel.PoolingShape;
import org.gradcam4j.benchmarks.kernel.ProductBenchmark;
import org.gradcam4j.benchmarks.roofline.Work;

/**
 * The ratios of kernels: shares of the roofline, and gradients over what they are gradients of.
 * Tensors that fit the caches can be faster than memory.
 */
final class KernelSuite {
  static final String SUBJECT = "kernels";

  private final List<Ratio> ratios = new ArrayList<>();

  private KernelSuite() {}

  static List<Ratio> ratios() {
    KernelSuite suite = new KernelSuite();
    suite.addConvolutions();
    suite.addProducts();
    suite.addPoolings();
    suite.addNormalizations();
    suite.addMaps();
    return suite.ratios;
  }

  private void addConvolutions() {
    for (ConvolutionShape shape : ConvolutionShape.ALL) {
      Map<String, String> layer = Map.of("layer", shape.layer());
      Timing forward = timing(ConvolutionBenchmark.class, "forward", shape.toString(), layer);
      Timing gradient =
          timing(ConvolutionBenchmark.class, "inputGradient", shape + ", input gradient", layer);
      addShare("convolution", shape.work(), forward);
      addRatio("convolution", gradient, "forward", forward);
    }
  }

  private void addProducts() {
    for (DenseShape shape : DenseShape.ALL) {
      for (String method : List.of("forward", "transposed")) {
        List<Timing> timings = new ArrayList<>();
        for (int rows : new int[] {1, 5, 16}) {
          String name =
              shape
                  + (rows == 1 ? "" : ", " + rows + " rows")
                  + (method.equals("forward") ? "" : ", transposed");
          Timing timing =
              timing(
                  ProductBenchmark.class,
                  method,
                  name,
                  Map.of("layer", shape.layer(), "rows", Integer.toString(rows)));
          addShare("product", shape.work(rows), timing);
          timings.add(timing);
        }
        addRatio("product", timings.get(1), "1 row", timings.get(0));
        addRatio("product", timings.get(2), "1 row", timings.get(0));
      }
    }
  }

  private void addPoolings() {
    for (PoolingShape shape : PoolingShape.ALL) {
      for (String method : List.of("maximum", "maximumGradient", "mean", "meanGradient")) {
        String name = shape + ", " + method.replace("Gradient", "'s gradient");
        addShare(
            "pooling",
            new Work(0, shape.bytes()),
            timing(PoolingBenchmark.class, method, name, Map.of("layer", shape.layer())));
      }
    }
  }

  private void addNormalizations() {
    for (String shape : List.of("55x96", "27x256")) {
      addNormalization("localResponse", "local response normalisation", shape);
      addNormalization("localResponseGradient", "its gradient", shape);
    }
    for (String shape : List.of("112x64", "56x256")) {
      addNormalization("batchStatistics", "batch normalisation", shape);
    }
  }

  private void addNormalization(String method, String name, String shape) {
    addShare(
        "normalisation",
        new Work(0, NormalizationBenchmark.bytes(shape)),
        timing(
            NormalizationBenchmark.class, method, name + " at " + shape, Map.of("shape", shape)));
  }

  private void addMaps() {
    for (String shape : List.of("14x512", "13x256", "7x2048")) {
      // Activation and gradient are read once each.
      addShare(
          "map",
          new Work(0, 2 * MapBenchmark.bytes(shape)),
          timing(MapBenchmark.class, "weighting", "weighting at " + shape, Map.of("shape", shape)));
      addShare(
          "map",
          new Work(0, MapBenchmark.UPSAMPLED_BYTES),
          timing(
              MapBenchmark.class, "upsampling", "upsampling at " + shape, Map.of("shape", shape)));
    }
  }

  private void addShare(String group, Work work, Timing timing) {
    Quantity roofline = Quantity.of("roofline", new KernelRoofline(work));
    ratios.add(new Ratio(SUBJECT, group, roofline, Quantity.of(timing.name(), timing), Form.SHARE));
  }

  private void addRatio(String group, Timing over, String underName, Timing under) {
    ratios.add(
        new Ratio(
            SUBJECT,
            group,
            Quantity.of(over.name(), over),
            Quantity.of(underName, under),
            Form.RATIO));
  }

  private static Timing timing(
      Class<?> type, String method, String name, Map<String, String> parameters) {
    return new Timing(
        Side.ND4J,
        SUBJECT,
        name,
        type.getName() + "." + method,
        new TreeMap<>(parameters),
        1,
        Cost.SHORT);
  }
}
