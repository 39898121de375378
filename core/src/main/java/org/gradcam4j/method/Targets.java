package org.gradcam4j.method;

import java.util.List;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.pass.Pass;
import org.gradcam4j.pass.Seed;

/**
 * The classes to explain, for a batch of images: one row a class and image.
 *
 * @param classes for each row, the index of the class
 * @param images for each row, its image's place in the batch
 * @param score the number that is explained
 */
public record Targets(int[] classes, int[] images, Score score) {
  /** Checks that there are as many images as classes. */
  public Targets {
    if (classes.length != images.length || classes.length == 0) {
      throw new IllegalArgumentException(
          "expected one image a class and at least one, got "
              + classes.length
              + " classes and "
              + images.length
              + " images");
    }
  }

  /** How many. */
  public int count() {
    return classes.length;
  }

  /** The layer whose values are the scores. */
  public String scoreLayer(Pass pass) {
    return (score == Score.LOGIT ? pass.plan().logits() : pass.plan().output()).name();
  }

  /** The derivative of each row's score with respect to the layer of scores: one-hot rows. */
  public List<Seed> seeds(Pass pass) {
    String layer = scoreLayer(pass);
    Tensor scores = pass.activation(layer).tensor();
    return List.of(new Seed(layer, pass.kernels().oneHot(classes, scores.channels())));
  }
}
