package org.gradcam4j.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gradcam4j.evaluation.experiment.Published;
import org.gradcam4j.evaluation.run.Run;
import org.gradcam4j.evaluation.run.Summary;

/** A run's figures on the screen. */
final class Figures {
  private Figures() {}

  /** Prints them, with published ones and what a reader must know. */
  static void print(PrintWriter out, Run run, Summary summary) {
    out.println("settings: " + run.configuration().settings());
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("figure", "value", "95 %", "images", "undefined"));
    summary
        .figures()
        .forEach(
            (name, figure) ->
                rows.add(
                    List.of(
                        name,
                        number(figure.value()),
                        number(figure.low()) + ".." + number(figure.high()),
                        Integer.toString(figure.images()),
                        Integer.toString(figure.undefined()))));
    Table.print(out, rows);
    for (Published published : run.configuration().published()) {
      if (!summary.figures().containsKey(name(published))) {
        continue;
      }
      out.printf(
          Locale.ROOT,
          "published: %s %s (%s; %s)%n",
          name(published),
          published.value(),
          published.setting(),
          published.source());
    }
    run.configuration().notes().forEach(note -> out.println("note: " + note));
    out.printf(
        "%d images measured, %d failed, %d odd -> %s%n",
        summary.measured(), summary.failed(), summary.remarked(), run.folder());
  }

  private static String name(Published published) {
    return published.variant().isEmpty()
        ? published.metric()
        : published.metric() + "/" + published.variant();
  }

  private static String number(Double value) {
    if (value == null) {
      return "undefined";
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.2f" : "%.4f", value);
  }
}
