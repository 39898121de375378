package org.gradcam4j;

import java.util.OptionalInt;
import org.gradcam4j.method.Objective;
import org.gradcam4j.method.Score;

/**
 * An object that a YOLO detector reports. As an objective it is the class's score at its box: the
 * logit, or the box's confidence times the class's probability.
 *
 * @param classIndex its class, from 0
 * @param label the class's name
 * @param box which of the cell's boxes, from 0
 * @param row the cell's row, from 0
 * @param column the cell's column, from 0
 * @param x centre as a share of the image's width
 * @param y centre as a share of the image's height
 * @param width as a share of the image's width
 * @param height as a share of the image's height
 * @param score confidence times the class's probability, from 0 to 1
 * @param objective the number that a method explains of it: {@link Target#of} takes it
 */
public record Detection(
    int classIndex,
    String label,
    int box,
    int row,
    int column,
    double x,
    double y,
    double width,
    double height,
    double score,
    Objective objective) {

  /** The score of a class at a box: its places among the output's numbers. */
  record ClassOfBox(String label, int classNumber, int classPlace, int confidencePlace)
      implements Objective {
    @Override
    public OptionalInt classIndex() {
      return OptionalInt.of(classNumber);
    }

    @Override
    public double value(double[] scores, Score score) {
      return score == Score.LOGIT
          ? scores[classPlace]
          : scores[classPlace] * scores[confidencePlace];
    }

    @Override
    public double[] gradient(double[] scores, Score score) {
      double[] gradient = new double[scores.length];
      if (score == Score.LOGIT) {
        gradient[classPlace] = 1;
      } else {
        gradient[classPlace] = scores[confidencePlace];
        gradient[confidencePlace] = scores[classPlace];
      }
      return gradient;
    }
  }

  /** Area of the intersection as a share of the union. */
  double overlap(Detection other) {
    double columns =
        Math.min(x + width / 2, other.x + other.width / 2)
            - Math.max(x - width / 2, other.x - other.width / 2);
    double rows =
        Math.min(y + height / 2, other.y + other.height / 2)
            - Math.max(y - height / 2, other.y - other.height / 2);
    double both = Math.max(0, columns) * Math.max(0, rows);
    return both / (width * height + other.width * other.height - both);
  }
}
