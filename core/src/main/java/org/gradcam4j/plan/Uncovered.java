package org.gradcam4j.plan;

/** What is read has no node; the reader adds the layer's name. */
final class Uncovered extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final String COVERED =
      "convolution (also dilated, depthwise, separable, transposed), dense, output, loss, center"
          + " loss, YOLOv2, activation and PReLU, max, average and p-norm pooling, global pooling,"
          + " local response and batch normalisation, zero padding, cropping, upsampling, space to"
          + " depth, dropout, and the vertices element-wise, merge, subset, stack, unstack, scale,"
          + " shift, L2 normalise, reshape, preprocessor, pool helper";

  Uncovered(String what) {
    super(what);
  }

  IllegalArgumentException in(String layer, Object configuration) {
    return new IllegalArgumentException(
        "layer '%s' is a %s, which no node covers; give a node of your own by Explainer.builder(...).node(%s.class, factory); covered are: %s"
            .formatted(layer, getMessage(), configuration.getClass().getSimpleName(), COVERED));
  }
}
