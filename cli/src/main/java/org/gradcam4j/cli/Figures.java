package org.gradcam4j.cli;

import java.io.PrintWriter;
import org.gradcam4j.evaluation.report.Printout;
import org.gradcam4j.evaluation.run.Run;
import org.gradcam4j.evaluation.run.Summary;

/** A run's figures on the screen. */
final class Figures {
  /** Where the terminal's width is not known. */
  private static final int COLUMNS = 100;

  private static final int LEAST_COLUMNS = 80;
  private static final int MOST_COLUMNS = 140;

  private Figures() {}

  /** Prints them, with published ones and what a reader must know. */
  static void print(PrintWriter out, Run run, Summary summary) {
    Printout.lines(run, summary, columns()).forEach(out::println);
    out.printf(
        "%d images measured, %d failed, %d odd -> %s%n",
        summary.measured(), summary.failed(), summary.remarked(), run.folder());
  }

  /** Of the terminal: the launcher knows, unless the output goes elsewhere. */
  private static int columns() {
    int columns = Integer.getInteger("gradcam.columns", 0);
    return columns <= 0 ? COLUMNS : Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns));
  }
}
