package org.gradcam4j.cli;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.Methods;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import picocli.CommandLine.Option;

/** Options that say which network, and what it expects of photos. */
final class ModelOptions {
  /** Names for tab completion. */
  static final class Ids implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Zoo.models().stream().map(NetworkAdapter::id).iterator();
    }
  }

  /** Names for tab completion. */
  static final class MethodNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Methods.names().iterator();
    }
  }

  /** Ways to bring a photo's 0-255 to what a network expects. */
  enum Scaling {
    /** RGB, 0-1, less torchvision's means, by its deviations. */
    TORCHVISION("torchvision"),
    /** BGR, 0-255 less the means of ImageNet. */
    CAFFE("caffe"),
    /** RGB, 0-1. */
    ZERO_ONE("0-1"),
    /** RGB, 0-255. */
    NONE("none");

    private final String word;

    Scaling(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }

    static Scaling of(String word) {
      for (Scaling scaling : values()) {
        if (scaling.word.equalsIgnoreCase(word)) {
          return scaling;
        }
      }
      throw new UserError(
          "--preprocessing "
              + word
              + ": expected one of "
              + List.of(values()).stream()
                  .map(Scaling::toString)
                  .collect(Collectors.joining(", ")));
    }
  }

  @Option(
      names = {"-w", "--weights"},
      paramLabel = "FILE",
      description =
          "The network's published weights: .safetensors, .pth, Keras .h5 or .caffemodel (default:"
              + " those that 'gradcam weights get' fetched).")
  Path weights;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "The classes' names, one a line, in the order of the outputs; imagenet: the 1000 of"
              + " ImageNet.")
  Path labels;

  @Option(
      names = "--preprocessing",
      paramLabel = "WAY",
      description =
          "For a network of your own: how a photo's 0-255 become its input. torchvision, caffe"
              + " (BGR less ImageNet's means), 0-1 (the default), none.")
  String preprocessing;

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      description = "For a network of your own: the size of its input, pixels: 224 or 240x320.")
  String size;

  @Option(
      names = "--mean",
      paramLabel = "M,M,M",
      split = ",",
      hideParamSyntax = true,
      description = "Subtracted after scaling, one a channel, in the network's order.")
  List<Double> mean;

  @Option(
      names = "--std",
      paramLabel = "S,S,S",
      split = ",",
      hideParamSyntax = true,
      description = "Divided by after that, one a channel.")
  List<Double> deviation;

  @Option(
      names = "--scale",
      paramLabel = "F",
      description = "Factor on a photo's 0-255, such as 0.00392157.")
  Double scale;

  @Option(names = "--bgr", description = "The network takes blue first.")
  boolean bgr;

  @Option(
      names = "--dtype",
      paramLabel = "float|double",
      defaultValue = "float",
      description = "The type of all computation (default: float).")
  String type;

  /** Whether something is said about preprocessing. */
  boolean preprocessingGiven() {
    return preprocessing != null
        || size != null
        || mean != null
        || deviation != null
        || scale != null
        || bgr;
  }

  /**
   * The preprocessing that the options describe, for an input of that size.
   *
   * @param known what the network's file says, which holds where the options say nothing
   */
  Preprocessing preprocessing(int height, int width, Optional<Preprocessing> known) {
    Preprocessing base =
        preprocessing == null && known.isPresent() ? known.get() : preprocessing(height, width);
    return new Preprocessing(
        height,
        width,
        bgr ? Preprocessing.ChannelOrder.BGR : base.channelOrder(),
        scale == null ? base.scale() : scale,
        mean == null ? base.mean() : mean,
        deviation == null ? base.standardDeviation() : deviation,
        base.resampling());
  }

  private Preprocessing preprocessing(int height, int width) {
    Scaling scaling = preprocessing == null ? Scaling.ZERO_ONE : Scaling.of(preprocessing);
    return switch (scaling) {
      case TORCHVISION -> Preprocessing.torchvision(height, width);
      case CAFFE -> Preprocessing.caffe(height, width, 103.939, 116.779, 123.68);
      case ZERO_ONE -> plain(height, width, 1.0 / 255);
      case NONE -> plain(height, width, 1);
    };
  }

  private static Preprocessing plain(int height, int width, double scale) {
    return new Preprocessing(
        height,
        width,
        Preprocessing.ChannelOrder.RGB,
        scale,
        List.of(0.0, 0.0, 0.0),
        List.of(1.0, 1.0, 1.0),
        Preprocessing.Resampling.ANTIALIASED_BILINEAR);
  }

  /** Height and width of {@code --size}. */
  int[] size() {
    if (!size.matches("[0-9]{1,5}(x[0-9]{1,5})?")) {
      throw new UserError("--size " + size + ": expected pixels such as 224, or 240x320 (HxW)");
    }
    String[] sides = size.split("x");
    int height = Integer.parseInt(sides[0]);
    return new int[] {height, sides.length == 1 ? height : Integer.parseInt(sides[1])};
  }
}
