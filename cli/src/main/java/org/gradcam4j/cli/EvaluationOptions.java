package org.gradcam4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.gradcam4j.evaluation.experiment.MapProtocol;
import org.gradcam4j.evaluation.experiment.MapProtocol.Channels;
import org.gradcam4j.image.Upsampling;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every experiment. */
final class EvaluationOptions {
  @Mixin DataOptions data;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "ID|FILE",
      description =
          "A network by id ('gradcam models' lists them) or a Deeplearning4j network's file, such"
              + " as one that 'gradcam head train' made (default: shapes).",
      completionCandidates = ModelOptions.Ids.class)
  String model;

  @Option(
      names = {"-l", "--layer"},
      paramLabel = "NAME,...",
      split = ",",
      hideParamSyntax = true,
      description =
          "Where maps are made ('gradcam layers MODEL' lists them; default: the last convolutional"
              + " one).")
  List<String> layers = List.of();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "RUN",
      description = "The run's folder; the same command resumes a run that was stopped.")
  Path out;

  @Option(
      names = "--upsampling",
      paramLabel = "half-pixel|aligned",
      defaultValue = "half-pixel",
      description = "How maps are brought to a photo's size (default: half-pixel).")
  private String upsampling;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "24",
      description = "Of how many images the report shows maps (default: 24).")
  private int pictures;

  @Option(
      names = "--maps",
      description =
          "Keep the maps that are measured, as float32 in their own resolution: maps/IMAGE.npz in the"
              + " run's folder for numpy.load, with an array METHOD/CLASS for each.")
  boolean maps;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many images are measured at once, on a core each (default: one a core).")
  private Integer threads;

  @Mixin ModelOptions modelOptions;
  @Mixin DeviceOption device;

  @Option(
      names = "--channels",
      paramLabel = "magnitude|sum",
      defaultValue = "magnitude",
      description =
          "How the channels of a map of the input, such as a gradient, become one value a pixel:"
              + " their largest magnitude, or their sum with its sign (default: magnitude).")
  private String channels;

  @Mixin private ScoreOption score;

  /** How maps are made and read. */
  MapProtocol protocol() {
    return new MapProtocol(
        upsampling(), Words.of("--channels", channels, Channels.class), score.score());
  }

  Upsampling upsampling() {
    return switch (upsampling.toLowerCase(Locale.ROOT)) {
      case "half-pixel" -> Upsampling.HALF_PIXEL_BILINEAR;
      case "aligned" -> Upsampling.ALIGNED_CORNERS;
      default ->
          throw new UserError("--upsampling " + upsampling + ": expected half-pixel or aligned");
    };
  }

  int pictures() {
    if (pictures < 0) {
      throw new UserError("--pictures " + pictures + ": expected 0 or more");
    }
    return pictures;
  }

  int threads() {
    if (threads != null && threads < 1) {
      throw new UserError("--threads " + threads + ": expected at least 1");
    }
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
