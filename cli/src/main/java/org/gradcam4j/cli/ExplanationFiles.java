package org.gradcam4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.gradcam4j.Explanation;
import org.gradcam4j.Prediction;
import org.gradcam4j.image.Png;
import org.gradcam4j.image.Sheet;
import org.gradcam4j.method.SaliencyMap;

/** Writes an image's explanations: pictures, a sheet of them, a record. */
final class ExplanationFiles {
  private static final int CELL = 224;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final String weightsSha256;
  private final Set<String> names = new HashSet<>();

  /**
   * Makes the folder if it is not there.
   *
   * @throws IOException if files cannot be written to it
   */
  ExplanationFiles(Path folder, String weightsSha256) throws IOException {
    this.folder = folder;
    this.weightsSha256 = weightsSha256;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IOException("output folder " + folder + " cannot be made", e);
    }
    if (!Files.isWritable(folder)) {
      throw new IOException("output folder " + folder + " cannot be written to");
    }
  }

  /** Writes the files of one image; the sheet's path. */
  Path write(List<Explanation> explanations, List<Prediction> top) throws IOException {
    String name = unique(explanations.get(0).input().name());
    List<Map<String, Object>> records = new ArrayList<>();
    for (Explanation e : explanations) {
      String stem = name + "." + label(e).replace(' ', '.') + "." + slug(e.target().label());
      Path picture = folder.resolve(stem + (e.isHeatmap() ? ".heatmap.png" : ".map.png"));
      Path overlay = folder.resolve(stem + ".overlay.png");
      Png.write(picture, e.picture());
      Png.write(overlay, e.overlay());
      records.add(record(e, picture, overlay));
    }
    Path sheet = folder.resolve(name + ".sheet.png");
    Png.write(sheet, sheet(explanations).draw());
    writeRecord(folder.resolve(name + ".json"), explanations.get(0), top, sheet, records);
    return sheet;
  }

  private String unique(String file) {
    String stem = file.replaceFirst("\\.[A-Za-z]+$", "").replaceAll("[/\\\\:]", "_");
    String name = stem;
    for (int i = 2; !names.add(name); i++) {
      name = stem + "-" + i;
    }
    return name;
  }

  private static String label(Explanation e) {
    boolean ofInput = !e.isHeatmap() && e.method().layer() == null;
    boolean atLayer = e.method().layer() != null || e.method().name().contains("cam");
    return e.method().name()
        + (ofInput && !atLayer || e.method().name().equals("occlusion")
            ? ""
            : " " + e.provenance().layer());
  }

  private static String slug(String label) {
    return label.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
  }

  /** A row a class, the photo first, then a column a method and layer. */
  static Sheet sheet(List<Explanation> explanations) {
    Map<Prediction, List<Explanation>> rows = new LinkedHashMap<>();
    for (Explanation e : explanations) {
      rows.computeIfAbsent(e.target(), target -> new ArrayList<>()).add(e);
    }
    List<String> columns = new ArrayList<>(List.of("photo"));
    List<Sheet.Row> cells = new ArrayList<>();
    rows.forEach(
        (target, row) -> {
          List<Sheet.Cell> pictures = new ArrayList<>();
          pictures.add(new Sheet.Cell(row.get(0).photo().toBufferedImage(), ""));
          for (Explanation e : row) {
            if (cells.isEmpty()) {
              columns.add(label(e));
            }
            pictures.add(
                new Sheet.Cell(shown(e), e.remark().map(r -> "zero everywhere").orElse("")));
          }
          cells.add(
              new Sheet.Row(
                  "%s (%.1f%%)".formatted(target.label(), 100 * target.probability()), pictures));
        });
    Explanation first = explanations.get(0);
    return new Sheet(
        first.input().name(),
        columns,
        cells,
        "gradcam4j, %s. Colours are scaled to each map's own range: red is its maximum."
            .formatted(first.provenance().network()),
        CELL);
  }

  private static BufferedImage shown(Explanation e) {
    return e.isHeatmap() ? e.overlay() : e.picture();
  }

  private static Map<String, Object> record(Explanation e, Path picture, Path overlay) {
    SaliencyMap map = e.map();
    float min = Float.POSITIVE_INFINITY;
    for (float value : map.values()) {
      min = Math.min(min, value);
    }
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("method", e.method().name());
    record.put("layer", e.provenance().layer());
    record.put("class", e.target());
    record.put("map", Map.of("shape", map.shape(), "min", min, "max", map.max(), "sum", map.sum()));
    e.remark().ifPresent(remark -> record.put("remark", remark));
    record.put("picture", picture.getFileName().toString());
    record.put("overlay", overlay.getFileName().toString());
    record.put("provenance", e.provenance());
    return record;
  }

  private void writeRecord(
      Path file,
      Explanation first,
      List<Prediction> top,
      Path sheet,
      List<Map<String, Object>> records)
      throws IOException {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("image", first.input().name());
    root.put("network", first.provenance().network());
    root.put("weightsSha256", weightsSha256);
    root.put("predictions", top);
    root.put("sheet", sheet.getFileName().toString());
    root.put("explanations", records);
    Path beside = Files.createTempFile(folder, ".record", ".json");
    try {
      JSON.writeValue(beside.toFile(), root);
      try {
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
