package org.gradcam4j.evaluation.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.metric.ConfidenceChange;
import org.gradcam4j.evaluation.metric.InsertionDeletion;
import org.gradcam4j.evaluation.metric.MaxSensitivity;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.evaluation.metric.Road;
import org.gradcam4j.evaluation.metric.Scorer;
import org.gradcam4j.method.SaliencyMap;

/**
 * How the class's probability moves when the image is changed where the map says that it matters,
 * and how the map moves when the image hardly changes.
 *
 * @param insertionDeletion in how many steps pixels are taken away and put in
 * @param road at which percentages pixels are replaced by what surrounds them
 * @param sensitivity by how much the image is changed, and how often
 */
record PerturbationMeasure(
    InsertionDeletion insertionDeletion, Road road, MaxSensitivity sensitivity) implements Measure {
  /** Images that pass through the network together. */
  private static final int BATCH = 8;

  @Override
  public List<Metric> metrics() {
    return Stream.of(
            InsertionDeletion.METRICS,
            Road.METRICS,
            ConfidenceChange.METRICS,
            List.of(MaxSensitivity.METRIC))
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public List<Observation> observe(ImageClass shown, Variant variant, MeasuredMap map) {
    float[] values = shown.input().values();
    SaliencyMap onInput = map.onInput();
    Scorer scorer = inputs -> probabilities(shown, inputs);
    String name = variant.name();
    List<Observation> observations = new ArrayList<>();
    observations.add(
        InsertionDeletion.INSERTION.observe(
            name,
            "",
            InsertionDeletion.area(insertionDeletion.insertion(scorer, values, onInput))));
    observations.add(
        InsertionDeletion.DELETION.observe(
            name, "", InsertionDeletion.area(insertionDeletion.deletion(scorer, values, onInput))));
    observations.addAll(road.of(name, scorer, values, onInput));
    observations.addAll(ConfidenceChange.of(name, scorer, values, onInput));
    observations.add(
        MaxSensitivity.METRIC.observe(
            name, "", sensitivity.of(inputs -> maps(shown, variant, inputs), values)));
    return observations;
  }

  private static double[] probabilities(ImageClass shown, List<float[]> inputs) {
    Explainer explainer = shown.subject().explainer();
    double[] probabilities = new double[inputs.size()];
    for (int from = 0; from < inputs.size(); from += BATCH) {
      List<NetworkInput> batch =
          inputs.subList(from, Math.min(inputs.size(), from + BATCH)).stream()
              .map(values -> input(shown, values))
              .toList();
      List<List<Prediction>> predictions = explainer.predict(batch);
      for (int i = 0; i < batch.size(); i++) {
        probabilities[from + i] = predictions.get(i).get(shown.networkClass()).probability();
      }
    }
    return probabilities;
  }

  private static List<float[]> maps(ImageClass shown, Variant variant, List<float[]> inputs) {
    List<float[]> maps = new ArrayList<>();
    for (float[] values : inputs) {
      List<Explanation> explained =
          shown
              .protocol()
              .explain(
                  shown.subject().explainer(),
                  input(shown, values),
                  List.of(variant.method()),
                  List.of(Target.classIndex(shown.networkClass())));
      maps.add(explained.get(0).map().values());
    }
    return maps;
  }

  private static NetworkInput input(ImageClass shown, float[] values) {
    NetworkInput own = shown.input();
    return NetworkInput.of(own.name(), own.channels(), own.height(), own.width(), values);
  }
}
