package org.gradcam4j.evaluation.experiment;

import org.gradcam4j.Explanation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.SaliencyMap;

/** Maps as metrics take them: one value a pixel of the photo. */
final class MapOnPhoto {
  private MapOnPhoto() {}

  /**
   * An explanation's map, brought straight to the photo's size; of a map of the input, the channel
   * of largest magnitude at each pixel.
   */
  static SaliencyMap of(Explanation explanation, Upsampling upsampling, Photo photo) {
    return new SaliencyMap(
        1,
        photo.height(),
        photo.width(),
        explanation.upsampled(upsampling, photo.height(), photo.width()));
  }
}
