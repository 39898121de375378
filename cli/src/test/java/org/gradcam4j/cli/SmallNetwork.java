package org.gradcam4j.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.gradcam4j.image.Png;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of a user's own, with random weights, and a photo for them. */
final class SmallNetwork {
  static final int SIDE = 20;
  static final int CLASSES = 4;

  private SmallNetwork() {}

  static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .weightInit(WeightInit.RELU)
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs("in")
                .addLayer("conv1", convolution(3, 6, 1), "in")
                .addLayer("conv2", convolution(6, 8, 2), "conv1")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "conv2")
                .addLayer("out", output(8), "pool")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, 3))
                .build());
    graph.init();
    return graph;
  }

  /** One whose dense layer fits inputs of one size alone. */
  static MultiLayerNetwork layers() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .weightInit(WeightInit.RELU)
                .convolutionMode(ConvolutionMode.Same)
                .list()
                .layer(convolution(3, 6, 1))
                .layer(new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build())
                .layer(output(5))
                .setInputType(InputType.convolutional(SIDE, SIDE, 3))
                .build());
    network.init();
    return network;
  }

  private static ConvolutionLayer convolution(int in, int out, int stride) {
    return new ConvolutionLayer.Builder(3, 3)
        .stride(stride, stride)
        .nIn(in)
        .nOut(out)
        .activation(Activation.RELU)
        .build();
  }

  private static OutputLayer output(int in) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static Path save(Path file) throws IOException {
    ModelSerializer.writeModel(graph(), file.toFile(), true);
    return file;
  }

  static Path photo(Path file) throws IOException {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.ORANGE);
    graphics.fillRect(0, 0, 40, 30);
    graphics.setColor(Color.BLUE);
    graphics.fillOval(20, 5, 15, 15);
    graphics.dispose();
    Png.write(file, image);
    return file;
  }
}
