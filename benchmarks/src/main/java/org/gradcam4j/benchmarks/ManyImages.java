package org.gradcam4j.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.Pipeline;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.benchmarks.network.TimedNetwork;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Png;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Score;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * Explains the photos in folders by Grad-CAM: a sample of them by turns one at a time and by the
 * pipeline, then all of them by the pipeline while the process's resident memory is watched.
 */
@Command(
    name = "images",
    description = {
      "Explains photos of your own by Grad-CAM, one at a time and by the pipeline.",
      "",
      "Prints images a second of both, in rounds of one run, and then resident memory (Linux) while"
          + " the pipeline explains them all. One at a time means a loop over Explainer.explain; both"
          + " ways decode, preprocess, explain and, where it says so, draw and write the heatmap and"
          + " the overlay as PNG files."
    },
    mixinStandardHelpOptions = true)
final class ManyImages implements Callable<Integer> {
  private static final Pattern PHOTO = Pattern.compile("(?i).*\\.(jpe?g|png|gif|bmp|tiff?)");
  private static final int SETTLED = 100;
  private static final int LINES = 20;

  @Parameters(
      paramLabel = "FOLDER",
      arity = "1..*",
      description = "Folders of photos, with their folders.")
  private List<Path> folders;

  @Option(
      names = "--network",
      paramLabel = "ID",
      description = "The network; by default ${DEFAULT-VALUE}.",
      defaultValue = "resnet50")
  private String network;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Its weights; by default random ones, which cost as much.")
  private Path weights;

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "How many images the pipeline explains in the end, from the first again after the last; by"
              + " default each once, 0 for none.")
  private Integer images;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often both ways are timed by turns; by default ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private int rounds;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "How many images in a round; by default ${DEFAULT-VALUE}.",
      defaultValue = "48")
  private int sample;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "The pipeline's batch; by default ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private int batch;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "The pipeline's threads; by default as many as the machine has room for.",
      defaultValue = "0")
  private int threads;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where the pipeline writes what it explains in the end; by default nowhere.")
  private Path out;

  @ParentCommand private Benchmarks benchmarks;
  @Spec private CommandSpec spec;

  private Explainer explainer;
  private GradCam method;
  private Pipeline pipeline;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Path> photos = photos();
    int all = images == null ? photos.size() : images;
    if (rounds < 0 || sample < 1 || all < 0) {
      throw new ParameterException(
          spec.commandLine(), "--rounds and --images are 0 or more, --sample is 1 or more");
    }
    benchmarks.useDevice();
    PrintWriter printed = spec.commandLine().getOut();
    printed.println(Machine.describe());
    printed.printf("%,d photos, %s%n", photos.size(), network);
    OtherWork others = new OtherWork();
    NetworkAdapter adapter = Zoo.find(network);
    method = new GradCam(adapter.defaultLayer());
    try (Explainer own = explainer(adapter)) {
      explainer = own;
      pipeline =
          new Pipeline(
              own, List.of(method), List.of(Target.topPredicted()), Score.LOGIT, batch, threads);
      if (rounds > 0) {
        compare(printed, photos);
      }
      if (all > 0) {
        watch(printed, photos, all);
      }
    }
    others.remark().ifPresent(printed::println);
    return Benchmarks.OK;
  }

  private Explainer explainer(NetworkAdapter adapter) throws IOException {
    if (weights != null) {
      return adapter.load(weights, DataType.FLOAT).explainer();
    }
    return TimedNetwork.explainer(adapter, adapter.graph(DataType.FLOAT));
  }

  private List<Path> photos() throws IOException {
    List<Path> photos = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> PHOTO.matcher(file.toString()).matches() && Files.isRegularFile(file))
            .sorted()
            .forEach(photos::add);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    if (photos.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "no photos in " + folders);
    }
    return photos;
  }

  /** Times both ways by turns. */
  private void compare(PrintWriter printed, List<Path> photos)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("gradcam4j-images");
    try {
      check(slice(photos, 0));
      double[][] seconds = new double[4][rounds];
      for (int round = 0; round < rounds; round++) {
        List<Path> now = slice(photos, round);
        for (int turn = 0; turn < 4; turn++) {
          // Who is first changes.
          int way = (turn + round) % 4;
          Path to = way >= 2 ? folder : null;
          long start = System.nanoTime();
          if (way % 2 == 0) {
            for (Path photo : now) {
              one(photo, to);
            }
          } else {
            explain(now.iterator(), to, () -> {});
          }
          seconds[way][round] = (System.nanoTime() - start) / 1e9;
        }
      }
      printed.println("images a second        one at a time    pipeline    ratio");
      line(printed, "explained", seconds[0], seconds[1]);
      line(printed, "explained and written", seconds[2], seconds[3]);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private List<Path> slice(List<Path> photos, int round) {
    return IntStream.range(0, sample)
        .mapToObj(i -> photos.get((int) (((long) round * sample + i) % photos.size())))
        .toList();
  }

  private void line(PrintWriter printed, String what, double[] one, double[] other) {
    Spread ratio =
        Spread.of(IntStream.range(0, rounds).mapToDouble(i -> one[i] / other[i]).toArray());
    printed.printf(
        "%-22s %13.1f %11.1f    %.2f (%.2f to %.2f in %d rounds of %d images)%n",
        what,
        sample / Spread.of(one).median(),
        sample / Spread.of(other).median(),
        ratio.median(),
        ratio.least(),
        ratio.most(),
        rounds,
        sample);
  }

  /** Both ways must give the same, before they are timed. */
  private void check(List<Path> photos) throws IOException, InterruptedException {
    List<float[]> one = new ArrayList<>();
    for (Path photo : photos) {
      one(photo, null).ifPresent(explanation -> one.add(compared(explanation)));
    }
    List<float[]> other = new ArrayList<>();
    pipeline.run(
        photos.iterator(),
        photo -> explainer.input(Photo.read(photo)),
        (photo, explanations) -> compared(explanations.get(0)),
        new Pipeline.Results<Path, float[]>() {
          @Override
          public void explained(Path photo, float[] values) {
            other.add(values);
          }

          @Override
          public void failed(Path photo, Exception reason) {}
        });
    for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
      double most = 0;
      double difference = 0;
      for (int j = 0; j < one.get(i).length; j++) {
        most = Math.max(most, Math.abs(one.get(i)[j]));
        difference = Math.max(difference, Math.abs(one.get(i)[j] - other.get(i)[j]));
      }
      if (!(difference <= (batch == 1 ? 0 : 1e-4 * most))) {
        throw new IllegalStateException(
            "the pipeline's result " + i + " differs by " + difference + " of " + most);
      }
    }
  }

  /**
   * What must be the same: the map to the bit. Batches round differently: where a rectifier is
   * within rounding of zero, its gradient, and so the map, jumps. Scores do not, and are compared
   * instead.
   */
  private float[] compared(Explanation explanation) {
    if (batch == 1) {
      return explanation.map().values();
    }
    List<Prediction> predictions = explanation.predictions();
    float[] scores = new float[predictions.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) predictions.get(i).logit();
    }
    return scores;
  }

  /** A user's loop. */
  private Optional<Explanation> one(Path photo, Path folder) throws IOException {
    Explanation explanation;
    try {
      explanation = explainer.explain(Photo.read(photo), method, Target.topPredicted());
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
    write(explanation, folder);
    return Optional.of(explanation);
  }

  private static void write(Explanation explanation, Path folder) throws IOException {
    if (folder != null) {
      Png.write(folder.resolve(explanation.input().name() + ".heatmap.png"), explanation.picture());
      Png.write(folder.resolve(explanation.input().name() + ".overlay.png"), explanation.overlay());
    }
  }

  private int explain(Iterator<Path> photos, Path folder, Each each)
      throws IOException, InterruptedException {
    int[] failed = {0};
    pipeline.run(
        photos,
        photo -> explainer.input(Photo.read(photo)),
        (photo, explanations) -> {
          write(explanations.get(0), folder);
          return photo;
        },
        new Pipeline.Results<Path, Path>() {
          @Override
          public void explained(Path photo, Path same) throws IOException {
            each.done();
          }

          @Override
          public void failed(Path photo, Exception reason) throws IOException {
            failed[0]++;
            each.done();
          }
        });
    return failed[0];
  }

  /** Is told that one more image is done. */
  @FunctionalInterface
  private interface Each {
    void done() throws IOException;
  }

  /** Explains all, and prints how much memory the process holds. */
  private void watch(PrintWriter printed, List<Path> photos, int all)
      throws IOException, InterruptedException {
    Resident resident = new Resident();
    int[] done = {0};
    long start = System.nanoTime();
    int failed =
        explain(
            IntStream.range(0, all).mapToObj(i -> photos.get(i % photos.size())).iterator(),
            out,
            () -> {
              done[0]++;
              if (done[0] >= SETTLED) {
                long megabytes = resident.look();
                if (done[0] == SETTLED || done[0] % Math.max(1, all / LINES) == 0) {
                  printed.printf("image %,6d: %,d MB resident%n", done[0], megabytes);
                }
              }
            });
    double seconds = (System.nanoTime() - start) / 1e9;
    printed.printf(
        "%,d images in %.0f s, %.1f a second%s%n",
        all, seconds, all / seconds, failed == 0 ? "" : "; " + failed + " could not be read");
    if (all >= SETTLED) {
      printed.printf("resident memory from image %d on: %s%n", SETTLED, resident);
    }
  }
}
