package org.gradcam4j.evaluation.head;

import java.util.ArrayList;
import java.util.List;

/**
 * The features of a data set's images, and what the images show.
 *
 * @param classes the data set's classes
 * @param features one row an image, in the data set's order; images that could not be read are left
 *     out
 * @param truth for each of these images, the truth of each class
 * @param failures one line an image that was left out, saying why
 */
public record FeatureSet(
    List<String> classes, List<float[]> features, List<Truth[]> truth, List<String> failures) {
  /** Copies the lists. */
  public FeatureSet {
    classes = List.copyOf(classes);
    features = List.copyOf(features);
    truth = List.copyOf(truth);
    failures = List.copyOf(failures);
    if (features.size() != truth.size()) {
      throw new IllegalArgumentException(
          features.size() + " rows of features and " + truth.size() + " truths");
    }
  }

  /** How many images there are. */
  public int size() {
    return features.size();
  }

  /** Some of the images, by their places. */
  FeatureSet subset(int[] places) {
    List<float[]> rows = new ArrayList<>();
    List<Truth[]> truths = new ArrayList<>();
    for (int place : places) {
      rows.add(features.get(place));
      truths.add(truth.get(place));
    }
    return new FeatureSet(classes, rows, truths, List.of());
  }
}
