package org.gradcam4j.zoo.weights;

/** The order of axes in which a publisher's weights lie. */
public enum Axes {
  /**
   * Convolutions {@code [out, in, kH, kW]}, dense layers {@code [out, in]}; activations are
   * flattened as {@code [C, H, W]}: PyTorch, Caffe.
   */
  OUT_FIRST,
  /**
   * Convolutions {@code [kH, kW, in, out]}, dense layers {@code [in, out]}; activations are
   * flattened as {@code [H, W, C]}: Keras on TensorFlow.
   */
  OUT_LAST
}
