package org.gradcam4j.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.gradcam4j.Explanation;
import org.gradcam4j.Prediction;
import org.gradcam4j.file.Sha256;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Sheet;
import org.gradcam4j.method.SaliencyMap;

/**
 * Writes an image's pictures, then its sheet, then its record: where there is a record, everything
 * that it names is there.
 */
final class ImageResults {
  private static final int TOP = 5;
  private static final int CELL = 240;
  private static final int LAYERS_A_ROW = 5;

  private final OutputFolder folder;
  private final LoadedModel model;
  private final List<Choice> choices;
  private final Drawing drawing;
  private final String weightsSha256;

  ImageResults(OutputFolder folder, LoadedModel model, List<Choice> choices, Drawing drawing)
      throws IOException {
    this.folder = folder;
    this.model = model;
    this.choices = List.copyOf(choices);
    this.drawing = drawing;
    this.weightsSha256 = model.file() == null ? null : Sha256.of(model.file());
  }

  /**
   * Writes an image's results.
   *
   * @param predictions the scores of all classes
   * @param explanations for each choice, for each class
   * @return the sheet
   */
  Path write(Item item, List<Prediction> predictions, List<Explanation> explanations)
      throws IOException {
    String record = item.stem() + ".json";
    String sheet = item.stem() + ".sheet.png";
    // The old record does not hold while its pictures are replaced.
    folder.delete(record);
    int classes = explanations.size() / choices.size();
    Names names = new Names(item.stem());
    List<ImageRecord.Map> maps = new ArrayList<>();
    List<BufferedImage> pictures = new ArrayList<>();
    for (int i = 0; i < explanations.size(); i++) {
      Explanation explanation = explanations.get(i);
      Choice choice = choices.get(i / classes);
      String name = names.of(choice, explanation.target());
      BufferedImage picture = drawing.picture(explanation);
      BufferedImage shown = picture;
      String pictureFile = name + (explanation.isHeatmap() ? ".heatmap.png" : ".png");
      String overlayFile = null;
      folder.png(pictureFile, picture);
      if (explanation.isHeatmap()) {
        shown = drawing.overlay(explanation);
        overlayFile = name + ".overlay.png";
        folder.png(overlayFile, shown);
      }
      pictures.add(shown);
      maps.add(record(explanation, choice, pictureFile, overlayFile));
    }
    folder.png(sheet, sheet(item, best(predictions), explanations, pictures).draw());
    folder.json(record, record(item, best(predictions), maps, explanations.get(0), sheet));
    return folder.path(sheet);
  }

  /** The scores of all classes; of an output with space, what was explained. */
  static List<Prediction> predictions(List<Explanation> explanations) {
    List<Prediction> all = explanations.get(0).predictions();
    return all.isEmpty() ? explanations.stream().map(Explanation::target).distinct().toList() : all;
  }

  static List<Prediction> best(List<Prediction> predictions) {
    return predictions.stream()
        .sorted((a, b) -> Double.compare(b.logit(), a.logit()))
        .limit(TOP)
        .toList();
  }

  /** Names of files, none of them twice for an image. */
  private static final class Names {
    private final String stem;
    private final Set<String> used = new HashSet<>();

    Names(String stem) {
      this.stem = stem;
    }

    String of(Choice choice, Prediction target) {
      String layer = choice.layer() == null ? "" : "." + choice.layer();
      String name = choice.entry().name() + layer + ".class" + target.index();
      String plain = stem + "." + name.replaceAll("[^A-Za-z0-9._-]", "_");
      String own = plain;
      for (int n = 2; !used.add(own); n++) {
        own = plain + "-" + n;
      }
      return own;
    }
  }

  private ImageRecord record(
      Item item, List<Prediction> best, List<ImageRecord.Map> maps, Explanation any, String sheet) {
    Photo photo = any.input().photo().orElse(null);
    return new ImageRecord(
        any.provenance().version(),
        new ImageRecord.Image(
            item.name(),
            item.file().toString(),
            photo == null ? null : photo.sha256(),
            photo == null ? null : photo.height(),
            photo == null ? null : photo.width()),
        new ImageRecord.Network(
            any.provenance().network(),
            any.provenance().parameters(),
            model.file() == null ? null : model.file().getFileName().toString(),
            weightsSha256,
            any.provenance().type(),
            any.provenance().preprocessing()),
        best,
        drawing.upsampling(),
        maps,
        sheet);
  }

  private static ImageRecord.Map record(
      Explanation explanation, Choice choice, String picture, String overlay) {
    SaliencyMap map = explanation.map();
    float min = Float.POSITIVE_INFINITY;
    for (float value : map.values()) {
      min = Math.min(min, value);
    }
    return new ImageRecord.Map(
        explanation.target(),
        choice.entry().name(),
        explanation.provenance().method(),
        choice.layer(),
        explanation.provenance().score().name().toLowerCase(Locale.ROOT),
        map.shape(),
        min,
        map.max(),
        explanation.isHeatmap() ? map.argMax() : null,
        map.scoreDifference().isPresent() ? map.sum() : null,
        map.scoreDifference().isPresent() ? map.scoreDifference().getAsDouble() : null,
        explanation.remark().orElse(null),
        picture,
        overlay);
  }

  /**
   * The photo, then for one method its classes, for several these, side by side; layers and, for
   * several methods, classes one beneath the other.
   */
  private Sheet sheet(
      Item item,
      List<Prediction> best,
      List<Explanation> explanations,
      List<BufferedImage> pictures) {
    int classes = explanations.size() / choices.size();
    List<String> methods = choices.stream().map(c -> c.entry().name()).distinct().toList();
    List<String> layers =
        choices.stream().map(Choice::layer).filter(l -> l != null).distinct().toList();
    if (explanations.size() == layers.size() && layers.size() > 1 && methods.size() == 1) {
      return layersSheet(item, best, explanations, pictures, layers);
    }
    boolean classColumns = methods.size() == 1;
    int levels = Math.max(1, layers.size());
    List<Sheet.Row> rows = new ArrayList<>();
    for (int c = 0; c < (classColumns ? 1 : classes); c++) {
      for (int level = 0; level < levels; level++) {
        List<Sheet.Cell> cells = new ArrayList<>();
        cells.add(new Sheet.Cell(explanations.get(0).photo().toBufferedImage(), caption(best)));
        for (int column = 0; column < (classColumns ? classes : methods.size()); column++) {
          int target = classColumns ? column : c;
          String method = classColumns ? methods.get(0) : methods.get(column);
          int choice = choice(method, layers.isEmpty() ? null : layers.get(level), level);
          cells.add(
              choice < 0
                  ? new Sheet.Cell(null, "")
                  : cell(
                      explanations.get(choice * classes + target),
                      pictures.get(choice * classes + target)));
        }
        rows.add(new Sheet.Row(levels > 1 ? layers.get(level) : "", cells));
      }
    }
    List<String> columns = new ArrayList<>(List.of("photo"));
    if (classColumns) {
      explanations.subList(0, classes).forEach(e -> columns.add(e.target().label()));
    } else {
      columns.addAll(methods);
    }
    return new Sheet(
        item.name() + (classColumns ? ": " + methods.get(0) : ""),
        columns,
        rows,
        footer(explanations.get(0), layers),
        CELL);
  }

  /** One method, one class: layers from deep to shallow as one reads, after the photo. */
  private Sheet layersSheet(
      Item item,
      List<Prediction> best,
      List<Explanation> explanations,
      List<BufferedImage> pictures,
      List<String> layers) {
    List<Sheet.Cell> cells = new ArrayList<>();
    cells.add(new Sheet.Cell(explanations.get(0).photo().toBufferedImage(), caption(best)));
    for (int i = 0; i < layers.size(); i++) {
      cells.add(new Sheet.Cell(pictures.get(i), layers.get(i) + remark(explanations.get(i))));
    }
    int columns = Math.min(LAYERS_A_ROW, cells.size());
    BufferedImage blank = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    blank.setRGB(0, 0, 0xFFFFFF);
    while (cells.size() % columns != 0) {
      cells.add(new Sheet.Cell(blank, ""));
    }
    List<Sheet.Row> rows = new ArrayList<>();
    for (int from = 0; from < cells.size(); from += columns) {
      rows.add(new Sheet.Row("", cells.subList(from, from + columns)));
    }
    Prediction target = explanations.get(0).target();
    return new Sheet(
        item.name() + ": " + choices.get(0).entry().name() + " of " + words(target),
        List.of(),
        rows,
        footer(explanations.get(0), layers),
        CELL);
  }

  private static String remark(Explanation explanation) {
    return explanation.remark().isPresent() ? ", the map is zero everywhere" : "";
  }

  /** The position of the method at the layer; a method without a choice stands in the first row. */
  private int choice(String method, String layer, int level) {
    for (int i = 0; i < choices.size(); i++) {
      Choice choice = choices.get(i);
      if (choice.entry().name().equals(method)
          && (choice.layer() == null ? level == 0 : choice.layer().equals(layer))) {
        return i;
      }
    }
    return -1;
  }

  private static String caption(List<Prediction> best) {
    Prediction first = best.get(0);
    return "predicted: " + words(first);
  }

  private static Sheet.Cell cell(Explanation explanation, BufferedImage picture) {
    return new Sheet.Cell(picture, words(explanation.target()) + remark(explanation));
  }

  /** A label, and its probability where it is one: of a region it is a sum over cells. */
  static String words(Prediction prediction) {
    double p = prediction.probability();
    return p < 0 || p > 1
        ? prediction.label()
        : String.format(Locale.ROOT, "%s %.1f%%", prediction.label(), 100 * p);
  }

  private String footer(Explanation any, List<String> layers) {
    String where = layers.size() == 1 ? "layer " + layers.get(0) + ", " : "";
    return "%s, %sscore: %s. Each map is scaled to its own range: blue is least, red is most; %s gradcam4j %s"
        .formatted(
            any.provenance().network(),
            where,
            any.provenance().score().name().toLowerCase(Locale.ROOT),
            "maps of pixels are grey where they are zero.",
            any.provenance().version());
  }
}
