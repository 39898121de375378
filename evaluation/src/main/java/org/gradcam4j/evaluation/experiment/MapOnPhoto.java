package org.gradcam4j.evaluation.experiment;

import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.SaliencyMap;

/**
 * Maps as metrics take them: one value a pixel; of a map of the input, the channel of largest
 * magnitude at each pixel.
 */
final class MapOnPhoto {
  private MapOnPhoto() {}

  /** Brought straight to the photo's size. */
  static SaliencyMap of(Explanation explanation, Upsampling upsampling, Photo photo) {
    return new SaliencyMap(
        1,
        photo.height(),
        photo.width(),
        explanation.upsampled(upsampling, photo.height(), photo.width()));
  }

  /** Brought to the size of the network's input. */
  static SaliencyMap onInput(Explanation explanation, Upsampling upsampling) {
    NetworkInput input = explanation.input();
    return new SaliencyMap(1, input.height(), input.width(), explanation.upsampled(upsampling));
  }
}
