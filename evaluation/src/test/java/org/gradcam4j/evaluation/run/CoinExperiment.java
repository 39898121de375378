package org.gradcam4j.evaluation.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.evaluation.experiment.Measurement;
import org.gradcam4j.evaluation.experiment.Measurement.Picture;
import org.gradcam4j.evaluation.experiment.Subject;
import org.gradcam4j.evaluation.experiment.Wanted;
import org.gradcam4j.evaluation.metric.Aggregation;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.SaliencyMap;

/**
 * An experiment without a network: numbers that depend on the image alone, some milliseconds each.
 *
 * @param sides a setting
 */
record CoinExperiment(int sides) implements Experiment {
  private static final List<Metric> METRICS =
      List.of(
          metric("toss", Aggregation.MEAN),
          metric("toss-by-class", Aggregation.MEAN_OF_GROUPS),
          metric("best-toss", Aggregation.LARGEST_COLUMN));

  static final float[] MAP = {0.5f, -2};

  private static Metric metric(String name, Aggregation aggregation) {
    return new Metric(name, Direction.HIGHER, Unit.NUMBER, aggregation, "a number", "a test");
  }

  @Override
  public String name() {
    return "coin";
  }

  @Override
  public String title() {
    return "Tosses";
  }

  @Override
  public String description() {
    return "Tosses of a coin.";
  }

  @Override
  public List<Metric> metrics() {
    return METRICS;
  }

  @Override
  public List<String> variants() {
    return List.of("left", "right");
  }

  @Override
  public Measurement measure(Subject subject, AnnotatedImage image, Wanted wanted)
      throws IOException {
    if (image.id().endsWith("77")) {
      throw new ArithmeticException("it stands on its edge");
    }
    if (image.id().endsWith("7")) {
      throw new IOException(image.id() + ": cannot be tossed");
    }
    Random random = new Random(image.id().hashCode() * 31L + sides);
    try {
      Thread.sleep(random.nextInt(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<Observation> observations = new ArrayList<>();
    for (String variant : variants()) {
      double toss = random.nextInt(10) == 0 ? Double.NaN : random.nextDouble();
      String group = "class " + random.nextInt(sides);
      observations.add(new Observation("toss", variant, "", toss));
      observations.add(new Observation("toss-by-class", variant, group, toss));
      observations.add(new Observation("best-toss", variant, "", toss, toss / 2, 1 - toss));
    }
    List<Picture> shown =
        wanted.pictures()
            ? List.of(new Picture("a toss", new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB)))
            : List.of();
    List<String> remarks = image.id().endsWith("3") ? List.of("odd") : List.of();
    Map<String, SaliencyMap> maps =
        wanted.maps() ? Map.of("left/x", new SaliencyMap(1, 1, 2, MAP)) : Map.of();
    return new Measurement(
        observations,
        Map.of("group", "x"),
        remarks,
        shown,
        maps,
        Map.of("left", random.nextDouble()));
  }

  static List<AnnotatedImage> images(int count) {
    return IntStream.range(0, count).mapToObj(i -> image("coin " + i)).toList();
  }

  static AnnotatedImage image(String id) {
    return new Coin(id);
  }

  /** An image that nobody looks at. */
  private record Coin(String id) implements AnnotatedImage {
    @Override
    public Photo photo() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Annotation annotation() {
      throw new UnsupportedOperationException();
    }
  }

  static RunConfiguration configuration(CoinExperiment experiment, int images, boolean maps) {
    return configuration(experiment, images(images), "all", maps);
  }

  static RunConfiguration configuration(
      CoinExperiment experiment, List<AnnotatedImage> images, String selection, boolean maps) {
    List<String> ids = images.stream().map(AnnotatedImage::id).toList();
    return new RunConfiguration(
        RunConfiguration.FORMAT,
        experiment.name(),
        experiment.title(),
        experiment.description(),
        RunFolder.JSON.valueToTree(experiment),
        experiment.metrics(),
        experiment.variants(),
        experiment.published(),
        experiment.notes(),
        new RunConfiguration.Data(
            "coins",
            "nowhere",
            2,
            ids.size(),
            selection,
            RunConfiguration.Data.checksum(ids),
            List.of()),
        new RunConfiguration.Network("none", "", "none", "FLOAT", "none"),
        maps,
        Map.of("java", System.getProperty("java.version")));
  }

  /** Does a run, or what is left of it. */
  static void run(Path folder, int images, int threads) throws IOException, InterruptedException {
    run(folder, images, threads, false);
  }

  static void run(Path folder, int images, int threads, boolean maps)
      throws IOException, InterruptedException {
    run(folder, new CoinExperiment(3), images(images), "all", threads, maps);
  }

  /** Does a run of these images, or what is left of it. */
  static void run(
      Path folder,
      CoinExperiment experiment,
      List<AnnotatedImage> images,
      String selection,
      int threads,
      boolean maps)
      throws IOException, InterruptedException {
    List<String> ids = images.stream().map(AnnotatedImage::id).toList();
    try (RunFolder run =
        RunFolder.open(folder, configuration(experiment, images, selection, maps), ids)) {
      new Runner(run, experiment, null, threads, 5).run(images, (done, of, record) -> {});
    }
    RunFolder.summarise(RunFolder.read(folder));
  }

  /** A process that can be killed: folder, images, threads. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    run(
        Path.of(arguments[0]),
        Integer.parseInt(arguments[1]),
        Integer.parseInt(arguments[2]),
        true);
  }
}
