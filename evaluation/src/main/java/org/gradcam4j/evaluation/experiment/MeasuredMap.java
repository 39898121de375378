package org.gradcam4j.evaluation.experiment;

import org.gradcam4j.Explanation;
import org.gradcam4j.evaluation.metric.RankCorrelation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.SaliencyMap;

/**
 * A map in the forms in which measures take it, each made when it is first asked for. Of one
 * thread.
 */
final class MeasuredMap {
  private final Explanation explanation;
  private final Upsampling upsampling;
  private final Photo photo;
  private SaliencyMap onPhoto;
  private SaliencyMap onInput;
  private double[] ranks;

  /**
   * A map.
   *
   * @param upsampling how it is brought to another size
   * @param photo the photo that it explains
   */
  MeasuredMap(Explanation explanation, Upsampling upsampling, Photo photo) {
    this.explanation = explanation;
    this.upsampling = upsampling;
    this.photo = photo;
  }

  /** As it was made. */
  Explanation explanation() {
    return explanation;
  }

  /** One value a pixel of the photo. */
  SaliencyMap onPhoto() {
    if (onPhoto == null) {
      onPhoto = MapOnPhoto.of(explanation, upsampling, photo);
    }
    return onPhoto;
  }

  /** One value a pixel of the network's input. */
  SaliencyMap onInput() {
    if (onInput == null) {
      onInput = MapOnPhoto.onInput(explanation, upsampling);
    }
    return onInput;
  }

  /** The ranks of {@link #onInput}. */
  double[] ranks() {
    if (ranks == null) {
      ranks = RankCorrelation.ranks(onInput().values());
    }
    return ranks;
  }
}
