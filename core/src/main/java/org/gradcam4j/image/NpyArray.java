package org.gradcam4j.image;

/**
 * An array of a NumPy file.
 *
 * @param shape sizes of the axes, outermost first; empty for a single number
 * @param values in row (C) order; all types that {@link Npy} reads fit a double exactly
 */
public record NpyArray(int[] shape, double[] values) {

  /** The values rounded to 32 bits: exact for {@code <f4}. */
  public float[] floats() {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
