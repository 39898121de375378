package org.gradcam4j.benchmarks;

import static org.gradcam4j.benchmarks.Ratio.Form.RATIO;
import static org.gradcam4j.benchmarks.Ratio.Form.SHARE;
import static org.gradcam4j.benchmarks.Ratio.Form.TIMES;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.gradcam4j.benchmarks.Ratio.Form;
import org.gradcam4j.benchmarks.Source.Cost;
import org.gradcam4j.benchmarks.Source.NetworkRoofline;
import org.gradcam4j.benchmarks.Source.Timing;
import org.gradcam4j.benchmarks.network.ExplanationBenchmark;
import org.gradcam4j.benchmarks.network.NetworkBenchmark;
import org.gradcam4j.benchmarks.network.OcclusionBenchmark;
import org.gradcam4j.benchmarks.peer.LibtorchBenchmark;
import org.gradcam4j.benchmarks.peer.LibtorchNetwork.Layout;
import org.gradcam4j.method.Methods;

/** The ratios of one network: those that are held to a limit, and the others. */
final class Suite {
  /** Batch sizes among which the best is looked for. */
  private static final int[] BATCHES = {1, 4, 8, 16, 32};

  private static final int[] QUICK_BATCHES = {1, 8, 16};
  private static final int STRIDE = 8;

  /**
   * A network and what its ratios are held to.
   *
   * @param id its id
   * @param size rows and columns of its input
   * @param forward forward over libtorch's
   * @param gradCamOverForward Grad-CAM over libtorch's forward
   * @param gradCam Grad-CAM over our forward
   * @param classes Grad-CAM of five classes over that of one
   * @param occlusion how many times faster than whole inference
   * @param roofline the share of the roofline
   */
  private record Network(
      String id,
      int size,
      double forward,
      Optional<Limit> gradCamOverForward,
      double gradCam,
      double classes,
      double occlusion,
      Optional<Limit> roofline) {}

  private static final List<Network> NETWORKS =
      List.of(
          new Network("vgg16", 224, 0.8, most(1.0), 1.2, 1.3, 4.5, Optional.of(Limit.atLeast(0.8))),
          new Network(
              "resnet50",
              224,
              1.0,
              Optional.empty(),
              1.1,
              1.15,
              1.5,
              Optional.of(Limit.atLeast(0.45))),
          new Network("alexnet", 227, 1.0, Optional.empty(), 1.5, 1.5, 2.5, Optional.empty()),
          new Network(
              "alexnet-torchvision", 224, 1.0, Optional.empty(), 1.5, 1.5, 2.5, Optional.empty()));

  private static final double OVER_LIBTORCH_GRAD_CAM = 0.9;
  private static final double GRADIENT_OVER_FORWARD = 2.3;

  private final Network network;
  private final boolean quick;
  private final List<Ratio> ratios = new ArrayList<>();

  private Suite(Network network, boolean quick) {
    this.network = network;
    this.quick = quick;
  }

  private static Optional<Limit> most(double value) {
    return Optional.of(Limit.atMost(value));
  }

  /**
   * Lines of the table, network by network.
   *
   * @param quick whether the best batch is looked for among fewer sizes
   */
  static List<Ratio> limited(boolean quick) {
    return NETWORKS.stream()
        .flatMap(network -> new Suite(network, quick).addLimited().ratios.stream())
        .toList();
  }

  /** All lines of the table. */
  static List<Ratio> all(boolean quick) {
    List<Ratio> all = new ArrayList<>();
    for (Network network : NETWORKS) {
      all.addAll(new Suite(network, quick).addLimited().addOthers().ratios);
    }
    all.addAll(KernelSuite.ratios());
    return all;
  }

  private void add(String group, Quantity over, Quantity under, Form form, Optional<Limit> limit) {
    ratios.add(new Ratio(network.id(), group, over, under, form, limit));
  }

  private void add(String group, Quantity over, Quantity under) {
    add(group, over, under, RATIO, Optional.empty());
  }

  private Suite addLimited() {
    addForward();
    addGradCam();
    addGradients();
    addOcclusion();
    return this;
  }

  private void addForward() {
    String group = "forward";
    for (int batch : new int[] {1, 8}) {
      for (Quantity peer : libtorch(batch)) {
        add(group, forward(batch), peer, RATIO, most(network.forward()));
      }
    }
    add(group, forward(1), Quantity.of("Deeplearning4j's output()", stock()));
    add(group, roofline(1), forward(1), SHARE, network.roofline());
    add(group, roofline(8), forward(8), SHARE, Optional.empty());
  }

  private void addGradCam() {
    String group = "Grad-CAM";
    Quantity one = explanation("grad-cam", 1, 1);
    for (Quantity peer : libtorch(1)) {
      add(group, one, peer, RATIO, network.gradCamOverForward());
    }
    for (Quantity peer : layouts("Grad-CAM", this::libtorchGradCam)) {
      add(group, one, peer, RATIO, most(OVER_LIBTORCH_GRAD_CAM));
    }
    add(group, one, forward(1), RATIO, most(network.gradCam()));
    add(group, explanation("grad-cam", 1, 5), one, RATIO, most(network.classes()));
  }

  private void addGradients() {
    for (String method : List.of("guided-backprop", "gradient")) {
      add(
          "gradients of the input",
          explanation(method, 1, 1),
          forward(1),
          RATIO,
          most(GRADIENT_OVER_FORWARD));
    }
  }

  private void addOcclusion() {
    String group = "occlusion";
    Optional<Limit> limit = Optional.of(Limit.atLeast(network.occlusion()));
    Quantity occlusion = occlusion();
    int[] batches = quick ? QUICK_BATCHES : BATCHES;
    List<Timing> own = IntStream.of(batches).mapToObj(batch -> forwardTiming(batch)).toList();
    add(group, new Quantity("whole inference, best batch", own), occlusion, TIMES, limit);
    List<Timing> peers = new ArrayList<>();
    for (Layout layout : Layout.values()) {
      for (int batch : batches) {
        peers.add(libtorchForward(layout, batch));
      }
    }
    List<Timing> contiguous = peers.subList(0, batches.length);
    add(
        group,
        new Quantity("libtorch's inference, best batch", contiguous),
        occlusion,
        TIMES,
        limit);
    add(
        group,
        new Quantity("libtorch's inference, best batch and layout", peers),
        occlusion,
        TIMES,
        limit);
  }

  private Suite addOthers() {
    Quantity gradCam = explanation("grad-cam", 1, 1);
    add("batches", forward(8), forward(1));
    add("batches", forward(32), forward(1));
    add("batches", explanation("grad-cam", 8, 1), forward(8));
    add("batches", explanation("grad-cam", 32, 1), forward(32));
    add("batches", explanation("grad-cam", 8, 5), explanation("grad-cam", 8, 1));
    for (String method : Methods.names()) {
      // Class activation maps are of networks that end in pooling and one dense layer.
      boolean possible = !method.equals("cam") || network.id().equals("resnet50");
      boolean above =
          List.of("grad-cam", "guided-backprop", "gradient", "occlusion").contains(method);
      if (possible && !above) {
        add("methods", explanation(method, 1, 1), forward(1));
      }
    }
    Timing python =
        new Timing(
            Side.PYTHON,
            network.id(),
            "PyTorch's Grad-CAM by a full backward pass",
            "",
            new TreeMap<>(),
            1,
            Cost.LIGHT);
    add("Python", gradCam, Quantity.of(python.name(), python));
    return this;
  }

  private Quantity roofline(int batch) {
    return Quantity.of("roofline" + of(batch), new NetworkRoofline(network.id(), batch));
  }

  private static String of(int batch) {
    return batch == 1 ? "" : ", batch " + batch;
  }

  private Quantity forward(int batch) {
    return Quantity.of("forward" + of(batch), forwardTiming(batch));
  }

  private Timing forwardTiming(int batch) {
    return timing(
        Side.ND4J,
        "forward" + of(batch),
        NetworkBenchmark.class.getName() + ".forward",
        parameters("batch", batch),
        batch,
        batchCost(batch));
  }

  private static Cost batchCost(int batch) {
    return switch (batch) {
      case 1 -> Cost.LIGHT;
      case 8 -> Cost.MEDIUM;
      default -> Cost.HEAVY;
    };
  }

  private Timing stock() {
    return timing(
        Side.ND4J,
        "Deeplearning4j's output()",
        NetworkBenchmark.class.getName() + ".stock",
        parameters("batch", 1),
        1,
        Cost.HEAVY);
  }

  @FunctionalInterface
  private interface InLayout {
    Timing timing(Layout layout);
  }

  private List<Quantity> libtorch(int batch) {
    return layouts("forward" + of(batch), layout -> libtorchForward(layout, batch));
  }

  /** libtorch in its default layout, and in the better of its layouts. */
  private static List<Quantity> layouts(String what, InLayout timings) {
    Timing contiguous = timings.timing(Layout.CONTIGUOUS);
    Timing channelsLast = timings.timing(Layout.CHANNELS_LAST);
    return List.of(
        Quantity.of("libtorch's " + what, contiguous),
        new Quantity("libtorch's " + what + ", better layout", List.of(contiguous, channelsLast)));
  }

  private Timing libtorchForward(Layout layout, int batch) {
    return libtorchTiming("forward", layout, batch);
  }

  private Timing libtorchGradCam(Layout layout) {
    return libtorchTiming("gradCam", layout, 1);
  }

  private Timing libtorchTiming(String method, Layout layout, int batch) {
    String what = method.equals("forward") ? "forward" : "Grad-CAM";
    String where = layout == Layout.CONTIGUOUS ? "" : ", channels last";
    return timing(
        Side.LIBTORCH,
        "libtorch's " + what + of(batch) + where,
        LibtorchBenchmark.class.getName() + "." + method,
        parameters("layout", layout, "batch", batch),
        batch,
        batchCost(batch));
  }

  private Quantity explanation(String method, int batch, int targets) {
    int samples =
        switch (method) {
          case "smooth-grad", "integrated-gradients" -> 10;
          case "rise" -> 100;
          default -> 0;
        };
    Cost cost =
        switch (method) {
          case "smooth-grad", "integrated-gradients", "rise", "ablation-cam" -> Cost.HEAVY;
          case "score-cam" -> Cost.SLOW;
          default -> batchCost(batch);
        };
    String name =
        (method.equals("grad-cam") ? "Grad-CAM" : method)
            + (samples == 0 ? "" : " of " + samples)
            + (targets == 1 ? "" : ", " + targets + " classes")
            + of(batch);
    return Quantity.of(
        name,
        timing(
            Side.ND4J,
            name,
            ExplanationBenchmark.class.getName() + ".explain",
            parameters("method", method, "samples", samples, "batch", batch, "targets", targets),
            batch,
            cost));
  }

  private Quantity occlusion() {
    int side = OcclusionBenchmark.positions(network.size(), STRIDE);
    String name = "occlusion, %d positions".formatted(side * side);
    return Quantity.of(
        name,
        timing(
            Side.ND4J,
            name,
            OcclusionBenchmark.class.getName() + ".explain",
            parameters("stride", STRIDE),
            side * side,
            Cost.HEAVY));
  }

  private Timing timing(
      Side side,
      String name,
      String benchmark,
      SortedMap<String, String> parameters,
      int items,
      Cost cost) {
    return new Timing(side, network.id(), name, benchmark, parameters, items, cost);
  }

  /** Names and values in turn, beside the network. */
  private SortedMap<String, String> parameters(Object... namesAndValues) {
    SortedMap<String, String> parameters = new TreeMap<>();
    parameters.put("network", network.id());
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i].toString(), namesAndValues[i + 1].toString());
    }
    return parameters;
  }
}
