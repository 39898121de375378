package org.gradcam4j.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.gradcam4j.evaluation.report.Facts.Fact;
import org.junit.jupiter.api.Test;

/** Settings in words. */
class FactsTest {
  private static List<Fact> settings(String json) throws IOException {
    return Facts.settings(new ObjectMapper().readTree(json.replace('\'', '"')));
  }

  @Test
  void recordsBearTheNameThatIsTheirFirstField() throws IOException {
    assertThat(
            settings(
                "{'methods': [{'name': 'cam', 'method': 'Cam[]'}],"
                    + " 'measures': [{'measure': 'Rank', 'fillValue': 0.5, 'box': {'at': 1}},"
                    + " {'measure': 'Rank', 'suffix': ''}]}"))
        .containsExactly(
            new Fact("Methods: cam", "Cam[]"),
            new Fact("Measures: Rank: fill value", "0.5"),
            new Fact("Measures: Rank: box: at", "1"),
            new Fact("Measures: Rank 2", "none"));
  }

  @Test
  void namesAloneAreAList() throws IOException {
    assertThat(settings("{'stages': [{'name': 'only fc6'}, {'name': 'only fc7'}], 'seeds': [1]}"))
        .containsExactly(new Fact("Stages", "only fc6, only fc7"), new Fact("Seeds", "1"));
  }
}
