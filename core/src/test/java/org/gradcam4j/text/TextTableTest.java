package org.gradcam4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Text in columns. */
class TextTableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    assertThat(
            TextTable.lines(
                List.of(List.of("a", "wide", ""), List.of("abc", "", "x"), List.of("", "", ""))))
        .containsExactly("a    wide", "abc        x", "");
    assertThat(TextTable.lines(List.of())).isEmpty();
  }
}
