package org.gradcam4j.method;

import java.util.List;
import java.util.function.Function;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.text.Names;

/** The methods by the names that users write. */
public final class Methods {
  private static final String SELVARAJU = "Selvaraju et al., Grad-CAM, ICCV 2017";
  private static final String ZEILER =
      "Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014";

  private static final List<Made> ALL =
      List.of(
          made(
              "grad-cam",
              "where: a layer's channels, weighted by how much each raises the class's score",
              SELVARAJU,
              true,
              true,
              o -> new GradCam(o.layer(), o.beforeRelu())),
          made(
              "guided-grad-cam",
              "where and what: guided backpropagation inside the Grad-CAM map",
              SELVARAJU,
              true,
              false,
              o -> new GuidedGradCam(o.layer(), o.upsampling())),
          made(
              "deconvnet-grad-cam",
              "where and what: deconvolution inside the Grad-CAM map",
              SELVARAJU,
              true,
              false,
              o -> new DeconvolutionGradCam(o.layer(), o.upsampling())),
          made(
              "counterfactual",
              "where something speaks against the class: Grad-CAM of negated gradients",
              SELVARAJU,
              true,
              true,
              o -> new Counterfactual(o.layer(), o.beforeRelu())),
          made(
              "grad-cam++",
              "where: Grad-CAM that lets each of several objects of the class count",
              "Chattopadhay et al., Grad-CAM++, WACV 2018",
              true,
              true,
              o -> new GradCamPlusPlus(o.layer(), o.beforeRelu())),
          made(
              "xgrad-cam",
              "where: Grad-CAM whose mean gradient is weighted by the activation",
              "Fu et al., Axiom-based Grad-CAM, BMVC 2020",
              true,
              true,
              o -> new XGradCam(o.layer(), o.beforeRelu())),
          made(
              "hires-cam",
              "where: activation times gradient, cell by cell",
              "Draelos and Carin, Use HiResCAM instead of Grad-CAM, 2020",
              true,
              true,
              o -> new HiResCam(o.layer(), o.beforeRelu())),
          made(
              "layer-cam",
              "where: activations weighted by their own positive gradients, for shallow layers too",
              "Jiang et al., LayerCAM, IEEE TIP 2021",
              true,
              false,
              o -> new LayerCam(o.layer())),
          made(
              "eigen-cam",
              "where: the activations' first principal component, whatever the class",
              "Muhammad and Yeasin, Eigen-CAM, IJCNN 2020",
              true,
              false,
              o -> new EigenCam(o.layer())),
          made(
              "ablation-cam",
              "where: channels weighted by what the score loses without them (slow)",
              "Desai and Ramaswamy, Ablation-CAM, WACV 2020",
              true,
              true,
              o -> new AblationCam(o.layer(), o.beforeRelu())),
          made(
              "score-cam",
              "where: channels weighted by the score of what they leave visible (slow)",
              "Wang et al., Score-CAM, CVPR 2020 workshops",
              true,
              false,
              o -> new ScoreCam(o.layer())),
          made(
              "cam",
              "where: the class's own weights on the maps before global average pooling",
              "Zhou et al., Learning Deep Features for Discriminative Localization, CVPR 2016",
              false,
              false,
              o -> new Cam()),
          made(
              "c-mwp",
              "where: the chance that a cell takes part in this class winning, not in its dual",
              "Zhang et al., Top-Down Neural Attention by Excitation Backprop, IJCV 2018",
              true,
              true,
              o -> new ContrastiveExcitation(o.layer(), o.beforeRelu(), true)),
          made(
              "occlusion",
              "where: how far the score falls when a patch covers a place (slow)",
              ZEILER,
              false,
              false,
              Options::occlusion),
          made(
              "rise",
              "where: the mean score of random masks that leave a place visible (very slow)",
              "Petsiuk et al., RISE, BMVC 2018",
              false,
              false,
              o -> new Rise(o.samplesOr(Rise.DEFAULT_MASKS))),
          made(
              "gradient",
              "which pixels change the score: its gradient at the input",
              "Simonyan et al., Deep Inside Convolutional Networks, 2014",
              false,
              false,
              o -> new Gradient()),
          made(
              "gradient-x-input",
              "which pixels make the score, in a linear view: its gradient times the input",
              "Shrikumar et al., Not Just a Black Box, 2016",
              false,
              false,
              o -> new GradientTimesInput()),
          made(
              "integrated-gradients",
              "which pixels make the score: gradients on the way from a blank image (slow)",
              "Sundararajan et al., Axiomatic Attribution for Deep Networks, ICML 2017",
              false,
              false,
              o ->
                  new IntegratedGradients(
                      o.samplesOr(IntegratedGradients.DEFAULT_STEPS), List.of())),
          made(
              "smooth-grad",
              "which pixels change the score: the mean gradient of noisy images (slow)",
              "Smilkov et al., SmoothGrad: Removing Noise by Adding Noise, 2017",
              false,
              false,
              o ->
                  new SmoothGrad(
                      new Gradient(),
                      o.samplesOr(SmoothGrad.DEFAULT_SAMPLES),
                      SmoothGrad.DEFAULT_SIGMA,
                      0)),
          made(
              "guided-backprop",
              "what: the gradient at the input through positive paths alone; not class-specific",
              "Springenberg et al., Striving for Simplicity, 2015",
              false,
              false,
              o -> new GuidedBackpropagation()),
          made(
              "deconvnet",
              "what: the gradient at the input that drops negative signals coming back",
              ZEILER,
              false,
              false,
              o -> new Deconvolution()));

  /**
   * A method and what it is for.
   *
   * @param name what users write
   * @param shows what its map shows, in a line
   * @param paper where it was published
   * @param atLayer whether its map is made at a layer of choice
   * @param signed whether it can leave out its ReLU
   */
  public record Entry(String name, String shows, String paper, boolean atLayer, boolean signed) {}

  /** An entry and what makes its method. */
  private record Made(Entry entry, Function<Options, Method> creator) {
    String name() {
      return entry.name();
    }
  }

  private static Made made(
      String name,
      String shows,
      String paper,
      boolean atLayer,
      boolean signed,
      Function<Options, Method> creator) {
    return new Made(new Entry(name, shows, paper, atLayer, signed), creator);
  }

  /**
   * Options of all methods; each takes those that it has.
   *
   * @param layer the layer of the map, or null for the network's default
   * @param beforeRelu whether to leave out the ReLU: a signed map
   * @param upsampling how a class map is brought to the input's size in products with maps of the
   *     input
   * @param occlusion occlusion with its own options
   * @param samples steps of integrated gradients, noisy images of SmoothGrad, masks of RISE; 0 for
   *     each one's default
   */
  public record Options(
      String layer, boolean beforeRelu, Upsampling upsampling, Occlusion occlusion, int samples) {
    /** The network's default layer and every method's own defaults. */
    public Options() {
      this(null, false, Upsampling.HALF_PIXEL_BILINEAR, new Occlusion(), 0);
    }

    /** The same at another layer. */
    public Options at(String other) {
      return new Options(other, beforeRelu, upsampling, occlusion, samples);
    }

    private int samplesOr(int usual) {
      return samples == 0 ? usual : samples;
    }
  }

  private Methods() {}

  /** All methods. */
  public static List<Entry> all() {
    return ALL.stream().map(Made::entry).toList();
  }

  /** Their names. */
  public static List<String> names() {
    return ALL.stream().map(Made::name).toList();
  }

  /**
   * What the method of that name is for.
   *
   * @throws IllegalArgumentException if there is none, naming those that are near
   */
  public static Entry find(String name) {
    return made(name).entry();
  }

  /**
   * A method with its options.
   *
   * @throws IllegalArgumentException if there is none of that name, naming those that are near
   */
  public static Method create(String name, Options options) {
    return made(name).creator().apply(options);
  }

  private static Made made(String name) {
    return ALL.stream()
        .filter(made -> made.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no method '" + name + "'; " + Names.suggest(name, names())));
  }
}
