package org.gradcam4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.gradcam4j.benchmarks.Ratio.Form;
import org.gradcam4j.benchmarks.Source.Cost;
import org.gradcam4j.benchmarks.Source.Timing;
import org.gradcam4j.benchmarks.roofline.Peak;
import org.junit.jupiter.api.Test;

class RatioTest {
  private final Timing ours = timing("ours");
  private final Timing first = timing("first");
  private final Timing second = timing("second");
  private final Ratio ratio =
      new Ratio(
          "network",
          "group",
          Quantity.of("ours", ours),
          new Quantity("best of theirs", List.of(first, second)),
          Form.RATIO,
          Optional.of(Limit.atMost(0.8)));

  static Timing timing(String name) {
    return new Timing(Side.ND4J, "network", name, "", new TreeMap<>(), 1, Cost.LIGHT);
  }

  @Test
  void isFormedInsideARound() {
    List<Map<Source, Double>> rounds =
        List.of(
            Map.of(ours, 6.0, first, 12.0, second, 10.0),
            // Twice as slow a machine: the ratio is nearly the same.
            Map.of(ours, 14.0, first, 20.0, second, 24.0),
            Map.of(ours, 8.0, first, 10.0, second, 16.0));
    assertThat(ratio.spread(rounds)).contains(new Spread(0.7, 0.6, 0.8, 3));
  }

  @Test
  void roundsWithoutOneOfItsTimesDoNotCount() {
    List<Map<Source, Double>> rounds =
        List.of(Map.of(ours, 6.0, first, 12.0, second, 10.0), Map.of(ours, 1.0, first, 12.0));
    assertThat(ratio.spread(rounds)).contains(new Spread(0.6, 0.6, 0.6, 1));
    assertThat(ratio.spread(rounds.subList(1, 2))).isEmpty();
  }

  @Test
  void medianOfEvenlyMany() {
    assertThat(Spread.of(4, 1, 3, 10)).isEqualTo(new Spread(3.5, 1, 10, 4));
    assertThatThrownBy(Spread::of).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void limitsIncludeTheirValue() {
    assertThat(Limit.atMost(0.8).isMetBy(0.8)).isTrue();
    assertThat(Limit.atMost(0.8).isMetBy(0.81)).isFalse();
    assertThat(Limit.atLeast(4.5).isMetBy(4.5)).isTrue();
    assertThat(Limit.atLeast(4.5).isMetBy(4.4)).isFalse();
  }

  @Test
  void isFoundByWords() {
    assertThat(ratio.matches(List.of())).isTrue();
    assertThat(ratio.matches(List.of("NETWORK", "best of"))).isTrue();
    assertThat(ratio.matches(List.of("network", "occlusion"))).isFalse();
  }

  @Test
  void linesSayWhetherTheLimitIsKept() {
    Measured measured = measured(Map.of(ours, 9.0, first, 12.0, second, 10.0), Map.of());
    Line line = Line.of(List.of(ratio), measured).get(0);
    assertThat(line.median()).isEqualTo("0.90");
    assertThat(line.range()).isEmpty();
    assertThat(line.limit()).isEqualTo("<= 0.80");
    assertThat(line.verdict()).isEqualTo("missed");
    assertThat(line.milliseconds()).isEqualTo("9.00 / 10.0");
  }

  @Test
  void linesOfWhatFailedSayWhy() {
    Measured measured = measured(Map.of(ours, 9.0, first, 12.0), Map.of(second, "scores differ"));
    Line line = Line.of(List.of(ratio), measured).get(0);
    assertThat(line.median()).isEqualTo("failed");
    assertThat(line.failure()).isEqualTo("scores differ");
    assertThat(line.verdict()).isEmpty();
  }

  @Test
  void thereAreNoLinesOfWhatTheMachineDoesNotHave() {
    assertThat(Line.of(List.of(ratio), measured(Map.of(ours, 9.0), Map.of()))).isEmpty();
  }

  static Measured measured(Map<Source, Double> round, Map<Timing, String> failures) {
    return new Measured(
        new Peak(2e11, 3e10), List.of(round), failures, List.of(), List.of("ND4J: <CpuBackend>"));
  }

  @Test
  void everyFormIsWritten() {
    assertThat(Line.written(Form.RATIO, 0.818)).isEqualTo("0.82");
    assertThat(Line.written(Form.TIMES, 4.46)).isEqualTo("4.5x");
    assertThat(Line.written(Form.SHARE, 0.826)).isEqualTo("83%");
    assertThat(Line.milliseconds(123.4)).isEqualTo("123");
    assertThat(Line.milliseconds(0.0123)).isEqualTo("0.012");
  }
}
