package org.gradcam4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Scope;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.method.Attribution;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Objective;
import org.gradcam4j.method.SaliencyMap;
import org.gradcam4j.method.Score;
import org.gradcam4j.method.Targets;
import org.gradcam4j.pass.LayerListener;
import org.gradcam4j.pass.LayerView;
import org.gradcam4j.pass.Pass;
import org.gradcam4j.pass.Seed;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.NodeFactories;
import org.gradcam4j.plan.NodeFactory;
import org.gradcam4j.plan.Replica;
import org.gradcam4j.plan.node.InputNode;
import org.gradcam4j.plan.node.YoloNode;
import org.gradcam4j.plan.rule.GradientRule;
import org.gradcam4j.plan.rule.Rule;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Explains what a Deeplearning4j network looked at.
 *
 * <pre>{@code
 * try (Explainer explainer = Explainer.of(graph, Preprocessing.torchvision(224, 224))) {
 *   Explanation e =
 *       explainer.explain(Photo.read(path), new GradCam("layer4"), Target.topPredicted());
 *   ImageIO.write(e.overlay(), "png", file);
 * }
 * }</pre>
 *
 * <p>The network is read, never changed; its parameters are shared, not copied. An explainer may be
 * used by many threads at once and gives each the maps that it gives to one alone. It holds native
 * memory until it is closed.
 */
public final class Explainer implements AutoCloseable {
  /**
   * What stock Deeplearning4j computes: the outputs of a replica over the same parameters, since a
   * network keeps its last input.
   */
  private final Function<INDArray, INDArray[]> own;

  private final NetworkPlan plan;
  private final Kernels kernels;
  private final Attribution.Site site;
  private final Preprocessing preprocessing;
  private final List<String> labels;
  private final String name;
  private final long parameters;
  private volatile boolean unchecked;
  private volatile boolean closed;

  private Explainer(Builder builder) {
    this.own = builder.own;
    this.plan = builder.reader.apply(builder.factories);
    plan.outputs().forEach(output -> refuseStacked("output", output));
    this.kernels = Kernels.fastest(plan.dataType());
    this.preprocessing = builder.preprocessing;
    this.labels = builder.labels;
    this.name = builder.name;
    this.parameters = builder.parameters;
    this.unchecked = builder.selfCheck;
    List<LayerInfo> layers = layers();
    String layer = builder.defaultLayer != null ? builder.defaultLayer : deepestWithSpace(layers);
    this.site = new Attribution.Site(plan, plan.step(layer).name(), preprocessing);
  }

  /** Of stacked rows none is the image's alone. */
  private static void refuseStacked(String what, Step step) {
    if (step.multiplicity() != 1) {
      throw new IllegalArgumentException(
          "%s '%s' has %d rows an image, which were stacked: expected one"
              .formatted(what, step.name(), step.multiplicity()));
    }
  }

  /** An explainer of a graph with one input. */
  public static Explainer of(ComputationGraph graph, Preprocessing preprocessing) {
    return builder(graph, preprocessing).build();
  }

  /** An explainer of a network of layers. */
  public static Explainer of(MultiLayerNetwork network, Preprocessing preprocessing) {
    return builder(network, preprocessing).build();
  }

  /** An explainer of a graph with one input, for more options. */
  public static Builder builder(ComputationGraph graph, Preprocessing preprocessing) {
    Function<INDArray, INDArray[]> own = input -> Replica.of(graph).output(input);
    return new Builder(
        factories -> NetworkPlan.of(graph, factories), own, graph.numParams(), preprocessing);
  }

  /** An explainer of a network of layers, for more options. */
  public static Builder builder(MultiLayerNetwork network, Preprocessing preprocessing) {
    Function<INDArray, INDArray[]> own =
        input -> new INDArray[] {Replica.of(network).output(input)};
    return new Builder(
        factories -> NetworkPlan.of(network, factories), own, network.numParams(), preprocessing);
  }

  /** Options of an explainer. */
  public static final class Builder {
    private final Function<NodeFactories, NetworkPlan> reader;
    private final Function<INDArray, INDArray[]> own;
    private final long parameters;
    private final Preprocessing preprocessing;
    private List<String> labels = List.of();
    private String defaultLayer;
    private String name = "network";
    private NodeFactories factories = NodeFactories.none();
    private boolean selfCheck = true;

    private Builder(
        Function<NodeFactories, NetworkPlan> reader,
        Function<INDArray, INDArray[]> own,
        long parameters,
        Preprocessing preprocessing) {
      this.reader = reader;
      this.own = own;
      this.parameters = parameters;
      this.preprocessing = preprocessing;
    }

    /** The classes' names, in the order of the first output's scores. */
    public Builder labels(List<String> names) {
      this.labels = List.copyOf(names);
      return this;
    }

    /** The layer for methods that were given none; by default the deepest with space. */
    public Builder defaultLayer(String layer) {
      this.defaultLayer = layer;
      return this;
    }

    /** The network's name, for provenance. */
    public Builder name(String networkName) {
      this.name = networkName;
      return this;
    }

    /**
     * The node of a layer or vertex kind of your own.
     *
     * @param configuration the class of its configuration
     */
    public <C> Builder node(Class<C> configuration, NodeFactory<? super C> factory) {
      this.factories = factories.with(configuration, factory);
      return this;
    }

    /**
     * Whether the first image's outputs are compared with the network's own, which takes one
     * forward pass of stock Deeplearning4j; on by default.
     */
    public Builder selfCheck(boolean on) {
      this.selfCheck = on;
      return this;
    }

    /**
     * The explainer.
     *
     * @throws IllegalArgumentException if no node covers a layer, naming it, if the network does
     *     not take images of the preprocessing's size, has no such default layer, or has an output
     *     of rows that were stacked
     */
    public Explainer build() {
      return new Explainer(this);
    }
  }

  /** The network. */
  public NetworkPlan plan() {
    return plan;
  }

  /** How photos become inputs. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The classes' names; empty where the network has none. */
  public List<String> labels() {
    return labels;
  }

  /** The layer for methods that were given none. */
  public String defaultLayer() {
    return site.defaultLayer();
  }

  /** Layers with space, from deep to shallow, without the input and rows that were stacked. */
  public List<LayerInfo> layers() {
    List<long[]> shapes = plan.shapes(preprocessing.height(), preprocessing.width());
    List<LayerInfo> layers = new ArrayList<>();
    for (Step step : plan.steps()) {
      long[] shape = shapes.get(step.index());
      boolean mapped = shape.length == 3 && step.multiplicity() == 1;
      if (mapped && !(step.node() instanceof InputNode)) {
        String kind = step.node().getClass().getSimpleName().replace("Node", "");
        layers.add(
            new LayerInfo(step.name(), kind, (int) shape[2], (int) shape[0], (int) shape[1]));
      }
    }
    Collections.reverse(layers);
    return layers;
  }

  /** The deepest layer before the scores with more than one cell that is not a pooling. */
  private String deepestWithSpace(List<LayerInfo> layers) {
    Step scores = plan.logits();
    Set<Integer> before = new HashSet<>(scores.inputs());
    for (int i = scores.index() - 1; i >= 0; i--) {
      if (before.contains(i)) {
        before.addAll(plan.steps().get(i).inputs());
      }
    }
    return layers.stream()
        .filter(l -> before.contains(plan.step(l.name()).index()))
        .filter(l -> l.height() * l.width() > 1 && !l.kind().endsWith("Pool"))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the network has no layer with space: expected a convolutional network"))
        .name();
  }

  /** A photo as the network takes it. */
  public NetworkInput input(Photo photo) {
    return NetworkInput.of(photo, preprocessing);
  }

  /**
   * Explains one number that the network says of a photo: the target's first, where it means
   * several.
   *
   * @throws IllegalArgumentException for a layer, class, place or size that the network does not
   *     have
   */
  public Explanation explain(Photo photo, Method method, Target target) {
    return explain(List.of(input(photo)), List.of(method), List.of(target)).get(0);
  }

  /**
   * Explains a batch by one forward pass, and each method's targets by one backward pass.
   *
   * @return image by image, for each method, for each number that the targets mean; one that
   *     several of them mean comes once
   */
  public List<Explanation> explain(
      List<NetworkInput> inputs, List<Method> methods, List<Target> targets) {
    return explain(inputs, methods, targets, Score.LOGIT, share -> {});
  }

  /**
   * Explains a batch by one forward pass, and each method's targets by one backward pass.
   *
   * @param score whether it is explained before or after softmax and the like
   * @param progress is told the share of the work that is done, from 0 to 1
   * @return image by image, for each method, for each number that the targets mean; one that
   *     several of them mean comes once
   */
  public List<Explanation> explain(
      List<NetworkInput> inputs,
      List<Method> methods,
      List<Target> targets,
      Score score,
      DoubleConsumer progress) {
    return explainEach(inputs, methods, targets, score, progress).stream()
        .flatMap(List::stream)
        .toList();
  }

  /** The same, each image's explanations by themselves. */
  List<List<Explanation>> explainEach(
      List<NetworkInput> inputs,
      List<Method> methods,
      List<Target> targets,
      Score score,
      DoubleConsumer progress) {
    check(inputs);
    Set<String> keep = new HashSet<>();
    boolean keepAll = false;
    for (Method method : methods) {
      keep.addAll(method.reads(site));
      keepAll |= method.readsAllActivations();
    }
    try (Pass pass = new Pass(plan, kernels)) {
      Tensor batch = batch(inputs);
      pass.forward(batch, keep, keepAll);
      List<List<NetworkOutput>> outputs = outputs(pass, inputs);
      List<List<Choice>> chosen = outputs.stream().map(image -> choose(image, targets)).toList();
      Targets rows = rows(chosen, score);
      Map<String, Tensor> gradients = sharedGradients(pass, rows, methods);
      List<List<SaliencyMap>> maps = new ArrayList<>();
      for (Method method : methods) {
        double done = maps.size();
        Attribution attribution =
            new Attribution(
                pass,
                batch,
                rows,
                site,
                gradients,
                () -> new Pass(plan, kernels),
                share -> progress.accept((done + share) / methods.size()));
        // What one method needs is free for the next.
        try (Scope own = kernels.open()) {
          assert own.isOpen();
          maps.add(method.explain(attribution));
        }
        progress.accept((done + 1) / methods.size());
      }
      return explanations(inputs, methods, outputs, chosen, maps, score);
    }
  }

  /** The gradients that several methods read, from one backward pass; none for a single one. */
  private Map<String, Tensor> sharedGradients(Pass pass, Targets rows, List<Method> methods) {
    List<Set<String>> read =
        methods.stream()
            .map(method -> method.readsGradients(site))
            .filter(layers -> !layers.isEmpty())
            .toList();
    Map<String, Tensor> gradients = new HashMap<>();
    if (read.size() > 1) {
      Set<String> layers = read.stream().flatMap(Set::stream).collect(Collectors.toSet());
      pass.backward(
          rows.seeds(pass),
          rows.images(),
          new GradientRule(),
          layers,
          new LayerListener() {
            @Override
            public void gradient(LayerView activation, LayerView gradient) {
              gradients.put(activation.layer(), gradient.tensor());
            }
          });
    }
    return gradients;
  }

  private List<List<Explanation>> explanations(
      List<NetworkInput> inputs,
      List<Method> methods,
      List<List<NetworkOutput>> outputs,
      List<List<Choice>> chosen,
      List<List<SaliencyMap>> maps,
      Score score) {
    List<List<Explanation>> result = new ArrayList<>();
    int row = 0;
    for (int image = 0; image < inputs.size(); image++) {
      List<Explanation> own = new ArrayList<>();
      NetworkOutput first = outputs.get(image).get(0);
      List<Prediction> predictions = first.isClasses() ? first.predictions() : List.of();
      for (int m = 0; m < methods.size(); m++) {
        for (int t = 0; t < chosen.get(image).size(); t++) {
          SaliencyMap map = maps.get(m).get(row + t);
          own.add(
              new Explanation(
                  inputs.get(image),
                  predictions,
                  chosen.get(image).get(t).prediction(),
                  methods.get(m),
                  map,
                  preprocessing,
                  provenance(inputs.get(image), methods.get(m), score)));
        }
      }
      result.add(own);
      row += chosen.get(image).size();
    }
    return result;
  }

  private Provenance provenance(NetworkInput input, Method method, Score score) {
    String version = Explainer.class.getPackage().getImplementationVersion();
    Set<String> read = method.reads(site);
    Set<String> layers = read.isEmpty() ? Set.of(plan.input().name()) : read;
    return new Provenance(
        version == null ? "development" : version,
        name,
        parameters,
        plan.dataType().name(),
        method.toString(),
        String.join(", ", layers),
        score,
        input.photo().isPresent() ? preprocessing : null,
        input.name(),
        input.photo().map(Photo::sha256).orElse(""));
  }

  /** A number of an image's output. */
  private record Choice(Objective objective, NetworkOutput output) {
    Prediction prediction() {
      return new Prediction(
          objective.classIndex().orElse(-1),
          objective.label(),
          objective.value(output.logits(), Score.LOGIT),
          objective.value(output.values(), Score.PROBABILITY));
    }
  }

  private static Targets rows(List<List<Choice>> chosen, Score score) {
    int[] images =
        IntStream.range(0, chosen.size())
            .flatMap(image -> IntStream.range(0, chosen.get(image).size()).map(t -> image))
            .toArray();
    List<Choice> rows = chosen.stream().flatMap(List::stream).toList();
    return new Targets(
        rows.stream().map(Choice::objective).toList(),
        images,
        rows.stream().map(row -> row.output().name()).toList(),
        score);
  }

  private List<Choice> choose(List<NetworkOutput> outputs, List<Target> targets) {
    return targets.stream()
        .flatMap(
            target -> {
              NetworkOutput output = output(outputs, target);
              return target.objectives(output).stream()
                  .map(objective -> new Choice(objective, output));
            })
        .distinct()
        .toList();
  }

  private static NetworkOutput output(List<NetworkOutput> outputs, Target target) {
    return target
        .output()
        .map(
            name ->
                outputs.stream()
                    .filter(output -> output.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "no output '"
                                    + name
                                    + "'; the network's are "
                                    + outputs.stream().map(NetworkOutput::name).toList())))
        .orElse(outputs.get(0));
  }

  /**
   * A classifier's scores for each image, in the order of the classes: its first {@linkplain
   * #outputs output}.
   *
   * @throws IllegalArgumentException if its first output is not one score a class
   */
  public List<List<Prediction>> predict(List<NetworkInput> inputs) {
    return outputs(inputs).stream().map(outputs -> outputs.get(0).predictions()).toList();
  }

  /** What the network says of each image, at each of its outputs in their order. */
  public List<List<NetworkOutput>> outputs(List<NetworkInput> inputs) {
    check(inputs);
    try (Pass pass = new Pass(plan, kernels)) {
      pass.forward(batch(inputs), Set.of(), false);
      return outputs(pass, inputs);
    }
  }

  private List<List<NetworkOutput>> outputs(Pass pass, List<NetworkInput> inputs) {
    List<List<NetworkOutput>> result = new ArrayList<>();
    inputs.forEach(input -> result.add(new ArrayList<>()));
    for (Step output : plan.outputs()) {
      double[][] logits = Targets.scores(pass, plan.logits(output));
      double[][] values = Targets.scores(pass, output);
      long[] s = pass.activation(output.name()).array().shape();
      int[] shape = Arrays.stream(s).skip(1).mapToInt(Math::toIntExact).toArray();
      for (int image = 0; image < inputs.size(); image++) {
        for (int i = 0; i < logits[image].length; i++) {
          checkFinite(logits[image][i], i, inputs.get(image));
        }
        // Labels are those of the first output.
        List<String> names = output == plan.output() ? labels : List.of();
        NetworkOutput own =
            new NetworkOutput(
                output.name(), shape, logits[image], values[image], names, priors(output));
        if (!names.isEmpty() && names.size() != own.classes()) {
          throw new IllegalArgumentException(
              names.size() + " labels for a network of " + own.classes() + " classes");
        }
        result.get(image).add(own);
      }
    }
    return result;
  }

  private static List<YoloNode.Prior> priors(Step output) {
    return output.node() instanceof YoloNode yolo ? yolo.priors() : List.of();
  }

  private static void checkFinite(double score, int index, NetworkInput input) {
    if (!Double.isFinite(score)) {
      throw new IllegalArgumentException(
          "the network's score "
              + index
              + " for "
              + input.name()
              + " is "
              + score
              + ": check its weights and preprocessing");
    }
  }

  /**
   * Shows layers' activations for a batch of N images, {@code [N, C, H, W]} or {@code [N, F]} each,
   * in the order of the collection.
   *
   * @throws IllegalArgumentException if the network has no such layer
   */
  public void observe(
      List<NetworkInput> inputs, Collection<String> layers, LayerListener listener) {
    check(inputs);
    try (Pass pass = new Pass(plan, kernels)) {
      pass.forward(batch(inputs), Set.copyOf(layers), false);
      pass.show(layers, listener);
    }
  }

  /**
   * Passes gradients that the caller's own computation brings to a layer further back, and shows
   * them at shallower layers: for an image captioner, the derivative of the caption's
   * log-probability with respect to the image features.
   *
   * @param inputs the batch of N images
   * @param layer the layer that the gradients are of
   * @param gradients {@code [R, C, H, W]} or {@code [R, F]}
   * @param images for each of the R gradients, its image
   * @param rule how nodes pass them
   * @param layers the layers to show
   * @param listener sees each of them once, from deep to shallow, with activation and gradient
   * @throws IllegalArgumentException if the network has no such layer, the gradients do not fit it,
   *     or none of them reaches a layer to show
   */
  public void backpropagate(
      List<NetworkInput> inputs,
      String layer,
      INDArray gradients,
      int[] images,
      Rule rule,
      Collection<String> layers,
      LayerListener listener) {
    check(inputs);
    if (gradients.size(0) != images.length) {
      throw new IllegalArgumentException(
          gradients.size(0)
              + " gradients and "
              + images.length
              + " images: expected one image each");
    }
    for (int image : images) {
      if (image < 0 || image >= inputs.size()) {
        throw new IllegalArgumentException(
            "a gradient of image " + image + ": the images are 0 to " + (inputs.size() - 1));
      }
    }
    refuseStacked("layer", plan.step(layer));
    Set<String> keep = new HashSet<>(layers);
    keep.add(layer);
    try (Pass pass = new Pass(plan, kernels)) {
      pass.forward(batch(inputs), keep, rule.readsAllActivations());
      Tensor brought = kernels.adopt(gradients.castTo(plan.dataType()));
      Tensor seed = gradients.rank() == 4 ? kernels.channelsLast(brought) : brought;
      long[] expected = pass.activation(layer).tensor().shape();
      expected[0] = images.length;
      if (!Arrays.equals(expected, seed.shape())) {
        throw new IllegalArgumentException(
            "gradients of "
                + Arrays.toString(gradients.shape())
                + " do not fit layer '"
                + layer
                + "': expected "
                + Arrays.toString(pass.activation(layer).array().shape())
                + " with one row a gradient");
      }
      pass.backward(List.of(new Seed(layer, seed)), images, rule, layers, listener);
    }
  }

  /** {@code [N, H, W, C]}. */
  private Tensor batch(List<NetworkInput> inputs) {
    NetworkInput first = inputs.get(0);
    int channels = first.channels();
    int plane = first.height() * first.width();
    float[] values = new float[inputs.size() * channels * plane];
    for (int n = 0; n < inputs.size(); n++) {
      float[] own = inputs.get(n).values();
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < plane; i++) {
          values[(n * plane + i) * channels + c] = own[c * plane + i];
        }
      }
    }
    return kernels.tensor(values, inputs.size(), first.height(), first.width(), channels);
  }

  private void check(List<NetworkInput> inputs) {
    if (closed) {
      throw new IllegalStateException("the explainer is closed");
    }
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("no images: expected at least one");
    }
    for (NetworkInput input : inputs) {
      if (input.channels() != plan.inputChannels()
          || input.height() != preprocessing.height()
          || input.width() != preprocessing.width()) {
        throw new IllegalArgumentException(
            "input %s is [%d, %d, %d]: the network takes [%d, %d, %d] (channels, height, width)"
                .formatted(
                    input.name(),
                    input.channels(),
                    input.height(),
                    input.width(),
                    plan.inputChannels(),
                    preprocessing.height(),
                    preprocessing.width()));
      }
    }
    if (unchecked) {
      synchronized (own) {
        if (unchecked) {
          selfCheck(inputs.get(0));
          unchecked = false;
        }
      }
    }
  }

  /** The plan's outputs for an image must be the network's own. */
  private void selfCheck(NetworkInput image) {
    INDArray input;
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      assert outside != null;
      long[] shape = {1, image.channels(), image.height(), image.width()};
      input = Nd4j.create(image.values(), shape, 'c').castTo(plan.dataType());
    }
    INDArray[] expected =
        own.apply(plan.channelsLastInput() ? input.permute(0, 2, 3, 1).dup('c') : input);
    try (Pass pass = new Pass(plan, kernels)) {
      pass.forward(batch(List.of(image)), Set.of(), false);
      for (int i = 0; i < expected.length; i++) {
        Step output = plan.outputs().get(i);
        selfCheck(output.name(), expected[i], Targets.scores(pass, output)[0]);
      }
    }
  }

  private void selfCheck(String output, INDArray expected, double[] found) {
    boolean channelsLast = plan.channelsLastInput() && expected.rank() == 4;
    double[] wanted =
        (channelsLast ? expected.permute(0, 3, 1, 2) : expected).dup('c').data().asDouble();
    double largest = 0;
    double difference = wanted.length == found.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(wanted.length, found.length); i++) {
      largest = Math.max(largest, Math.abs(wanted[i]));
      difference = Math.max(difference, Math.abs(wanted[i] - found[i]));
    }
    double tolerance = plan.dataType() == DataType.DOUBLE ? 1e-8 : 1e-3;
    if (!(difference <= tolerance * largest)) {
      throw new IllegalStateException(
          "self-check: the output '"
              + output
              + "' read from the network differs from its own output() by "
              + difference
              + " of "
              + largest
              + "; please report the network, or switch the check off");
    }
  }

  /**
   * Forgets what was computed from the network's parameters. Training and loading are noticed
   * without it; call it after single numbers of its weights were changed by hand.
   */
  public void parametersChanged() {
    kernels.parametersChanged();
  }

  /** Bytes of native memory that passes took and the next will reuse. */
  long reusable() {
    return kernels.reusable();
  }

  /** Frees its native memory; the network stays as it is. */
  @Override
  public void close() {
    closed = true;
    kernels.close();
  }
}
