package org.gradcam4j.cli;

import org.gradcam4j.method.Score;
import picocli.CommandLine.Option;

/** Which number is explained. */
final class ScoreOption {
  @Option(
      names = "--score",
      paramLabel = "logit|probability",
      defaultValue = "logit",
      description = "The number to explain (default: logit, the paper's).")
  private String score;

  Score score() {
    return Words.of("--score", score, Score.class);
  }
}
