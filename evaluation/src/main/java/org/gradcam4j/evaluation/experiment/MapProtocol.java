package org.gradcam4j.evaluation.experiment;

import java.util.List;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Target;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.SaliencyMap;
import org.gradcam4j.method.Score;

/**
 * How maps are made, and read as metrics take them: one value a pixel.
 *
 * @param upsampling how maps are brought to another size
 * @param channels how a map of the input becomes one channel
 * @param score what is explained
 */
public record MapProtocol(Upsampling upsampling, Channels channels, Score score) {
  /** How the channels of a map of the input become one. */
  public enum Channels {
    /**
     * The largest magnitude: {@code max_c |M(c, i, j)|}, without signs. Simonyan et al., Deep
     * Inside Convolutional Networks, ICLR 2014, section 3.1.
     */
    MAGNITUDE,
    /** Their sum, {@code sum_c M(c, i, j)}: what speaks against a class stays below zero. */
    SUM
  }

  /** The logit; half-pixel bilinear; magnitudes. */
  public static final MapProtocol USUAL =
      new MapProtocol(Upsampling.HALF_PIXEL_BILINEAR, Channels.MAGNITUDE, Score.LOGIT);

  /** For each method, for each class. */
  List<Explanation> explain(
      Explainer explainer, NetworkInput input, List<Method> methods, List<Target> targets) {
    return explainer.explain(List.of(input), methods, targets, score, share -> {});
  }

  /** One value a pixel of the photo, to which maps are brought straight. */
  SaliencyMap onPhoto(Explanation explanation, Photo photo) {
    return sized(explanation, photo.height(), photo.width());
  }

  /** One value a pixel of the network's input. */
  SaliencyMap onInput(Explanation explanation) {
    return sized(explanation, explanation.input().height(), explanation.input().width());
  }

  private SaliencyMap sized(Explanation explanation, int height, int width) {
    SaliencyMap map = explanation.map();
    float[] values =
        channels == Channels.SUM && !explanation.isHeatmap()
            ? upsampling.apply(sum(map), map.height(), map.width(), height, width)
            : explanation.upsampled(upsampling, height, width);
    return new SaliencyMap(1, height, width, values);
  }

  private static float[] sum(SaliencyMap map) {
    float[] sum = new float[map.height() * map.width()];
    for (int i = 0; i < map.values().length; i++) {
      sum[i % sum.length] += map.values()[i];
    }
    return sum;
  }
}
