package org.gradcam4j.evaluation.experiment;

import org.gradcam4j.Explanation;
import org.gradcam4j.evaluation.metric.RankCorrelation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.SaliencyMap;

/**
 * A map in the forms in which measures take it, each made when it is first asked for. Of one
 * thread.
 */
final class MeasuredMap {
  private final Explanation explanation;
  private final MapProtocol protocol;
  private final Photo photo;
  private SaliencyMap onPhoto;
  private SaliencyMap onInput;
  private double[] ranks;

  /**
   * A map.
   *
   * @param protocol how maps are made and read
   * @param photo the photo that it explains
   */
  MeasuredMap(Explanation explanation, MapProtocol protocol, Photo photo) {
    this.explanation = explanation;
    this.protocol = protocol;
    this.photo = photo;
  }

  /** As it was made. */
  Explanation explanation() {
    return explanation;
  }

  /** One value a pixel of the photo. */
  SaliencyMap onPhoto() {
    if (onPhoto == null) {
      onPhoto = protocol.onPhoto(explanation, photo);
    }
    return onPhoto;
  }

  /** One value a pixel of the network's input. */
  SaliencyMap onInput() {
    if (onInput == null) {
      onInput = protocol.onInput(explanation);
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
