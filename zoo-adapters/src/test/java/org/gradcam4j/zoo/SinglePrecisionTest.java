package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.zoo.GoldenTest.difference;
import static org.gradcam4j.zoo.GoldenTest.doubles;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Target;
import org.gradcam4j.TestData;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.method.Attribution;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.SaliencyMap;
import org.gradcam4j.plan.node.Visit;
import org.gradcam4j.plan.rule.GradientRule;
import org.gradcam4j.plan.rule.Rule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What single precision costs. A rectifier whose input is zero within rounding may pass a gradient
 * in one precision and stop it in the other, and one such cell can change a map by a thousandth. So
 * Grad-CAM in FLOAT is compared with what DOUBLE gives for the choices of the same FLOAT pass at
 * rectifiers, and each choice that differs must be one at zero. Where none differs it is PyTorch's
 * map, which DOUBLE equals in {@link GoldenTest}.
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
      assertThat(there).hasSameSizeAs(inputs);
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

    @Override
    public boolean readsAllActivations() {
      return true;
    }
  }

  /** Grad-CAM from what a rule passes back, before its own rectifier. */
  private record RuledGradCam(String layer, Rule rule) implements Method {
    @Override
    public String name() {
      return "grad-cam";
    }

    @Override
    public Set<String> reads(Attribution.Site site) {
      return Set.of(layer);
    }

    @Override
    public boolean readsAllActivations() {
      return rule.readsAllActivations();
    }

    @Override
    public List<SaliencyMap> explain(Attribution attribution) {
      return attribution.atLayer(
          layer,
          rule,
          (kernels, activation, gradient, rows) ->
              kernels.weightedChannelSum(activation, kernels.spatialMean(gradient), rows));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "resnet50", "squeezenet1_1"})
  void onlyRectifiersAtZeroChooseDifferently(String network) throws IOException {
    Path golden = TestData.require("golden");
    Path weights = TestData.require("weights/" + network + "_imagenet.safetensors");
    DoubleSummaryStatistics fromDouble = new DoubleSummaryStatistics();
    DoubleSummaryStatistics fromPyTorch = new DoubleSummaryStatistics();
    DoubleSummaryStatistics alikeFromPyTorch = new DoubleSummaryStatistics();
    double farthest = 0;
    int differing = 0;
    try (Explainer single = Zoo.find(network).load(weights, DataType.FLOAT).explainer();
        Explainer twice = Zoo.find(network).load(weights, DataType.DOUBLE).explainer()) {
      for (String image : List.of("both", "cat_dog")) {
        List<NetworkInput> input = List.of(GoldenTest.input(golden.resolve(image + ".input.npy")));
        Map<String, List<GoldenMap>> byLayer =
            GoldenMap.of(golden, image, network).stream()
                .filter(map -> !map.method().mapsInput())
                .collect(Collectors.groupingBy(map -> map.method().layer()));
        for (String layer : byLayer.keySet()) {
          List<Target> targets =
              byLayer.get(layer).stream().map(map -> Target.classIndex(map.target())).toList();
          // Users' maps, and what is recorded, from one forward pass.
          List<boolean[]> open = new ArrayList<>();
          List<Explanation> inSingle =
              single.explain(
                  input,
                  List.of(
                      new GradCam(layer),
                      new GradCam(layer, true),
                      new RuledGradCam(layer, new Recorded(open))),
                  targets);
          Replayed replayed = new Replayed(open);
          Method withItsChoices = new RuledGradCam(layer, replayed);
          List<Explanation> inDouble = twice.explain(input, List.of(withItsChoices), targets);
          assertThat(replayed.open).isExhausted();
          differing = Math.max(differing, replayed.differing);
          farthest = Math.max(farthest, replayed.farthest);
          for (GoldenMap wanted : byLayer.get(layer)) {
            double[] map = map(inSingle, wanted.method(), wanted.target());
            double[] same = map(inDouble, withItsChoices, wanted.target());
            if (wanted.method().equals(new GradCam(layer))) {
              Arrays.setAll(same, i -> Math.max(same[i], 0));
            }
            fromDouble.accept(difference(map, same));
            fromPyTorch.accept(difference(map, wanted.values()));
            if (replayed.differing == 0) {
              alikeFromPyTorch.accept(difference(map, wanted.values()));
            }
          }
        }
      }
    }
    System.out.printf(
        "%s in FLOAT: Grad-CAM within %.2e of DOUBLE's with the same choices at rectifiers, of which"
            + " at most %d differ, all within %.2e of zero; %d of %d maps have none that differs"
            + " and are within %.2e of PyTorch's, all within %.2e%n",
        network,
        fromDouble.getMax(),
        differing,
        farthest,
        alikeFromPyTorch.getCount(),
        fromPyTorch.getCount(),
        alikeFromPyTorch.getMax(),
        fromPyTorch.getMax());
    assertThat(fromDouble.getMax()).isLessThan(ROUNDING);
    assertThat(farthest).isLessThan(ROUNDING);
    assertThat(alikeFromPyTorch.getMax()).isLessThan(ROUNDING);
  }

  private static double[] map(List<Explanation> explanations, Method method, int target) {
    return explanations.stream()
        .filter(e -> e.method().equals(method) && e.target().index() == target)
        .map(e -> doubles(e.map().values()))
        .findFirst()
        .orElseThrow();
  }
}
