package com.example.explain;

import com.example.explain.Stripes.Patch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.Target;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.GradCam;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Trains a network of one's own and shows, for each class, what of a picture speaks for it. */
public final class ExplainOwnGraph {
  /** What the explained picture shows: one patch of each class. */
  static final List<Patch> PATCHES = List.of(new Patch(0, 24, 36), new Patch(1, 108, 96));

  private ExplainOwnGraph() {}

  /** Writes picture.png and an overlay for each class into the folder that is named. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args.length == 0 ? "explanations" : args[0]));
    ComputationGraph graph = network();
    Stripes.batches(40, 16, 1).forEach(graph::fit);

    Photo photo = Stripes.picture("both", new Random(2), PATCHES);
    ImageIO.write(photo.toBufferedImage(), "png", folder.resolve("picture.png").toFile());
    try (Explainer explainer = explainer(graph)) {
      for (String label : Stripes.CLASSES) {
        Explanation e = explainer.explain(photo, new GradCam("relu3"), Target.label(label));
        ImageIO.write(e.overlay(), "png", folder.resolve(label + ".png").toFile());
        int[] cell = e.map().argMax();
        System.out.printf(
            "%s: probability %.2f, most of it from row %d, column %d of %d x %d cells%n",
            label, e.target().probability(), cell[0], cell[1], e.map().height(), e.map().width());
      }
    }
  }

  /** How this application explains its network. */
  static Explainer explainer(ComputationGraph graph) {
    return Explainer.builder(graph, Stripes.PREPROCESSING).labels(Stripes.CLASSES).build();
  }

  /** A small network with random weights. */
  static ComputationGraph network() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Adam(0.01))
            .weightInit(WeightInit.RELU)
            .graphBuilder()
            .addInputs("image")
            .addLayer("relu1", convolution(8), "image")
            .addLayer("pool1", pooling(), "relu1")
            .addLayer("relu2", convolution(16), "pool1")
            .addLayer("norm2", new BatchNormalization(), "relu2")
            .addLayer("pool2", pooling(), "norm2")
            .addLayer("relu3", convolution(16), "pool2")
            .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "relu3")
            .addLayer(
                "direction",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(Stripes.CLASSES.size())
                    .activation(Activation.SOFTMAX)
                    .build(),
                "mean")
            .setOutputs("direction")
            .setInputTypes(
                InputType.convolutional(
                    Stripes.PREPROCESSING.height(), Stripes.PREPROCESSING.width(), 3))
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  private static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(channels)
        .padding(1, 1)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }
}
