package org.gradcam4j.evaluation.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.gradcam4j.evaluation.experiment.Colours.BLUE;
import static org.gradcam4j.evaluation.experiment.Colours.GREEN;
import static org.gradcam4j.evaluation.experiment.Colours.RED;
import static org.gradcam4j.evaluation.experiment.Colours.box;
import static org.gradcam4j.evaluation.experiment.Colours.photo;

import java.util.List;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.experiment.Colours.Patch;
import org.gradcam4j.evaluation.experiment.MapProtocol.Channels;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.Score;
import org.junit.jupiter.api.Test;

/** On a network whose logit of a colour is {@link Colours#GAIN} times its mean level. */
class MapProtocolTest extends OnColours {
  private static final Photo PHOTO =
      photo(
          new Patch(RED, 40, box(0, 0, 11, 11)),
          new Patch(GREEN, 20, box(0, 0, 11, 11)),
          new Patch(BLUE, 30, box(0, 0, 11, 11)));

  private static float[] gradient(Channels channels, Score score) {
    return gradient(PHOTO, channels, score);
  }

  private static float[] gradient(Photo photo, Channels channels, Score score) {
    MapProtocol protocol = new MapProtocol(Upsampling.HALF_PIXEL_BILINEAR, channels, score);
    NetworkInput input = explainer.input(photo);
    List<Explanation> all =
        protocol.explain(
            explainer, input, List.of(new Gradient()), List.of(Target.classIndex(RED)));
    float[] values = protocol.onInput(all.get(0)).values();
    assertThat(protocol.onPhoto(all.get(0), photo).values()).containsExactly(values);
    return values;
  }

  @Test
  void channelsBecomeOneByMagnitudeOrSum() {
    // d softmax_r / d x_c = p_r (1[c = r] - p_c) GAIN / cells: all three channels have a part,
    // two of them below zero.
    List<Prediction> predictions = explainer.predict(List.of(explainer.input(PHOTO))).get(0);
    double cells = Colours.SIDE * Colours.SIDE;
    double red = predictions.get(RED).probability();
    double own = red * (1 - red) * Colours.GAIN / cells;
    assertThat(own).isGreaterThan(0.001);
    for (float value : gradient(Channels.MAGNITUDE, Score.PROBABILITY)) {
      assertThat(value).isCloseTo((float) own, within(1e-7f));
    }
    // The probabilities sum to one, so that what the other two take is what red gets.
    for (float value : gradient(Channels.SUM, Score.PROBABILITY)) {
      assertThat(value).isCloseTo(0, within(1e-7f));
    }
  }

  @Test
  void theSumKeepsWhatSpeaksAgainst() {
    // Red is behind its rectifier's zero: of its softmax, blue's part alone is left, below zero.
    Photo blue = photo(new Patch(BLUE, 30, box(0, 0, 11, 11)));
    List<Prediction> predictions = explainer.predict(List.of(explainer.input(blue))).get(0);
    double part =
        predictions.get(RED).probability()
            * predictions.get(BLUE).probability()
            * Colours.GAIN
            / (Colours.SIDE * Colours.SIDE);
    assertThat(gradient(blue, Channels.SUM, Score.PROBABILITY))
        .usingComparatorWithPrecision(1e-7f)
        .containsOnly((float) -part);
    assertThat(gradient(blue, Channels.MAGNITUDE, Score.PROBABILITY))
        .usingComparatorWithPrecision(1e-7f)
        .containsOnly((float) part);
  }

  @Test
  void logitsOrProbabilitiesAreExplained() {
    double cells = Colours.SIDE * Colours.SIDE;
    for (Channels channels : Channels.values()) {
      for (float value : gradient(channels, Score.LOGIT)) {
        assertThat(value).isCloseTo((float) (Colours.GAIN / cells), within(1e-6f));
      }
    }
  }
}
