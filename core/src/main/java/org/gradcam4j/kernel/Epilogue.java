package org.gradcam4j.kernel;

/**
 * What follows a convolution at once, in this order: a normalisation, a sum, a rectifier.
 *
 * @param normalization of its output's channels, or null
 * @param summand a tensor of the output's shape that is added, or null
 * @param rectified whether {@code max(x, 0)} ends it
 */
public record Epilogue(Normalization normalization, Tensor summand, boolean rectified) {
  /** The convolution alone. */
  public static final Epilogue NONE = new Epilogue(null, null, false);

  /** This and a normalisation behind it, or null if that is another order. */
  public Epilogue normalized(Normalization by) {
    return equals(NONE) ? new Epilogue(by, null, false) : null;
  }

  /** This and a sum behind it, or null if that is another order. */
  public Epilogue plus(Tensor tensor) {
    return summand == null && !rectified ? new Epilogue(normalization, tensor, false) : null;
  }

  /** This and a rectifier behind it, or null if there is one. */
  public Epilogue rectify() {
    return rectified ? null : new Epilogue(normalization, summand, true);
  }
}
