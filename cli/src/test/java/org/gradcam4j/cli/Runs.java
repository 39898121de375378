package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

/** Runs the command line in this process. */
final class Runs {
  private Runs() {}

  /**
   * What a run left.
   *
   * @param code its exit code
   * @param out what it printed
   * @param err what it printed to the error stream
   */
  record Result(int code, String out, String err) {
    /** A mistake of the user's: this code, one line, no trace. */
    Result isUsersMistake(String... parts) {
      assertThat(code).as(err).isEqualTo(2);
      assertThat(err).contains(parts).startsWith("gradcam: ").doesNotContain("\tat ");
      assertThat(err.lines().filter(line -> line.startsWith("gradcam: "))).hasSize(1);
      return this;
    }

    /** Everything was done. */
    Result isOk() {
      assertThat(code).as(err).isZero();
      return this;
    }
  }

  static Result gradcam(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i] instanceof Path path ? path.toString() : (String) arguments[i];
    }
    int code = Gradcam.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    // The profile cuda's remark on where it runs depends on the machine.
    String said = err.toString().replaceAll("(?m)^gradcam: running on .*\\R", "");
    return new Result(code, out.toString(), said);
  }
}
