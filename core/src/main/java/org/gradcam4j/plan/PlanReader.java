package org.gradcam4j.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.node.ConvolutionNode;
import org.gradcam4j.plan.node.DepthwiseConvolutionNode;
import org.gradcam4j.plan.node.InputNode;
import org.gradcam4j.plan.node.Node;
import org.gradcam4j.plan.node.TransposedConvolutionNode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads Deeplearning4j networks into plans: walks over their layers and vertices. */
final class PlanReader {
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final NodeFactories factories;
  private final Function<INDArray, Tensor> adopt;
  private final LayerReader layers;
  private final DataType dataType;
  private int inputChannels;
  private boolean channelsLast;

  private PlanReader(DataType dataType, NodeFactories factories, Function<INDArray, Tensor> adopt) {
    this.dataType = dataType;
    this.factories = factories;
    this.adopt = adopt;
    this.layers = new LayerReader(dataType, adopt);
  }

  static NetworkPlan read(
      ComputationGraph graph, NodeFactories factories, Function<INDArray, Tensor> adopt) {
    List<String> inputs = graph.getConfiguration().getNetworkInputs();
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "the network has " + inputs.size() + " inputs " + inputs + ": expected one image input");
    }
    PlanReader reader = new PlanReader(graph.getConfiguration().getDataType(), factories, adopt);
    reader.add(inputs.get(0), new InputNode(), List.of());
    Map<String, GraphVertex> vertices = graph.getConfiguration().getVertices();
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      if (vertices.containsKey(name)) {
        List<Integer> sources =
            graph.getConfiguration().getVertexInputs().get(name).stream()
                .map(reader.positions::get)
                .toList();
        reader.vertex(name, vertices.get(name), graph.getVertices()[index].getLayer(), sources);
      }
    }
    return reader.finish(graph.getConfiguration().getNetworkOutputs());
  }

  static NetworkPlan read(
      MultiLayerNetwork network, NodeFactories factories, Function<INDArray, Tensor> adopt) {
    PlanReader reader =
        new PlanReader(network.getLayerWiseConfigurations().getDataType(), factories, adopt);
    reader.add("input", new InputNode(), List.of());
    String last = "input";
    for (int i = 0; i < network.getnLayers(); i++) {
      Layer layer = network.getLayer(i);
      String own = layer.conf().getLayer().getLayerName();
      String name = own == null ? Integer.toString(i) : own;
      InputPreProcessor preprocessor = network.getLayerWiseConfigurations().getInputPreProcess(i);
      reader.layer(name, layer, preprocessor, List.of(reader.positions.get(last)));
      last = name;
    }
    return reader.finish(List.of(last));
  }

  private NetworkPlan finish(List<String> outputs) {
    if (inputChannels == 0) {
      throw new IllegalArgumentException(
          "the network has no convolution: expected a convolutional network");
    }
    return new NetworkPlan(steps, outputs, inputChannels, channelsLast, dataType);
  }

  private List<Integer> add(String name, Node node, List<Integer> inputs) {
    int index = steps.size();
    if (positions.put(name, index) != null) {
      throw new IllegalArgumentException("two layers have the name '" + name + "'");
    }
    int multiplicity;
    try {
      multiplicity =
          inputs.isEmpty()
              ? 1
              : node.multiplicity(inputs.stream().map(i -> steps.get(i).multiplicity()).toList());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("layer '" + name + "': " + e.getMessage(), e);
    }
    steps.add(new Step(index, name, node, inputs, multiplicity));
    if (inputChannels == 0) {
      inputChannels = channelsOfInput(node);
    }
    return List.of(index);
  }

  /** Channels that a convolution takes; 0 for other nodes. */
  private static int channelsOfInput(Node node) {
    if (node instanceof ConvolutionNode convolution) {
      return (int) convolution.weights().shape()[1];
    } else if (node instanceof DepthwiseConvolutionNode convolution) {
      return (int) convolution.weights().shape()[2];
    } else if (node instanceof TransposedConvolutionNode convolution) {
      return (int) convolution.weights().shape()[0];
    }
    return 0;
  }

  /** Adds nodes one after another. */
  private List<Integer> add(String name, List<Part> parts, List<Integer> inputs) {
    List<Integer> last = inputs;
    for (Part part : parts) {
      last = add(name + part.suffix(), part.node(), last);
    }
    return last;
  }

  private void vertex(String name, GraphVertex vertex, Layer layer, List<Integer> sources) {
    if (vertex instanceof LayerVertex layered) {
      layer(name, layer, layered.getPreProcessor(), sources);
    } else if (vertex instanceof FrozenVertex frozen) {
      vertex(name, frozen.getUnderlying(), layer, sources);
    } else {
      Optional<Node> own = factories.node(vertex, Map.of());
      List<Part> parts =
          own.map(node -> List.of(Part.last(node)))
              .orElseGet(
                  () ->
                      covered(
                          name,
                          vertex,
                          () -> VertexReader.parts(vertex, sources.size(), channelsLast)));
      add(name, parts, sources);
    }
  }

  private void layer(
      String name, Layer wrapped, InputPreProcessor preprocessor, List<Integer> sources) {
    List<Integer> inputs = sources;
    if (preprocessor != null) {
      List<Part> parts =
          covered(name, preprocessor, () -> LayerReader.preprocessor(":input", preprocessor));
      inputs = add(name, parts, sources);
    }
    Layer layer = inside(wrapped);
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    channelsLast |= LayerReader.isChannelsLast(conf);
    Map<String, INDArray> parameters = layer.paramTable() == null ? Map.of() : layer.paramTable();
    Optional<Node> own = factories.node(conf, tensors(parameters));
    List<Part> parts =
        own.map(node -> List.of(Part.last(node)))
            .orElseGet(
                () -> covered(name, conf, () -> layers.parts(conf, parameters, channelsLast)));
    add(name, parts, inputs);
  }

  private Map<String, Tensor> tensors(Map<String, INDArray> parameters) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters.forEach((key, array) -> tensors.put(key, adopt.apply(array)));
    return tensors;
  }

  private static List<Part> covered(String name, Object configuration, Supplier<List<Part>> read) {
    try {
      return read.get();
    } catch (Uncovered e) {
      throw e.in(name, configuration);
    }
  }

  private static Layer inside(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return frozen.getInsideLayer();
    }
    return layer instanceof FrozenLayerWithBackprop frozen ? frozen.getUnderlying() : layer;
  }
}
