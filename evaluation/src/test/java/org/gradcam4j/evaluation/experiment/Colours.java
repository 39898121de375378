package org.gradcam4j.evaluation.experiment;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.AnnotatedObject;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.image.Preprocessing.ChannelOrder;
import org.gradcam4j.image.Preprocessing.Resampling;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A network whose every map is known: a class's score is {@link #GAIN} times the mean of a colour's
 * level, 0 to 1, over the photo, and its Grad-CAM and CAM maps are that colour's channel, up to
 * scale.
 */
final class Colours {
  static final int SIDE = 12;
  static final double GAIN = 20;

  /** The network's classes. */
  static final List<String> NAMES = List.of("red", "green", "blue");

  static final int RED = 0;
  static final int GREEN = 1;
  static final int BLUE = 2;

  private Colours() {}

  static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "colours",
                    new ConvolutionLayer.Builder(1, 1).nOut(3).activation(Activation.RELU).build(),
                    "in")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "colours")
                .addLayer(
                    "scores",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "pool")
                .setOutputs("scores")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, 3))
                .build());
    graph.init();
    INDArray same = Nd4j.eye(3);
    graph.getLayer("colours").getParam("W").assign(same.reshape(3, 3, 1, 1));
    graph.getLayer("scores").getParam("W").assign(same.mul(GAIN));
    return graph;
  }

  static Explainer explainer(ComputationGraph graph) {
    Preprocessing levels =
        new Preprocessing(
            SIDE,
            SIDE,
            ChannelOrder.RGB,
            1 / 255.0,
            List.of(0.0, 0.0, 0.0),
            List.of(1.0, 1.0, 1.0),
            Resampling.ANTIALIASED_BILINEAR);
    return Explainer.builder(graph, levels).labels(NAMES).build();
  }

  /** For a data set whose classes are the network's, in this order. */
  static Subject subject(Explainer explainer, String... classes) {
    ClassMap map = ClassMap.of(List.of(classes), NAMES, NAMES.size());
    return new Subject(explainer, explainer.layers(), map);
  }

  /** A patch of one colour on the black photo. */
  record Patch(int colour, int level, Box box) {}

  /** Columns and rows from 0, inclusive. */
  static Box box(int left, int top, int right, int bottom) {
    return new Box(left, top, right, bottom);
  }

  static Photo photo(Patch... patches) {
    byte[] rgb = new byte[SIDE * SIDE * 3];
    for (Patch patch : patches) {
      for (int y = (int) patch.box().yMin(); y <= patch.box().yMax(); y++) {
        for (int x = (int) patch.box().xMin(); x <= patch.box().xMax(); x++) {
          rgb[(y * SIDE + x) * 3 + patch.colour()] = (byte) patch.level();
        }
      }
    }
    return Photo.of(SIDE, SIDE, rgb, "patches");
  }

  static AnnotatedObject object(int datasetClass, Box box) {
    return new AnnotatedObject(datasetClass, box, false);
  }

  /** The annotation of these objects; their classes in the order in which they are first named. */
  static Annotation annotation(AnnotatedObject... objects) {
    List<Integer> classes =
        List.of(objects).stream().map(AnnotatedObject::classIndex).distinct().toList();
    return new Annotation(SIDE, SIDE, classes, List.of(objects), false, List.of());
  }

  static AnnotatedImage image(Photo photo, Annotation annotation) {
    return new AnnotatedImage() {
      @Override
      public String id() {
        return photo.name();
      }

      @Override
      public Photo photo() {
        return photo;
      }

      @Override
      public Annotation annotation() {
        return annotation;
      }
    };
  }
}
