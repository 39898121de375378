package org.gradcam4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.SplittableRandom;
import org.gradcam4j.evaluation.metric.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowsModuleTest {
  private static final ObjectMapper JSON = RunFolder.JSON;

  @Test
  void numbersThatRepeatAreWrittenOnce() throws Exception {
    assertThat(JSON.writeValueAsString(new Observation("m", "v", "", 100, 0, 0, 0, 0.5)))
        .contains("\"values\":[100.0,[0.0,3],0.5]");
    assertThat(JSON.writeValueAsString(new double[] {1, Double.NaN, Double.NaN, -0.0, 0.0}))
        .isEqualTo("[1.0,[\"NaN\",2],-0.0,0.0]");
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws Exception {
    SplittableRandom random = new SplittableRandom(5);
    double[] values = {0, -0.0, 1e-300, Double.NaN, Double.MAX_VALUE, 1.0 / 3};
    for (int i = 0; i < 200; i++) {
      double[] row = new double[1 + random.nextInt(300)];
      for (int v = 1; v < row.length; v++) {
        row[v] = random.nextInt(9) > 0 ? row[v - 1] : values[random.nextInt(values.length)];
      }
      assertThat(JSON.readValue(JSON.writeValueAsString(row), double[].class)).isEqualTo(row);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"x\"]", "[[1.0]]", "[[1.0,0]]", "[[1.0,2000000]]", "[null]", "[[]]"})
  void otherRowsAreRefused(String row) {
    assertThatThrownBy(() -> JSON.readValue(row, double[].class))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("expected a number, or [number, how often]");
  }
}
