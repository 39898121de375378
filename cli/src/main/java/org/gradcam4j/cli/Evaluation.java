package org.gradcam4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.gradcam4j.Explainer;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Dataset;
import org.gradcam4j.evaluation.data.Selection;
import org.gradcam4j.evaluation.experiment.ClassMap;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.evaluation.experiment.Subject;
import org.gradcam4j.evaluation.run.Run;
import org.gradcam4j.evaluation.run.RunConfiguration;
import org.gradcam4j.evaluation.run.RunConfiguration.Data;
import org.gradcam4j.evaluation.run.RunConfiguration.Network;
import org.gradcam4j.evaluation.run.RunFolder;
import org.gradcam4j.evaluation.run.Runner;
import org.gradcam4j.evaluation.run.Summary;
import org.gradcam4j.file.Sha256;
import org.gradcam4j.zoo.store.WeightStore;

/** One experiment on one data set with one network, from the options to the figures. */
final class Evaluation {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Makes an experiment, once the network is known. */
  @FunctionalInterface
  interface Maker {
    Experiment experiment(LoadedModel loaded) throws IOException;
  }

  private final EvaluationOptions options;
  private final PrintWriter out;
  private final PrintWriter err;

  Evaluation(EvaluationOptions options, PrintWriter out, PrintWriter err) {
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs an experiment, or what is left of it.
   *
   * @param made makes the experiment, once the network is known
   */
  int run(Maker made, Supplier<WeightStore> store) throws IOException, InterruptedException {
    int threads = options.threads();
    Dataset all = options.data.open();
    Selection selection = options.data.selection();
    Dataset selected = selection.apply(all);
    options.device.use(err);
    try (LoadedModel loaded = ModelSource.load(options.model, options.modelOptions, store)) {
      if (!loaded.assumed().isEmpty() && !options.data.isShapes()) {
        err.println("gradcam: " + loaded.assumed());
      }
      Experiment experiment = made.experiment(loaded);
      Subject subject = subject(loaded, selected);
      List<AnnotatedImage> images = taken(selected, experiment);
      List<String> ids = images.stream().map(AnnotatedImage::id).toList();
      RunConfiguration configuration =
          configuration(experiment, loaded, data(selected, selection.describe(all, selected), ids));
      try (RunFolder folder = RunFolder.open(options.out, configuration, ids)) {
        announce(experiment, configuration, folder, images.size());
        try (Progress progress = new Progress(err, experiment.name())) {
          int before = folder.done().size();
          new Runner(folder, experiment, subject, threads, options.pictures)
              .run(
                  images,
                  (done, of, record) -> {
                    if (!record.measured()) {
                      progress.println("gradcam: " + record.image() + ": " + record.failure());
                    }
                    progress.show(share(done - before, of - before), done + " of " + of);
                  });
        }
      }
      // A reader of the folder sees what a reader of the report will see.
      Run run = RunFolder.read(options.out);
      Summary summary = RunFolder.summarise(run);
      Figures.print(out, run, summary);
      return summary.failed() > 0 ? Gradcam.SOME_FAILED : Gradcam.OK;
    }
  }

  private static double share(int done, int of) {
    return of <= 0 ? 1 : Math.max(0, (double) done / of);
  }

  private static Subject subject(LoadedModel loaded, Dataset dataset) {
    int scores =
        (int)
            loaded
                .explainer()
                .plan()
                .shapes(
                    loaded.explainer().preprocessing().height(),
                    loaded.explainer().preprocessing().width())
                .get(loaded.explainer().plan().logits().index())[0];
    ClassMap classes = ClassMap.of(dataset.classes(), loaded.explainer().labels(), scores);
    return new Subject(loaded.explainer(), loaded.layers(), classes);
  }

  /** Images that take part; one whose annotation is broken does, and fails there. */
  private static List<AnnotatedImage> taken(Dataset dataset, Experiment experiment) {
    List<AnnotatedImage> images = new ArrayList<>();
    for (AnnotatedImage image : dataset.images()) {
      boolean takes;
      try {
        takes = experiment.takes(image.annotation());
      } catch (IOException e) {
        takes = true;
      }
      if (takes) {
        images.add(image);
      }
    }
    if (images.isEmpty()) {
      throw new UserError(
          "%s: none of %d images takes part in %s"
              .formatted(dataset.name(), dataset.images().size(), experiment.name()));
    }
    return images;
  }

  private Data data(Dataset dataset, String selection, List<String> ids) {
    return new Data(
        dataset.name(),
        options.data.data.toString(),
        dataset.classes().size(),
        ids.size(),
        selection,
        Data.checksum(ids),
        dataset.problems());
  }

  private RunConfiguration configuration(Experiment experiment, LoadedModel loaded, Data data)
      throws IOException {
    Explainer explainer = loaded.explainer();
    String name = options.model == null ? ModelSource.DEFAULT : options.model;
    Network network =
        new Network(
            ModelSource.isFile(name) ? Path.of(name).getFileName().toString() : name,
            loaded.file() == null ? "" : Sha256.of(loaded.file()),
            explainer.defaultLayer(),
            explainer.plan().dataType().name(),
            explainer.preprocessing().toString());
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("gradcam", Gradcam.version());
    provenance.put("java", System.getProperty("java.version"));
    provenance.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    provenance.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    provenance.put("begun", Instant.now().toString());
    return new RunConfiguration(
        RunConfiguration.FORMAT,
        experiment.name(),
        experiment.title(),
        experiment.description(),
        JSON.valueToTree(experiment),
        experiment.metrics(),
        experiment.variants(),
        experiment.published(),
        experiment.notes(),
        data,
        network,
        options.maps,
        provenance);
  }

  private void announce(
      Experiment experiment, RunConfiguration configuration, RunFolder folder, int images) {
    err.printf(
        Locale.ROOT,
        "gradcam: %s, %s, %s, %d images (%s)%s%n",
        experiment.title(),
        configuration.network().name(),
        configuration.data().name(),
        images,
        configuration.data().selection(),
        folder.done().isEmpty() ? "" : ", " + folder.done().size() + " of them done before");
    configuration.data().problems().forEach(problem -> err.println("gradcam: " + problem));
  }
}
