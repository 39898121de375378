package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.gradcam4j.evaluation.data.Dataset;
import org.gradcam4j.evaluation.data.Datasets;
import org.gradcam4j.evaluation.data.Selection;
import picocli.CommandLine.Option;

/** Options that say which images. */
final class DataOptions {
  /** The data set that is drawn. */
  static final String SHAPES = "shapes";

  private static final int SHAPES_COUNT = 100;

  @Option(
      names = {"-d", "--data"},
      required = true,
      paramLabel = "DIR|shapes",
      description =
          "PASCAL VOC's devkit or one of its years, ImageNet in the localization challenge's or the"
              + " development kit's layout, a folder with a folder a class, or shapes: scenes that"
              + " gradcam draws.")
  Path data;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description =
          "VOC: the list in ImageSets/Main, such as test or cat_val; a folder a class: the folder"
              + " above these (default: val).")
  String split;

  @Option(
      names = "--images",
      paramLabel = "FILE",
      description =
          "Only the images whose ids are listed there, one a line; of one of VOC's lists of a class,"
              + " those that show it.")
  Path list;

  @Option(
      names = "--only-class",
      paramLabel = "NAME",
      description = "Only images that show this class. May be given several times.")
  List<String> classes = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Only so many images, drawn by --seed of those that take part (shapes: so many scenes;"
              + " default: 100).")
  Integer limit;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of what is drawn (default: 1).")
  long seed;

  @Option(
      names = "--difficult",
      paramLabel = "count|ignore",
      defaultValue = "count",
      description =
          "VOC: whether objects that are marked difficult are there, or are as if they were not"
              + " (default: count; the pointing game has a rule of its own).")
  private String difficult;

  private enum Difficult {
    COUNT,
    IGNORE
  }

  /** The data set, before the selection. */
  Dataset open() throws IOException {
    if (limit != null && limit < 1) {
      throw new UserError("--limit " + limit + ": expected at least 1");
    }
    boolean without = Words.of("--difficult", difficult, Difficult.class) == Difficult.IGNORE;
    Dataset all =
        isShapes()
            ? Datasets.shapes(seed, limit == null ? SHAPES_COUNT : limit)
            : Datasets.open(data, split);
    return without ? all.withoutDifficult() : all;
  }

  boolean isShapes() {
    return data.toString().equals(SHAPES);
  }

  /** Which of its images. */
  Selection selection() {
    return new Selection(
        Optional.ofNullable(list), classes, isShapes() || limit == null ? 0 : limit, seed);
  }
}
