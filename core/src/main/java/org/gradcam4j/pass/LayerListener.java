package org.gradcam4j.pass;

/**
 * Sees layers' activations and gradients during a pass, inside its memory. What it is given is
 * borrowed for the duration of the call: {@link LayerView#copy()} keeps it.
 */
public interface LayerListener {
  /** A layer's output in the forward pass. */
  default void activation(LayerView activation) {}

  /**
   * What arrived at a layer's output in a backward pass, all consumers summed.
   *
   * @param activation the layer's output, one row an image
   * @param gradient one row a target, or a gradient that was brought; where rows were stacked,
   *     blocks of as many
   */
  default void gradient(LayerView activation, LayerView gradient) {}
}
