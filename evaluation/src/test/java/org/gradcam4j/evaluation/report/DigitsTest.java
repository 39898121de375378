package org.gradcam4j.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.junit.jupiter.api.Test;

/** Rounding, worked by hand. */
class DigitsTest {
  @Test
  void twoSignificantDigitsOfTheUncertaintyAreLeft() {
    assertThat(Digits.of(Unit.PERCENT, List.of(2.7))).isEqualTo(1);
    assertThat(Digits.of(Unit.PERCENT, List.of(12.0))).isZero();
    assertThat(Digits.of(Unit.NUMBER, List.of(0.031))).isEqualTo(3);
    assertThat(Digits.of(Unit.NUMBER, List.of(250.0))).isZero();
  }

  @Test
  void figuresOfAColumnHaveTheDecimalsOfTheSurest() {
    assertThat(Digits.of(Unit.PERCENT, List.of(2.7, 0.4, 30.0))).isEqualTo(2);
    assertThat(Digits.of(Unit.PERCENT, List.of(0.0))).isEqualTo(1);
    assertThat(Digits.of(Unit.NUMBER, List.of())).isEqualTo(3);
    assertThat(Digits.of(Unit.NUMBER, List.of(1e-12))).isEqualTo(6);
  }

  @Test
  void numbers() {
    assertThat(Digits.number(45.84, 1)).isEqualTo("45.8");
    assertThat(Digits.number(-0.004, 2)).isEqualTo("0.00");
    assertThat(Digits.number(-0.3, 0)).isEqualTo("0");
    assertThat(Digits.number(-0.016, 2)).isEqualTo("-0.02");
    assertThat(Digits.number(null, 2)).isEmpty();
    assertThat(Digits.interval(-1.0, 2.25, 1)).isEqualTo("[-1.0, 2.3]");
    assertThat(Digits.milliseconds(123.4)).isEqualTo("123");
    assertThat(Digits.milliseconds(12.34)).isEqualTo("12.3");
    assertThat(Digits.milliseconds(1.234)).isEqualTo("1.23");
  }
}
