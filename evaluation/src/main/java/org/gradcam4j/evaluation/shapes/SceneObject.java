package org.gradcam4j.evaluation.shapes;

/**
 * An object of a scene: its class and the extent of its visible pixels, those that it covers by
 * half or more. Coordinates are pixels from 0, inclusive.
 *
 * @param className the class's name
 * @param xMin its leftmost column
 * @param yMin its topmost row
 * @param xMax its rightmost column
 * @param yMax its bottommost row
 * @param truncated whether another object hides a part of its extent
 */
public record SceneObject(
    String className, int xMin, int yMin, int xMax, int yMax, boolean truncated) {
  /** Whether the pixel lies in the box. */
  public boolean contains(int x, int y) {
    return x >= xMin && x <= xMax && y >= yMin && y <= yMax;
  }
}
