package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void timeLeftFollowsFromTimePassed() {
    assertThat(Progress.line("explaining", 0.25, Duration.ofSeconds(30), "cat.png"))
        .isEqualTo("explaining 25%, 1 min 30 s left, cat.png");
    assertThat(Progress.line("training", 0, Duration.ZERO, "")).isEqualTo("training 0%");
    assertThat(Progress.line("training", 0.5, Duration.ofHours(2), ""))
        .isEqualTo("training 50%, 2 h 0 min left");
  }

  @Test
  void shortWorkSaysNothing() {
    StringWriter err = new StringWriter();
    try (Progress progress = new Progress(new PrintWriter(err), "explaining", true)) {
      progress.show(0.5, "cat.png");
    }
    assertThat(err.toString()).isEmpty();
  }
}
