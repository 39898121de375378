package org.gradcam4j.evaluation.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.file.Sha256;

/**
 * The HTML page: what its template {@code report.ftlh} shows.
 *
 * @param title its title
 * @param sections one an experiment
 */
record Page(String title, List<Section> sections) {
  /**
   * An experiment.
   *
   * @param id its anchor
   * @param title its heading
   * @param description what is done
   * @param comparison tables of several runs side by side; empty where there is one
   * @param comparisonPlots likewise
   * @param runs its runs
   * @param metrics what is measured
   */
  record Section(
      String id,
      String title,
      String description,
      List<Table> comparison,
      List<Drawing> comparisonPlots,
      List<RunPart> runs,
      List<Metric> metrics) {}

  /**
   * A run.
   *
   * @param id its anchor
   * @param label what it is called
   * @param state that it is unfinished or has no figures; empty otherwise
   * @param notes what a reader must know
   * @param counts how many images were measured, in words
   * @param failed images that could not be measured
   * @param remarked images of which something odd was said
   * @param problems what is wrong with the data set's lists
   * @param network the network
   * @param data the images
   * @param settings the protocol
   * @param provenance where and by what it was done
   * @param tables its figures
   * @param differences how its variants differ
   * @param costs what they cost
   * @param plots its plots
   * @param gallery its pictures
   */
  record RunPart(
      String id,
      String label,
      String state,
      List<String> notes,
      String counts,
      Listing failed,
      Listing remarked,
      List<String> problems,
      List<Facts.Fact> network,
      List<Facts.Fact> data,
      List<Facts.Fact> settings,
      List<Facts.Fact> provenance,
      List<Table> tables,
      List<Table> differences,
      Table costs,
      List<Drawing> plots,
      Gallery gallery) {}

  /**
   * Images with what is said of them.
   *
   * @param images how many there are
   * @param lines the first of them
   */
  record Listing(int images, List<Facts.Fact> lines) {}

  /**
   * A plot.
   *
   * @param title what it shows
   * @param address holds it
   * @param width in pixels
   * @param height in pixels
   */
  record Drawing(String title, String address, int width, int height) {
    static Drawing of(Plot plot) {
      return new Drawing(plot.title(), plot.dataUri(), Plot.WIDTH, plot.height());
    }
  }

  private static final Configuration TEMPLATES = new Configuration(Configuration.VERSION_2_3_34);

  static {
    TEMPLATES.setClassForTemplateLoading(Page.class, "");
    TEMPLATES.setDefaultEncoding("UTF-8");
    TEMPLATES.setNumberFormat("computer");
    TEMPLATES.setLogTemplateExceptions(false);
    TEMPLATES.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
  }

  void write(Writer out) throws IOException {
    // The template sees maps: it could not see into classes that are not public.
    Map<String, Object> model =
        new HashMap<>(
            new ObjectMapper().convertValue(this, new TypeReference<Map<String, Object>>() {}));
    String script = resource("report.js");
    model.put("style", resource("report.css"));
    model.put("script", script);
    byte[] hash = Sha256.bytesOf(script.getBytes(StandardCharsets.UTF_8));
    model.put("scriptHash", Base64.getEncoder().encodeToString(hash));
    try {
      TEMPLATES.getTemplate("report.ftlh").process(model, out);
    } catch (TemplateException e) {
      throw new IllegalStateException("the page's template does not fit its model", e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = Page.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
