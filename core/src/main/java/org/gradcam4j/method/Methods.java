package org.gradcam4j.method;

import java.util.List;
import java.util.function.Function;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.plan.Names;

/** The methods by their names. */
public final class Methods {
  /**
   * A method's entry.
   *
   * @param name the field's name in lower case
   * @param shows what its map shows, in a sentence
   * @param paper where it was published
   * @param atLayer whether its map is of a layer that can be chosen
   * @param make makes it with options
   */
  public record Entry(
      String name, String shows, String paper, boolean atLayer, Function<Options, Method> make) {}

  /**
   * Options that methods may have; each takes those it knows.
   *
   * @param layer the layer, or null for the network's default
   * @param beforeRelu whether to leave out a final ReLU
   * @param upsampling how a class map is brought to the input's size for a product
   * @param patch side of the occluding patch in pixels, 0 for the default
   * @param stride pixels from one patch to the next, 0 for the default
   */
  public record Options(
      String layer, boolean beforeRelu, Upsampling upsampling, int patch, int stride) {
    /** The default options at a layer. */
    public static Options at(String layer) {
      return new Options(layer, false, Upsampling.HALF_PIXEL_BILINEAR, 0, 0);
    }
  }

  private static final String GRAD_CAM_PAPER = "Selvaraju et al., Grad-CAM, ICCV 2017";

  private static final List<Entry> ALL =
      List.of(
          new Entry(
              "grad-cam",
              "the regions that speak for the class, at a layer's resolution",
              GRAD_CAM_PAPER,
              true,
              o -> new GradCam(o.layer(), o.beforeRelu())),
          new Entry(
              "guided-grad-cam",
              "the pixels that matter inside Grad-CAM's regions",
              GRAD_CAM_PAPER,
              true,
              o -> new GuidedGradCam(o.layer(), o.upsampling())),
          new Entry(
              "deconvnet-grad-cam",
              "deconvolution inside Grad-CAM's regions",
              GRAD_CAM_PAPER,
              true,
              o -> new DeconvolutionGradCam(o.layer(), o.upsampling())),
          new Entry(
              "counterfactual",
              "the regions that speak against the class",
              GRAD_CAM_PAPER,
              true,
              o -> new Counterfactual(o.layer(), o.beforeRelu())),
          new Entry(
              "cam",
              "the class's evidence, for networks that end in pooling and one dense layer",
              "Zhou et al., CAM, CVPR 2016",
              false,
              o -> new Cam()),
          new Entry(
              "c-mwp",
              "where the class wins against its opposite (contrastive excitation backprop)",
              "Zhang et al., Excitation Backprop, IJCV 2018",
              true,
              o -> new ContrastiveExcitation(o.layer(), o.beforeRelu(), true)),
          new Entry(
              "gradient",
              "how each pixel changes the class's score (saliency)",
              "Simonyan et al., Deep Inside Convolutional Networks, 2014",
              false,
              o -> new Gradient()),
          new Entry(
              "guided-backprop",
              "the pixels that raise what the network detects, sharp but hardly of one class",
              "Springenberg et al., Striving for Simplicity, 2015",
              false,
              o -> new GuidedBackpropagation()),
          new Entry(
              "deconvnet",
              "the pixels that a deconvolutional network projects back",
              "Zeiler and Fergus, Visualizing CNNs, ECCV 2014",
              false,
              o -> new Deconvolution()),
          new Entry(
              "occlusion",
              "how far the score falls when a grey patch covers a place; slow",
              "Zeiler and Fergus, Visualizing CNNs, ECCV 2014",
              false,
              o -> new Occlusion(o.patch(), o.stride())));

  private Methods() {}

  /** All methods. */
  public static List<Entry> all() {
    return ALL;
  }

  /**
   * The method of that name.
   *
   * @throws IllegalArgumentException if there is none, naming similar ones
   */
  public static Entry find(String name) {
    return ALL.stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no method '"
                        + name
                        + "'; "
                        + Names.suggest(name, ALL.stream().map(Entry::name).toList())));
  }
}
