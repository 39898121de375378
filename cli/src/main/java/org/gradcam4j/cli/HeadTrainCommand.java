package org.gradcam4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.evaluation.data.Dataset;
import org.gradcam4j.evaluation.data.Datasets;
import org.gradcam4j.evaluation.head.FeatureCache;
import org.gradcam4j.evaluation.head.FeatureNetwork;
import org.gradcam4j.evaluation.head.FeatureNetwork.Pooling;
import org.gradcam4j.evaluation.head.FeatureSet;
import org.gradcam4j.evaluation.head.HeadReport;
import org.gradcam4j.evaluation.head.HeadReport.ClassReport;
import org.gradcam4j.evaluation.head.HeadTraining;
import org.gradcam4j.evaluation.head.NetworkFacts;
import org.gradcam4j.text.TextTable;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.gradcam4j.zoo.store.Checksum;
import org.gradcam4j.zoo.store.WeightStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a head and judges it. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Train a linear layer with a sigmoid a class on a published network's features, and judge it.",
      "The network with its new head is written as a Deeplearning4j file that knows its"
          + " preprocessing and its classes.",
      "Difficult objects do not count. Features are kept: the next run is fast, and one that was"
          + " stopped goes on."
    },
    footer = {
      "",
      "Examples:",
      "  gradcam head train --data VOCdevkit/VOC2007 --model resnet50 \\",
      "    --out resnet50-voc.zip",
      "  gradcam head train --data VOCdevkit/VOC2007 --model alexnet \\",
      "    --weights alexnet.safetensors --out alexnet-voc.zip",
      "  gradcam explain photo.jpg --model resnet50-voc.zip --class cat"
    })
final class HeadTrainCommand implements Callable<Integer> {
  private static final int FAILURES_SHOWN = 10;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description =
          "The data set: PASCAL VOC's devkit or one of its years, or folders train and val with a"
              + " folder a class in each.")
  private Path data;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "ID",
      required = true,
      description = "The network ('gradcam models' lists them).",
      completionCandidates = ModelOptions.Ids.class)
  private String model;

  @Option(
      names = {"-w", "--weights"},
      paramLabel = "FILE",
      description =
          "The network's published weights, or those of its layers up to the features (default:"
              + " those that 'gradcam weights get' fetched).")
  private Path weights;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "train",
      description = "The part of the data that it learns from (default: train).")
  private String split;

  @Option(
      names = "--val",
      paramLabel = "NAME",
      defaultValue = "val",
      description = "The part that judges it (default: val).")
  private String val;

  @Option(
      names = "--features",
      paramLabel = "LAYER",
      description =
          "The layer whose output are the features (default: the global pooling where the network"
              + " ends in one, else what its first dense layer reads).")
  private String features;

  @Option(
      names = "--pooling",
      paramLabel = "average|none",
      defaultValue = "none",
      description =
          "What is made of a layer with space: the mean of each channel, or all values (default:"
              + " none).")
  private Pooling pooling;

  @Option(
      names = "--l2",
      paramLabel = "X",
      description =
          "The penalty on weights of standardised features (default: the best of several on a"
              + " fifth of the images that it learns from).")
  private Double l2;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the images that choose the penalty (default: 1).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads, on a core each (default: one a core).")
  private Integer threads;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Where features are kept (default: the folder 'features' beside --out); it may be deleted"
              + " at any time.")
  private Path cache;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "HEAD.zip",
      required = true,
      description = "Where the network with its head goes.")
  private Path out;

  /** Asked for once published weights are needed: a bad environment is no other model's trouble. */
  private final Supplier<WeightStore> store;

  @Mixin private DeviceOption device;
  @Spec private CommandSpec spec;

  /** With this user's weights. */
  HeadTrainCommand() {
    this(WeightStore::standard);
  }

  HeadTrainCommand(Supplier<WeightStore> store) {
    this.store = store;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    device.use(spec.commandLine().getErr());
    Dataset train = open(split);
    Dataset judging = open(val);
    if (!train.classes().equals(judging.classes())) {
      throw new UserError("--split " + split + " and --val " + val + " have other classes");
    }
    NetworkAdapter adapter = Zoo.find(model);
    Optional<Path> file = ModelSource.weights(adapter, weights, store);
    try (FeatureNetwork network =
        FeatureNetwork.load(adapter, file, Optional.ofNullable(features), pooling)) {
      train(network, file, train, judging);
    }
    return Gradcam.OK;
  }

  private void check() {
    // Before minutes of training, not after.
    if (Files.isDirectory(out)) {
      throw new UserError("--out " + out + " is a folder: expected the name of a file");
    }
    if (threads != null && threads < 1) {
      throw new UserError("--threads " + threads + ": expected at least 1");
    }
    if (l2 != null && !(l2 > 0 && Double.isFinite(l2))) {
      throw new UserError("--l2 " + l2 + ": expected a number above 0");
    }
    if (ModelSource.isFile(model)) {
      throw new UserError("--model " + model + ": expected the id of a network ('gradcam models')");
    }
    if (cache != null && Files.exists(cache) && !Files.isDirectory(cache)) {
      throw new UserError("--cache " + cache + " is a file: expected a folder");
    }
    new OutputFolder(out.toAbsolutePath().getParent());
  }

  private Dataset open(String part) throws IOException {
    Dataset dataset = Datasets.open(data, part);
    if (dataset.images().isEmpty()) {
      throw new UserError("no images in " + dataset.name() + ", " + data);
    }
    report(dataset.problems());
    return dataset;
  }

  private void train(FeatureNetwork network, Optional<Path> file, Dataset train, Dataset judging)
      throws IOException, InterruptedException {
    HeadTraining.Options options =
        new HeadTraining.Options(
            seed, l2 == null ? OptionalDouble.empty() : OptionalDouble.of(l2), threads());
    FeatureSet learning = features(network, train);
    HeadTraining.Result result =
        during("training", progress -> HeadTraining.train(learning, options, progress));
    HeadReport report = HeadTraining.judge(result.head(), features(network, judging));
    ComputationGraph graph = network.withHead(result.head());
    Map<String, String> origin = origin(network, file);
    origin.put("data", train.name() + ", " + learning.size() + " images");
    origin.put("l2", String.valueOf(result.l2()));
    origin.put("seed", String.valueOf(seed));
    origin.put("judged", judged(report, judging));
    NetworkFacts facts =
        new NetworkFacts(network.preprocessing(), train.classes(), layer(network, graph), origin);
    OutputFolder.write(out, () -> facts.write(out, graph));
    print(report, judged(report, judging));
    spec.commandLine().getOut().println("l2 " + result.l2() + " -> " + out);
  }

  private int threads() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  private FeatureSet features(FeatureNetwork network, Dataset dataset)
      throws IOException, InterruptedException {
    Path folder = cache == null ? out.toAbsolutePath().resolveSibling("features") : cache;
    FeatureSet set =
        during(
            "features of " + dataset.name(),
            progress -> new FeatureCache(folder).of(network, dataset, threads(), progress));
    report(set.failures());
    return set;
  }

  /** Work that says how far it is. */
  private interface Work<T> {
    T run(DoubleConsumer progress) throws IOException, InterruptedException;
  }

  private <T> T during(String what, Work<T> work) throws IOException, InterruptedException {
    try (Progress progress = new Progress(spec.commandLine().getErr(), what)) {
      return work.run(share -> progress.show(share, ""));
    }
  }

  /** Images that were left out, one line each. */
  private void report(List<String> failures) {
    PrintWriter err = spec.commandLine().getErr();
    failures.stream().limit(FAILURES_SHOWN).forEach(line -> err.println("left out: " + line));
    if (failures.size() > FAILURES_SHOWN) {
      err.println("left out: " + (failures.size() - FAILURES_SHOWN) + " more");
    }
  }

  /** The layer that maps of the published network are made of, where the features come after it. */
  private static String layer(FeatureNetwork network, ComputationGraph graph) {
    String layer = network.adapter().defaultLayer();
    return graph.getConfiguration().getVertices().containsKey(layer) ? layer : "";
  }

  private static Map<String, String> origin(FeatureNetwork network, Optional<Path> file)
      throws IOException {
    Map<String, String> origin = new LinkedHashMap<>();
    origin.put(NetworkFacts.NETWORK, network.adapter().id());
    origin.put("weights", file.isPresent() ? name(file.get()) : "of gradcam " + Gradcam.version());
    origin.put("features", network.layer());
    origin.put("pooling", network.pooling().name().toLowerCase(Locale.ROOT));
    return origin;
  }

  private static String name(Path file) throws IOException {
    return file.getFileName() + ", " + Checksum.sha256(file);
  }

  private static String judged(HeadReport report, Dataset judging) {
    return String.format(
        Locale.ROOT,
        "mean average precision %.1f (%.1f to %.1f, 95 %%) on the %d images of %s",
        100 * report.meanAveragePrecision(),
        100 * report.interval().low(),
        100 * report.interval().high(),
        report.images(),
        judging.name());
  }

  private void print(HeadReport report, String judged) {
    PrintWriter written = spec.commandLine().getOut();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("CLASS", "IMAGES", "AP", "AP BY 11 POINTS"));
    for (ClassReport own : report.classes()) {
      rows.add(
          List.of(
              own.name(),
              own.shown() + " of " + own.counted(),
              percent(own.averagePrecision()),
              percent(own.elevenPoints())));
    }
    rows.add(
        List.of(
            "mean",
            "",
            percent(report.meanAveragePrecision()),
            percent(report.meanElevenPoints())));
    TextTable.lines(rows).forEach(written::println);
    written.println(judged);
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f", 100 * share);
  }
}
