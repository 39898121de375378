package org.gradcam4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.gradcam4j.Explainer;
import org.gradcam4j.device.Processor;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Dataset;
import org.gradcam4j.evaluation.data.Selection;
import org.gradcam4j.evaluation.experiment.ClassMap;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.evaluation.experiment.Subject;
import org.gradcam4j.evaluation.run.ImageRecord;
import org.gradcam4j.evaluation.run.Run;
import org.gradcam4j.evaluation.run.RunConfiguration;
import org.gradcam4j.evaluation.run.RunConfiguration.Data;
import org.gradcam4j.evaluation.run.RunConfiguration.Network;
import org.gradcam4j.evaluation.run.RunFolder;
import org.gradcam4j.evaluation.run.Runner;
import org.gradcam4j.evaluation.run.Summary;
import org.gradcam4j.file.Sha256;
import org.gradcam4j.zoo.store.WeightStore;
import org.nd4j.linalg.factory.Nd4j;

/** One experiment on one data set with one network, from the options to the figures. */
final class Evaluation {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Makes an experiment, once the network is known. */
  @FunctionalInterface
  interface Maker {
    Experiment experiment(LoadedModel loaded) throws IOException;
  }

  private final EvaluationOptions options;
  private final List<String> arguments;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * An experiment to run.
   *
   * @param arguments the whole command's
   */
  Evaluation(EvaluationOptions options, List<String> arguments, PrintWriter out, PrintWriter err) {
    this.options = options;
    this.arguments = arguments;
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
    int pictures = options.pictures();
    Dataset all = options.data.open();
    Selection selection = options.data.selection();
    Dataset selected = selection.withoutDrawing().apply(all);
    selected.problems().forEach(problem -> err.println("gradcam: " + problem));
    if (selected.images().isEmpty()) {
      throw new UserError(
          all.images().isEmpty()
              ? "no images in %s, %s".formatted(all.name(), options.data.data)
              : "--images and --only-class leave none of the %d images of %s"
                  .formatted(all.images().size(), all.name()));
    }
    options.device.use(err);
    try (LoadedModel loaded = ModelSource.load(options.model, options.modelOptions, store)) {
      Subject subject = subject(loaded, selected);
      Experiment experiment = made.experiment(loaded);
      List<AnnotatedImage> images = drawn(selection, selected, experiment);
      if (images.isEmpty()) {
        err.printf(
            "gradcam: %s: none of %d images takes part in %s%n",
            selected.name(), selected.images().size(), experiment.name());
        return Gradcam.SOME_FAILED;
      }
      List<String> ids = images.stream().map(AnnotatedImage::id).toList();
      RunConfiguration configuration =
          configuration(experiment, loaded, data(selected, selection.describe(all, images), ids));
      try (RunFolder folder = RunFolder.open(options.out, configuration, ids)) {
        // That the network is the shipped one needs no word where the classes are its own.
        if (options.model != null && !loaded.assumed().isEmpty()) {
          err.println("gradcam: " + loaded.assumed());
        }
        announce(experiment, configuration, folder, images.size());
        try (Progress progress = new Progress(err, experiment.name())) {
          int before = measured(folder);
          Remarks remarks = new Remarks(progress);
          new Runner(folder, experiment, subject, threads, pictures)
              .run(
                  images,
                  (done, of, record) -> {
                    remarks.tell(record);
                    progress.show(share(done - before, of - before), done + " of " + of);
                  });
          remarks.tellRest(options.out);
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

  /** Images of the run that need not be measured again. */
  private static int measured(RunFolder folder) {
    return (int) folder.done().values().stream().filter(ImageRecord::measured).count();
  }

  /** What is wrong with images: each failure, and the first of what is odd. */
  private static final class Remarks {
    private static final int TOLD = 10;

    private final Progress progress;
    private int images;

    Remarks(Progress progress) {
      this.progress = progress;
    }

    void tell(ImageRecord record) {
      if (!record.measured()) {
        progress.println("gradcam: " + record.image() + ": " + record.failure());
      }
      if (!record.remarks().isEmpty() && images++ < TOLD) {
        record.remarks().forEach(remark -> progress.println("gradcam: " + remark));
      }
    }

    void tellRest(Path run) {
      if (images > TOLD) {
        progress.println(
            "gradcam: remarks on %d more images are in the report of %s"
                .formatted(images - TOLD, run));
      }
    }
  }

  private Subject subject(LoadedModel loaded, Dataset dataset) {
    loaded.requirePhotosAndNames(options.modelOptions);
    long[] output = loaded.output();
    if (output.length != 1) {
      throw new UserError(
          "experiments are of classifiers: expected a network of one score a class, this one's"
              + " output has space");
    }
    List<String> labels = loaded.explainer().labels();
    ClassMap classes;
    try {
      classes = ClassMap.of(dataset.classes(), labels, (int) output[0]);
    } catch (IllegalArgumentException e) {
      if (options.model == null) {
        // What was assumed is what is wrong.
        throw new UserError(loaded.assumed(), e);
      }
      throw e;
    }
    if (!labels.isEmpty() && !classes.anyOfOneName(labels)) {
      err.printf(
          "gradcam: no class of %s has the name of one of the network's: they are taken in their"
              + " order, '%s' for '%s' first%n",
          dataset.name(), dataset.classes().get(0), labels.get(0));
    }
    return new Subject(loaded.explainer(), loaded.layers(), classes);
  }

  /** Images that take part; one whose annotation is broken does, and fails there. */
  private List<AnnotatedImage> drawn(Selection selection, Dataset dataset, Experiment experiment) {
    try (Progress progress = new Progress(err, "reading annotations")) {
      return selection.draw(
          dataset.images(),
          image -> {
            try {
              return experiment.takes(image.annotation());
            } catch (IOException e) {
              return true;
            }
          },
          share -> progress.show(share, ""));
    }
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
    provenance.put("processor", Processor.name());
    provenance.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    provenance.put("backend", Nd4j.getBackend().getClass().getSimpleName());
    provenance.put(
        "command",
        arguments.stream()
            .map(argument -> argument.matches("\\S+") ? argument : "'" + argument + "'")
            .collect(Collectors.joining(" ", "gradcam ", "")));
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
        "gradcam: %s, %s, %s, %d %s (%s)%s%n",
        experiment.title(),
        configuration.network().name(),
        configuration.data().name(),
        images,
        images == 1 ? "image" : "images",
        configuration.data().selection(),
        folder.done().isEmpty() ? "" : ", " + measured(folder) + " of them done before");
  }
}
