package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.List;
import org.gradcam4j.image.Upsampling;

/** The pointwise product of maps of the input with upsampled class maps. */
final class ImageProduct {
  private ImageProduct() {}

  static List<SaliencyMap> of(
      List<SaliencyMap> imageMaps, List<SaliencyMap> classMaps, Upsampling upsampling) {
    if (upsampling == Upsampling.NONE) {
      throw new IllegalArgumentException(
          "the class map must be upsampled to multiply it with a map of the input");
    }
    List<SaliencyMap> products = new ArrayList<>();
    for (int r = 0; r < imageMaps.size(); r++) {
      products.add(product(imageMaps.get(r), classMaps.get(r), upsampling));
    }
    return products;
  }

  static SaliencyMap product(SaliencyMap image, SaliencyMap map, Upsampling upsampling) {
    float[] upsampled =
        upsampling.apply(map.values(), map.height(), map.width(), image.height(), image.width());
    float[] values = image.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= upsampled[i % upsampled.length];
    }
    return new SaliencyMap(image.channels(), image.height(), image.width(), values);
  }
}
