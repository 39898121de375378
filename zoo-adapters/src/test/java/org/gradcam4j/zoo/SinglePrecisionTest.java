package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.zoo.GoldenTest.difference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.gradcam4j.TestData;
import org.gradcam4j.image.Npy;
import org.gradcam4j.image.NpyArray;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.pass.LayerListener;
import org.gradcam4j.pass.LayerView;
import org.gradcam4j.pass.Pass;
import org.gradcam4j.pass.Seed;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.node.Visit;
import org.gradcam4j.plan.rule.GradientRule;
import org.gradcam4j.plan.rule.Rule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What single precision costs. A rectifier whose input is zero within rounding may pass a gradient
 * in one precision and stop it in the other, and one such cell can change a map by a thousandth. So
 * maps in FLOAT are compared with those that DOUBLE gives for FLOAT's choices at rectifiers, and
 * each choice that differs must be one at zero. Where none differs they are PyTorch's maps, which
 * DOUBLE equals in {@link GoldenTest}.
 */
class SinglePrecisionTest {
  private static final double ROUNDING = 1e-5;

  /** Passes the true gradient and keeps where each rectifier was open, in the order of the pass. */
  private record Recorded(List<boolean[]> open) implements Rule {
    @Override
    public Tensor rectifier(Visit visit) {
      double[] outputs = visit.kernels().values(visit.output());
      boolean[] now = new boolean[outputs.length];
      for (int i = 0; i < now.length; i++) {
        now[i] = outputs[i] > 0;
      }
      open.add(now);
      return new GradientRule().rectifier(visit);
    }
  }

  /** Passes the gradient where another pass's rectifiers were open, and measures what differs. */
  private static final class Replayed implements Rule {
    private final Iterator<boolean[]> open;
    private int differing;
    private double farthest;

    Replayed(List<boolean[]> open) {
      this.open = open.iterator();
    }

    @Override
    public Tensor rectifier(Visit visit) {
      double[] inputs = visit.kernels().values(visit.input());
      double largest = Arrays.stream(inputs).map(Math::abs).max().orElseThrow();
      boolean[] there = open.next();
      double[] mask = new double[inputs.length];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = there[i] ? 1 : 0;
        if (there[i] != inputs[i] > 0) {
          differing++;
          farthest = Math.max(farthest, Math.abs(inputs[i]) / largest);
        }
      }
      Kernels kernels = visit.kernels();
      return kernels.multiply(
          kernels.tensor(mask, visit.input().shape()), visit.gradient(), visit.rows());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "resnet50", "squeezenet1_1"})
  void onlyRectifiersAtZeroChooseDifferently(String network) throws IOException {
    Path golden = TestData.require("golden");
    Path weights = TestData.require("weights/" + network + "_imagenet.safetensors");
    NetworkPlan single = NetworkPlan.of(Zoo.find(network).load(weights, DataType.FLOAT).graph());
    NetworkPlan twice = NetworkPlan.of(Zoo.find(network).load(weights, DataType.DOUBLE).graph());
    double worst = 0;
    double worstPyTorch = 0;
    double farthest = 0;
    int differing = 0;
    for (Path file : maps(golden, network)) {
      String[] parts = file.getFileName().toString().split("\\.");
      String image = parts[0];
      String layer = String.join(".", Arrays.copyOfRange(parts, 2, parts.length - 3));
      int target = Integer.parseInt(parts[parts.length - 3].substring("class".length()));
      NpyArray input = Npy.read(golden.resolve(image + ".input.npy"));
      List<boolean[]> open = new ArrayList<>();
      double[] inSingle = map(single, input, layer, target, new Recorded(open), false);
      Replayed replayed = new Replayed(open);
      double[] inDouble = map(twice, input, layer, target, replayed, true);
      worst = Math.max(worst, difference(inSingle, inDouble));
      farthest = Math.max(farthest, replayed.farthest);
      differing = Math.max(differing, replayed.differing);
      if (replayed.differing == 0) {
        worstPyTorch = Math.max(worstPyTorch, difference(inSingle, Npy.read(file).values()));
      }
    }
    System.out.printf(
        "%s in FLOAT: maps within %.2e of DOUBLE's with the same choices; at most %d rectifiers"
            + " choose differently, all within %.2e of zero; without such within %.2e of"
            + " PyTorch's%n",
        network, worst, differing, farthest, worstPyTorch);
    assertThat(worst).isLessThan(ROUNDING);
    assertThat(worstPyTorch).isLessThan(ROUNDING);
    assertThat(farthest).isLessThan(ROUNDING);
  }

  /** Signed maps: before the rectifier of Grad-CAM itself. */
  private static List<Path> maps(Path golden, String network) throws IOException {
    try (Stream<Path> files = Files.list(golden)) {
      List<Path> maps =
          files
              .filter(f -> f.getFileName().toString().contains("." + network + "."))
              .filter(f -> f.toString().endsWith(".gradcam_prerelu.npy"))
              .sorted()
              .toList();
      assertThat(maps).hasSizeGreaterThanOrEqualTo(6);
      return maps;
    }
  }

  private static double[] map(
      NetworkPlan plan, NpyArray input, String layer, int target, Rule rule, boolean keepAll) {
    List<double[]> maps = new ArrayList<>();
    try (Kernels kernels = Kernels.fastest(plan.dataType());
        Pass pass = new Pass(plan, kernels)) {
      int[] s = input.shape();
      Tensor image = kernels.tensor(input.floats(), 1, s[0], s[1], s[2]);
      pass.forward(kernels.channelsLast(image), Set.of(layer), keepAll);
      String logits = plan.logits().name();
      Tensor seed = kernels.oneHot(new int[] {target}, pass.activation(logits).tensor().channels());
      int[] rows = {0};
      pass.backward(
          List.of(new Seed(logits, seed)),
          rows,
          rule,
          List.of(layer),
          new LayerListener() {
            @Override
            public void gradient(LayerView activation, LayerView gradient) {
              Tensor alpha = kernels.spatialMean(gradient.tensor());
              maps.add(
                  kernels.values(kernels.weightedChannelSum(activation.tensor(), alpha, rows)));
            }
          });
    }
    return maps.get(0);
  }
}
