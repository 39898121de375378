package org.gradcam4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.gradcam4j.benchmarks.OtherWork.Ticks;
import org.gradcam4j.benchmarks.Source.Cost;
import org.gradcam4j.benchmarks.Source.Timing;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void linesSayHowMuchIsLeft() {
    assertThat(Progress.line(100, 125, "vgg16, forward"))
        .isEqualTo("44%, 2 min 5 s left: vgg16, forward");
    assertThat(Progress.line(50, 10.4, "x")).isEqualTo("82%, 10 s left: x");
    assertThat(Progress.line(1, 0, "the machine's peak")).isEqualTo("the machine's peak");
  }

  @Test
  void whatWasSeenTellsWhatIsLeft() {
    Effort effort = new Effort(true, 3);
    Timing first = RatioTest.timing("first");
    Timing second = RatioTest.timing("second");
    TimeLeft left = new TimeLeft(effort);
    left.expect(List.of(first, second));
    double turn = effort.expectedSeconds(Cost.LIGHT);
    assertThat(left.seconds()).isCloseTo(6 * turn, within(1e-9));
    // Twice as slow as guessed: so is what has not been seen.
    left.took(first, 2 * turn);
    assertThat(left.seconds()).isCloseTo(2 * 2 * turn + 3 * 2 * turn, within(1e-9));
    left.took(second, turn);
    assertThat(left.seconds()).isCloseTo(2 * 2 * turn + 2 * turn, within(1e-9));
  }

  @Test
  void otherWorkIsToldFromTwoCores() {
    // 1000 ticks of both cores: 700 busy, 100 stolen; the benchmarks had half of everything.
    Ticks start = Ticks.parse("cpu  100 0 0 50 0 0 0 10 0 0");
    Ticks end = Ticks.parse("cpu  700 50 40 240 10 5 5 110 7 0");
    assertThat(end.all() - start.all()).isEqualTo(1000);
    assertThat(OtherWork.remark(start, end, 0.5))
        .contains(
            "the machine was not alone: other processes had 20% of it, other machines on its host"
                + " 10%");
    Ticks quiet = Ticks.parse("cpu  700 50 40 340 10 5 5 10 7 0");
    assertThat(OtherWork.remark(start, quiet, 0.69)).isEmpty();
  }
}
