package org.gradcam4j.evaluation.experiment;

import java.util.List;
import java.util.stream.Stream;
import org.gradcam4j.Prediction;
import org.gradcam4j.evaluation.data.Annotation;

/** Which classes of an image are explained; the paper is silent. */
public enum ClassChoice {
  /** Each annotated class. */
  EACH,
  /** The first annotated class. */
  FIRST,
  /** The class of the highest score, annotated or not. */
  PREDICTED;

  /**
   * The classes, as the data set counts; those that the network does not have are left out.
   *
   * @param predictions the network's scores in the order of its classes
   */
  List<Integer> of(Annotation annotation, List<Prediction> predictions, ClassMap classes) {
    Stream<Integer> chosen =
        switch (this) {
          case EACH -> annotation.classes().stream();
          case FIRST -> annotation.classes().stream().limit(1);
          case PREDICTED -> Stream.of(classes.toDataset(highest(predictions)));
        };
    return chosen.filter(c -> c >= 0 && classes.toNetwork(c) >= 0).toList();
  }

  /** The network's class of the highest score, the first of equals. */
  static int highest(List<Prediction> predictions) {
    int best = 0;
    for (int c = 1; c < predictions.size(); c++) {
      if (predictions.get(c).logit() > predictions.get(best).logit()) {
        best = c;
      }
    }
    return best;
  }
}
