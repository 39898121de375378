package org.gradcam4j.zoo;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A small NASNet-A (Zoph et al., CVPR 2018): the cells that Deeplearning4j 1.0.0-M2.1 means to
 * build in its zoo and cannot, with the same kinds of layers.
 */
final class NasNet {
  private final GraphBuilder graph =
      new NeuralNetConfiguration.Builder()
          .seed(3)
          .weightInit(WeightInit.RELU)
          .convolutionMode(ConvolutionMode.Same)
          .graphBuilder()
          .addInputs("input");

  private NasNet() {}

  static ComputationGraph graph(int size, int filters, int classes) {
    NasNet net = new NasNet();
    net.graph.addLayer("stem", convolution(3, 2, 8), "input");
    net.graph.addLayer("stem_bn", normalisation(), "stem");
    String first = net.reductionCell("r0", filters, "stem_bn", "stem_bn", false);
    String second = net.normalCell("n0", filters, first, "stem_bn", true);
    String third = net.reductionCell("r1", 2 * filters, second, first, false);
    String fourth = net.normalCell("n1", 2 * filters, third, second, true);
    net.graph
        .addLayer("act", new ActivationLayer(Activation.RELU), fourth)
        .addLayer("avg_pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "act")
        .addLayer(
            "output",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build(),
            "avg_pool")
        .setOutputs("output")
        .setInputTypes(InputType.convolutional(size, size, 3));
    ComputationGraph built = new ComputationGraph(net.graph.build());
    built.init();
    return built;
  }

  private static ConvolutionLayer convolution(int kernel, int stride, int out) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .nOut(out)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static BatchNormalization normalisation() {
    return new BatchNormalization.Builder().eps(1e-3).build();
  }

  private static SubsamplingLayer pooling(SubsamplingLayer.PoolingType type, int stride) {
    return new SubsamplingLayer.Builder(type, new int[] {3, 3}, new int[] {stride, stride}).build();
  }

  /** ReLU, separable convolution, normalisation, twice; the stride is in the first. */
  private String separable(String name, int kernel, int stride, int filters, String input) {
    String last = input;
    for (int i = 0; i < 2; i++) {
      String part = name + i;
      int own = i == 0 ? stride : 1;
      graph
          .addLayer(part + "_act", new ActivationLayer(Activation.RELU), last)
          .addLayer(
              part + "_conv",
              new SeparableConvolution2D.Builder(kernel, kernel)
                  .stride(own, own)
                  .nOut(filters)
                  .hasBias(false)
                  .activation(Activation.IDENTITY)
                  .build(),
              part + "_act")
          .addLayer(part + "_bn", normalisation(), part + "_conv");
      last = part + "_bn";
    }
    return last;
  }

  /** Brings a cell's input to its filters; halves its size by two shifted samplings. */
  private String adjust(String name, int filters, String input, boolean halve) {
    graph.addLayer(name + "_relu", new ActivationLayer(Activation.RELU), input);
    String last = name + "_relu";
    if (halve) {
      SubsamplingLayer sampling =
          new SubsamplingLayer.Builder(
                  SubsamplingLayer.PoolingType.AVG, new int[] {1, 1}, new int[] {2, 2})
              .convolutionMode(ConvolutionMode.Truncate)
              .build();
      graph
          .addLayer(name + "_pool1", sampling, last)
          .addLayer(name + "_half1", convolution(1, 1, filters / 2), name + "_pool1")
          .addLayer(name + "_pad", new ZeroPaddingLayer(0, 1, 0, 1), last)
          .addLayer(name + "_crop", new Cropping2D(1, 0, 1, 0), name + "_pad")
          .addLayer(name + "_pool2", sampling.clone(), name + "_crop")
          .addLayer(name + "_half2", convolution(1, 1, filters / 2), name + "_pool2")
          .addVertex(name + "_concat", new MergeVertex(), name + "_half1", name + "_half2");
      last = name + "_concat";
    } else {
      graph.addLayer(name + "_conv", convolution(1, 1, filters), last);
      last = name + "_conv";
    }
    graph.addLayer(name + "_bn", normalisation(), last);
    return name + "_bn";
  }

  private String sum(String name, String a, String b) {
    graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), a, b);
    return name;
  }

  private String pool(String name, SubsamplingLayer.PoolingType type, int stride, String input) {
    graph.addLayer(name, pooling(type, stride), input);
    return name;
  }

  private String normalCell(String n, int filters, String input, String before, boolean halve) {
    String p = adjust(n + "_p", filters, before, halve);
    String h = adjust(n + "_h", filters, input, false);
    var average = SubsamplingLayer.PoolingType.AVG;
    String s1 =
        sum(
            n + "_1",
            separable(n + "_l1", 5, 1, filters, h),
            separable(n + "_r1", 3, 1, filters, p));
    String s2 =
        sum(
            n + "_2",
            separable(n + "_l2", 5, 1, filters, p),
            separable(n + "_r2", 3, 1, filters, p));
    String s3 = sum(n + "_3", pool(n + "_l3", average, 1, h), p);
    String s4 = sum(n + "_4", pool(n + "_l4", average, 1, p), pool(n + "_r4", average, 1, p));
    String s5 = sum(n + "_5", separable(n + "_l5", 3, 1, filters, h), h);
    graph.addVertex(n, new MergeVertex(), p, s1, s2, s3, s4, s5);
    return n;
  }

  private String reductionCell(String n, int filters, String input, String before, boolean halve) {
    String p = adjust(n + "_p", filters, before, halve);
    String h = adjust(n + "_h", filters, input, false);
    int stride = 2;
    boolean same = before.equals(input);
    int own = same ? 2 : 1;
    String s1 =
        sum(
            n + "_1",
            separable(n + "_l1", 5, stride, filters, h),
            separable(n + "_r1", 7, own, filters, halved(n, filters, p, same)));
    String s2 =
        sum(
            n + "_2",
            pool(n + "_l2", SubsamplingLayer.PoolingType.MAX, stride, h),
            separable(n + "_r2", 5, stride, filters, h));
    String s3 =
        sum(
            n + "_3",
            pool(n + "_l3", SubsamplingLayer.PoolingType.AVG, stride, h),
            separable(n + "_r3", 3, stride, filters, h));
    String s4 = sum(n + "_4", pool(n + "_l4", SubsamplingLayer.PoolingType.AVG, 1, s1), s2);
    graph.addVertex(n, new MergeVertex(), s2, s3, s4);
    return n;
  }

  /** What came two cells before has the size of this cell's output only after a reduction. */
  private String halved(String n, int filters, String p, boolean same) {
    return same ? p : adjust(n + "_q", filters, adjust(n + "_s", filters, p, true), false);
  }
}
