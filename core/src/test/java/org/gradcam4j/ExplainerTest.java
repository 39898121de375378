package org.gradcam4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.gradcam4j.SmallNetworks.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.AblationCam;
import org.gradcam4j.method.Cam;
import org.gradcam4j.method.ContrastiveExcitation;
import org.gradcam4j.method.Counterfactual;
import org.gradcam4j.method.Deconvolution;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.GuidedBackpropagation;
import org.gradcam4j.method.GuidedGradCam;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Occlusion;
import org.gradcam4j.method.SaliencyMap;
import org.gradcam4j.pass.LayerListener;
import org.gradcam4j.pass.LayerView;
import org.gradcam4j.plan.rule.GradientRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ExplainerTest {
  private static final Preprocessing SIZE =
      Preprocessing.torchvision(SmallNetworks.HEIGHT, SmallNetworks.WIDTH);

  private final ComputationGraph graph = SmallNetworks.chain(DataType.FLOAT, CNN2DFormat.NCHW);

  private static List<Method> methods() {
    return List.of(
        new GradCam("relu2"),
        new Counterfactual("relu2"),
        new GuidedGradCam("relu2"),
        new Gradient(),
        new GuidedBackpropagation(),
        new Deconvolution(),
        new ContrastiveExcitation("relu2"),
        new Occlusion(5, 4));
  }

  /** All of a network that an explanation could change. */
  private static String state(ComputationGraph graph) {
    StringBuilder state = new StringBuilder(graph.getConfiguration().toJson());
    state.append(Arrays.hashCode(graph.params().dup().data().asFloat()));
    state.append(graph.getListeners());
    for (var layer : graph.getLayers()) {
      state.append(layer.input()).append(layer.getListeners()).append(layer.conf().getLayer());
    }
    state.append(graph.getInputs() == null ? "" : Arrays.toString(graph.getInputs()));
    return state.toString();
  }

  @Test
  void theNetworkIsTheSameAfterSuccessAndAfterEveryFailure() {
    graph.setListeners(new ScoreIterationListener(1));
    String before = state(graph);
    try (Explainer explainer = Explainer.of(graph, SIZE)) {
      List<NetworkInput> images = List.of(image(1));
      List<Target> top = List.of(Target.topPredicted());
      explainer.explain(images, methods(), List.of(Target.top(3)));
      assertThat(state(graph)).isEqualTo(before);
      List<Runnable> failures =
          List.of(
              () -> explainer.explain(images, List.of(new GradCam("conv9")), top),
              () -> explainer.explain(images, List.of(new GradCam("fc1")), top),
              () -> explainer.explain(images, List.of(new Cam()), top),
              () -> explainer.explain(images, methods(), List.of(Target.classIndex(4))),
              () -> explainer.explain(images, methods(), List.of(Target.label("cat"))),
              () ->
                  explainer.explain(
                      List.of(NetworkInput.of("small", 2, 5, 5, new float[50])), methods(), top),
              () ->
                  explainer.explain(
                      List.of(NetworkInput.of("nan", 2, 11, 13, filled(2 * 11 * 13, Float.NaN))),
                      methods(),
                      top),
              () ->
                  explainer.observe(
                      images,
                      List.of("relu2"),
                      new LayerListener() {
                        @Override
                        public void activation(LayerView activation) {
                          throw new UnsupportedOperationException("the listener fails");
                        }
                      }));
      for (Runnable failure : failures) {
        assertThatThrownBy(failure::run).isInstanceOf(RuntimeException.class);
        assertThat(state(graph)).isEqualTo(before);
        assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
      }
      // And the explainer goes on.
      assertThat(explainer.explain(images, methods(), top)).hasSize(methods().size());
    }
  }

  private static float[] filled(int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void errorsSayWhatWasWrongAndWhatToDo() {
    try (Explainer explainer =
        Explainer.builder(graph, SIZE).labels(List.of("cat", "dog", "bird", "fish")).build()) {
      List<NetworkInput> images = List.of(image(1));
      List<Target> top = List.of(Target.topPredicted());
      assertThatThrownBy(() -> explainer.explain(images, List.of(new GradCam("relu3")), top))
          .hasMessageContaining("no layer 'relu3'")
          .hasMessageContaining("relu2");
      assertThatThrownBy(() -> explainer.explain(images, List.of(new GradCam("fc1")), top))
          .hasMessageContaining("'fc1' has no space")
          .hasMessageContaining("relu2");
      assertThatThrownBy(() -> explainer.explain(images, methods(), List.of(Target.label("bard"))))
          .hasMessageContaining("no class 'bard'")
          .hasMessageContaining("bird");
      assertThatThrownBy(() -> explainer.explain(images, methods(), List.of(Target.classIndex(7))))
          .hasMessageContaining("no class 7")
          .hasMessageContaining("0 to 3");
      assertThatThrownBy(
              () ->
                  explainer.explain(
                      List.of(NetworkInput.of("small", 2, 5, 5, new float[50])), methods(), top))
          .hasMessageContaining("small is [2, 5, 5]")
          .hasMessageContaining("takes [2, 11, 13]");
      assertThatThrownBy(
              () ->
                  explainer.backpropagate(
                      images,
                      "relu2",
                      Nd4j.zeros(1, 9),
                      new int[] {0},
                      new GradientRule(),
                      List.of("conv1"),
                      new LayerListener() {}))
          .hasMessageContaining("do not fit layer 'relu2'");
      assertThatThrownBy(
              () ->
                  explainer.backpropagate(
                      images,
                      "fc1",
                      Nd4j.zeros(1, 8),
                      new int[] {0},
                      new GradientRule(),
                      List.of("fc2"),
                      new LayerListener() {}))
          .hasMessageContaining("no gradient reaches layer 'fc2'");
    }
    assertThatThrownBy(() -> Explainer.of(graph, Preprocessing.torchvision(30, 30)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("30x30 does not fit")
        .hasMessageContaining("fc1");
  }

  /** Says that it is a ReLU, and is not. */
  public static final class Disguised extends ActivationReLU {
    private static final long serialVersionUID = 1L;

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
      return super.getActivation(in, training).addi(1);
    }
  }

  @Test
  void theSelfCheckFindsANetworkThatIsReadWrong() {
    ComputationGraph disguised =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(
                    InputType.convolutional(
                        SmallNetworks.HEIGHT, SmallNetworks.WIDTH, SmallNetworks.CHANNELS))
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(3, 3).nOut(4).activation(new Disguised()).build(),
                    "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "conv")
                .setOutputs("out")
                .build());
    disguised.init();
    try (Explainer explainer = Explainer.of(disguised, SIZE)) {
      for (int call = 0; call < 2; call++) {
        assertThatThrownBy(() -> explainer.predict(List.of(image(1))))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("self-check");
      }
    }
    try (Explainer explainer = Explainer.builder(disguised, SIZE).selfCheck(false).build()) {
      assertThat(explainer.predict(List.of(image(1)))).hasSize(1);
    }
  }

  @Test
  void theSelfCheckLooksAtEveryOutput() {
    ComputationGraph disguised =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(
                    InputType.convolutional(
                        SmallNetworks.HEIGHT, SmallNetworks.WIDTH, SmallNetworks.CHANNELS))
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
                .addLayer(
                    "wrong",
                    new ConvolutionLayer.Builder(3, 3).nOut(4).activation(new Disguised()).build(),
                    "in")
                .addLayer("first", output(3), "conv")
                .addLayer("second", output(2), "wrong")
                .setOutputs("first", "second")
                .build());
    disguised.init();
    try (Explainer explainer = Explainer.of(disguised, SIZE)) {
      assertThatThrownBy(() -> explainer.predict(List.of(image(1))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("self-check: the output 'second'");
    }
  }

  @Test
  void aLayerOfStackedRowsHasNoMapAnImage() {
    ComputationGraph stacked =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(
                    InputType.convolutional(
                        SmallNetworks.HEIGHT, SmallNetworks.WIDTH, SmallNetworks.CHANNELS))
                .addLayer("a", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
                .addLayer("b", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
                .addVertex("stack", new StackVertex(), "a", "b")
                .addLayer("shared", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "stack")
                .addVertex("first", new UnstackVertex(0, 2), "shared")
                .addVertex("second", new UnstackVertex(1, 2), "shared")
                .addVertex("both", new MergeVertex(), "first", "second")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "both")
                .setOutputs("out")
                .build());
    stacked.init();
    try (Explainer explainer = Explainer.of(stacked, SIZE)) {
      assertThat(explainer.layers().stream().map(LayerInfo::name))
          .contains("a", "first", "both")
          .doesNotContain("stack", "shared");
      List<Target> top = List.of(Target.topPredicted());
      for (String layer : List.of("a", "b", "first", "both")) {
        List<Method> methods = List.of(new GradCam(layer), new AblationCam(layer));
        assertThat(explainer.explain(List.of(image(1), image(2)), methods, top)).hasSize(4);
      }
      assertThatThrownBy(
              () -> explainer.explain(List.of(image(1)), List.of(new GradCam("shared")), top))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("layer 'shared' has 2 rows an image");
      INDArray gradient = Nd4j.ones(DataType.FLOAT, 1, 4, 7, 9);
      assertThatThrownBy(
              () ->
                  explainer.backpropagate(
                      List.of(image(1)),
                      "shared",
                      gradient,
                      new int[] {0},
                      new GradientRule(),
                      List.of("a"),
                      new LayerListener() {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("layer 'shared' has 2 rows an image");
    }
  }

  private static List<float[]> maps(Explainer explainer) {
    return explainer
        .explain(
            List.of(image(1)),
            List.of(new GradCam(), new Gradient(), new Occlusion(5, 4)),
            List.of(Target.classIndex(2)))
        .stream()
        .map(explanation -> explanation.map().values())
        .toList();
  }

  /** What an explainer computed from the old numbers is not used for the new. */
  @ParameterizedTest
  @ValueSource(strings = {"chain", "residual", "branches", "gap"})
  void changedParametersAreExplained(String name) {
    ComputationGraph changing = SmallNetworks.graphs(DataType.FLOAT).get(name);
    INDArray others = changing.params().mul(1.5).addi(0.01f);
    INDArray weights = changing.getLayer("conv1").getParam("W");
    DataSet batch =
        new DataSet(
            SmallNetworks.input(DataType.FLOAT, 8, 3),
            Nd4j.eye(SmallNetworks.CLASSES).repeat(0, 2).castTo(DataType.FLOAT));
    try (Explainer explainer = Explainer.of(changing, SIZE)) {
      List<Runnable> changes =
          List.of(
              () -> changing.fit(batch),
              () -> changing.setParams(others),
              () -> weights.muli(0.9),
              () -> {
                weights.putScalar(new int[] {1, 1, 2, 0}, 3);
                explainer.parametersChanged();
              });
      for (int c = 0; c < changes.size(); c++) {
        List<float[]> before = maps(explainer);
        changes.get(c).run();
        try (Explainer fresh = Explainer.of(changing, SIZE)) {
          List<float[]> expected = maps(fresh);
          List<float[]> after = maps(explainer);
          boolean same = true;
          for (int m = 0; m < after.size(); m++) {
            assertThat(after.get(m)).as("change %d, method %d", c, m).isEqualTo(expected.get(m));
            same &= Arrays.equals(after.get(m), before.get(m));
          }
          assertThat(same).as("change %d changes nothing", c).isFalse();
        }
      }
    }
  }

  @Test
  void aClosedExplainerRefuses() {
    Explainer explainer = Explainer.of(graph, SIZE);
    explainer.close();
    assertThatThrownBy(() -> explainer.predict(List.of(image(1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void manyThreadsGetBitwiseTheMapsOfOne() throws Exception {
    try (Explainer explainer = Explainer.of(graph, SIZE)) {
      int images = 12;
      List<List<SaliencyMap>> alone = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        alone.add(maps(explainer, i));
      }
      ExecutorService threads = Executors.newFixedThreadPool(6);
      try {
        List<Future<List<SaliencyMap>>> results = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
          for (int i = 0; i < images; i++) {
            int seed = i;
            results.add(threads.submit(() -> maps(explainer, seed)));
          }
        }
        for (int i = 0; i < results.size(); i++) {
          assertThat(results.get(i).get()).isEqualTo(alone.get(i % images));
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  private static List<SaliencyMap> maps(Explainer explainer, int seed) {
    NetworkInput image = image(seed);
    return explainer.explain(List.of(image), methods(), List.of(Target.top(2))).stream()
        .map(Explanation::map)
        .toList();
  }

  @Test
  void aWorkspaceLentToAnotherThreadDoesNotStopTheNetworksOwnOutput() throws Exception {
    try (Explainer explainer = Explainer.of(graph, SIZE)) {
      // This thread makes the workspace, the other borrows it.
      explainer.predict(List.of(image(1)));
      CountDownLatch open = new CountDownLatch(1);
      CountDownLatch done = new CountDownLatch(1);
      Thread other =
          new Thread(
              () ->
                  explainer.observe(
                      List.of(image(2)),
                      List.of("relu2"),
                      new LayerListener() {
                        @Override
                        public void activation(LayerView activation) {
                          open.countDown();
                          try {
                            done.await();
                          } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                          }
                        }
                      }));
      other.start();
      open.await();
      try {
        assertThat(graph.outputSingle(SmallNetworks.input(DataType.FLOAT, 1, 3)).shape())
            .containsExactly(1, SmallNetworks.CLASSES);
      } finally {
        done.countDown();
        other.join();
      }
    }
  }

  @Test
  void aNetworkOfLayersIsTheSameAfterwardsToo() {
    MultiLayerNetwork network = SmallNetworks.layers(DataType.FLOAT);
    INDArray own = SmallNetworks.input(DataType.FLOAT, 1, 8);
    network.setInput(own);
    try (Explainer explainer = Explainer.of(network, SIZE)) {
      explainer.explain(List.of(image(1)), List.of(new GradCam()), List.of(Target.topPredicted()));
    }
    assertThat(network.getInput()).isSameAs(own);
  }

  @Test
  void ofTwoOutputsTheFirstIsExplained() {
    ComputationGraph two =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(
                    InputType.convolutional(
                        SmallNetworks.HEIGHT, SmallNetworks.WIDTH, SmallNetworks.CHANNELS))
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build(),
                    "in")
                .addLayer("first", output(3), "conv")
                .addLayer("second", output(5), "conv")
                .setOutputs("first", "second")
                .build());
    two.init();
    try (Explainer explainer = Explainer.of(two, SIZE)) {
      assertThat(explainer.predict(List.of(image(1))).get(0)).hasSize(3);
    }
  }

  private static OutputLayer output(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  @Test
  void aGradientNamesAnImageOfTheBatch() {
    try (Explainer explainer = Explainer.of(graph, SIZE)) {
      for (int image : new int[] {-1, 1}) {
        assertThatThrownBy(
                () ->
                    explainer.backpropagate(
                        List.of(image(1)),
                        "fc1",
                        Nd4j.zeros(1, 8),
                        new int[] {image},
                        new GradientRule(),
                        List.of("conv1"),
                        new LayerListener() {}))
            .hasMessageContaining("a gradient of image " + image)
            .hasMessageContaining("0 to 0");
      }
    }
  }

  @Test
  void theDefaultLayerIsTheDeepestWithSpace() {
    try (Explainer explainer = Explainer.of(graph, SIZE)) {
      assertThat(explainer.defaultLayer()).isEqualTo("relu2");
      assertThat(explainer.layers()).extracting(LayerInfo::name).startsWith("pool2", "relu2");
      assertThat(explainer.layers().get(1)).isEqualTo(new LayerInfo("relu2", "Relu", 6, 7, 4));
    }
  }

  @Test
  void provenanceSaysHowTheMapWasMade() {
    try (Explainer explainer =
        Explainer.builder(graph, SIZE).name("small").selfCheck(false).build()) {
      Explanation e =
          explainer
              .explain(List.of(image(1)), List.of(new GradCam()), List.of(Target.topPredicted()))
              .get(0);
      assertThat(e.provenance().network()).isEqualTo("small");
      assertThat(e.provenance().layer()).isEqualTo("relu2");
      assertThat(e.provenance().parameters()).isEqualTo(graph.numParams());
      assertThat(e.provenance().method()).contains("GradCam");
      assertThat(e.provenance().input()).isEqualTo("random 1");
    }
  }
}
