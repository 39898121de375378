package org.gradcam4j.evaluation.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.gradcam4j.evaluation.experiment.Published;
import org.gradcam4j.evaluation.metric.Aggregation;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.evaluation.run.ImageRecord;
import org.gradcam4j.evaluation.run.RunConfiguration;

/** Folders as runs leave them, with figures from dice. */
final class FakeRun {
  static final Metric LOCALIZATION =
      metric("localization-error-top1", Direction.LOWER, Unit.PERCENT);
  static final Metric LOCALIZATION_TOP5 =
      metric("localization-error-top5", Direction.LOWER, Unit.PERCENT);
  static final Metric CLASSIFICATION =
      metric("classification-error-top1", Direction.LOWER, Unit.PERCENT);
  static final Metric CORRELATION = metric("rank-correlation", Direction.HIGHER, Unit.NUMBER);

  final ObjectMapper json = new ObjectMapper();
  final List<ImageRecord> records = new ArrayList<>();
  final List<String> ids = new ArrayList<>();
  String experiment = "localization";
  String title = "Localization";
  String description =
      "The largest connected segment of each map at 15 % of its maximum becomes a box; it counts"
          + " where it overlaps a box of the class by half. Table 1 of the paper.";
  List<Metric> metrics = List.of(CLASSIFICATION, LOCALIZATION, LOCALIZATION_TOP5);
  List<String> variants = List.of("grad-cam", "c-mwp", "gradient", "cam");
  List<Published> published = List.of();
  List<String> notes = List.of();
  String network = "resnet50";
  String data = "ILSVRC val";
  private int pictures;
  private boolean methodsInSettings;

  static Metric metric(String name, Direction direction, Unit unit) {
    return new Metric(
        name, direction, unit, Aggregation.MEAN, "The mean of " + name + ".", "Some paper, 2015");
  }

  /** As the experiment localization leaves it. */
  static FakeRun localization(int images, long seed) {
    FakeRun run = new FakeRun();
    run.published =
        List.of(
            new Published(
                LOCALIZATION.name(),
                "grad-cam",
                "VGG-16, ILSVRC-15 val",
                56.51,
                "Selvaraju et al., table 1"),
            new Published(
                LOCALIZATION.name(), "rise", "VGG-16, ILSVRC-15 val", 12.5, "nobody, table 0"),
            new Published(
                CLASSIFICATION.name(), "", "VGG-16, ILSVRC-15 val", 30.38, "Selvaraju et al."));
    run.notes =
        List.of("At this layer Grad-CAM and CAM coincide by construction: their tie says nothing.");
    Random random = new Random(seed);
    for (int i = 0; i < images; i++) {
      double hard = random.nextDouble();
      List<Observation> o = new ArrayList<>();
      o.add(new Observation(CLASSIFICATION.name(), "", "", hard > 0.79 ? 100 : 0));
      double[] share = {0.46, 0.62, 0.53, 0.46};
      for (int v = 0; v < share.length; v++) {
        double dice = v == 1 ? random.nextDouble() : hard;
        o.add(
            new Observation(
                LOCALIZATION.name(), run.variants.get(v), "", dice < share[v] ? 100 : 0));
        o.add(
            new Observation(
                LOCALIZATION_TOP5.name(),
                run.variants.get(v),
                "",
                v == 2 && i % 50 == 0 ? Double.NaN : dice < share[v] - 0.09 ? 100 : 0));
      }
      Map<String, Double> costs = new LinkedHashMap<>();
      costs.put("grad-cam", 90 + 20 * random.nextDouble());
      costs.put("c-mwp", 140 + 30 * random.nextDouble());
      costs.put("gradient", 110 + 20 * random.nextDouble());
      costs.put("cam", 4 + 2 * random.nextDouble());
      run.add("ILSVRC2012_val_%08d".formatted(i + 1), o, costs);
    }
    return run;
  }

  /** As the experiment layers leaves it: three methods at eight layers. */
  static FakeRun layers(int images, long seed) {
    FakeRun run = new FakeRun();
    run.experiment = "layers";
    run.title = "Layers, from deep to shallow";
    run.metrics = List.of(LOCALIZATION, CORRELATION);
    List<String> layers =
        List.of(
            "layer4", "layer4.1", "layer4.0", "layer3", "layer3.3", "layer2", "layer1", "maxpool");
    List<String> variants = new ArrayList<>();
    for (String layer : layers) {
      for (String method : List.of("grad-cam", "layer-cam", "guided-grad-cam")) {
        variants.add(method + "@" + layer);
      }
    }
    run.variants = variants;
    Random random = new Random(seed);
    for (int i = 0; i < images; i++) {
      List<Observation> o = new ArrayList<>();
      Map<String, Double> costs = new LinkedHashMap<>();
      for (int v = 0; v < variants.size(); v++) {
        double depth = v / 3;
        o.add(
            new Observation(
                LOCALIZATION.name(),
                variants.get(v),
                "",
                random.nextDouble() < 0.42 + (v % 3 == 1 ? 0.03 : 0.06) * depth ? 100 : 0));
        o.add(
            new Observation(
                CORRELATION.name(),
                variants.get(v),
                "",
                0.3 - 0.03 * depth + 0.25 * random.nextGaussian()));
        costs.put(variants.get(v), 60 + 10 * depth + 5 * random.nextDouble());
      }
      run.add("2007_%06d".formatted(i + 1), o, costs);
    }
    return run;
  }

  void add(String id, List<Observation> observations, Map<String, Double> costs) {
    ids.add(id);
    Map<String, String> details = new LinkedHashMap<>();
    details.put("truth", ids.size() % 3 == 0 ? "tench, Tinca tinca" : "golden retriever");
    details.put("predicted", ids.size() % 5 == 0 ? "Labrador retriever" : details.get("truth"));
    details.put("confidence", "0." + (10 + ids.size() * 37 % 90));
    records.add(new ImageRecord(id, null, observations, details, null, null, null, costs));
  }

  /** Calls a variant otherwise. */
  void rename(String variant, String name) {
    variants = variants.stream().map(v -> v.equals(variant) ? name : v).toList();
    records.replaceAll(
        r ->
            new ImageRecord(
                r.image(),
                r.failure(),
                r.observations().stream()
                    .map(
                        o ->
                            o.variant().equals(variant)
                                ? new Observation(o.metric(), name, o.group(), o.values())
                                : o)
                    .toList(),
                r.details(),
                r.remarks(),
                r.pictures(),
                r.maps(),
                r.milliseconds()));
  }

  /** Gives a record other contents. */
  void change(int place, String failure, List<String> remarks) {
    ImageRecord r = records.get(place);
    records.set(
        place,
        new ImageRecord(
            r.image(),
            failure,
            failure == null ? r.observations() : null,
            r.details(),
            remarks,
            r.pictures(),
            r.maps(),
            r.milliseconds()));
  }

  /** So many of the images have pictures. */
  FakeRun pictures(int images) {
    pictures = images;
    return this;
  }

  /** The settings name each variant's method, as those of experiments do. */
  FakeRun methodsInSettings() {
    methodsInSettings = true;
    return this;
  }

  Path write(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("pictures"));
    ObjectNode settings = json.createObjectNode();
    settings.put("threshold", 0.15).put("mapUpsampling", "HALF_PIXEL_BILINEAR");
    ArrayNode methods = settings.put("strictlyAbove", false).putArray("methods");
    if (methodsInSettings) {
      for (String variant : variants) {
        String layer = variant.substring(variant.indexOf('@') + 1);
        methods.addObject().put("name", variant).put("method", "Some[layer=" + layer + "]");
      }
    } else {
      methods.add("grad-cam").add("c-mwp");
    }
    settings.putObject("occlusion").put("patchSize", 45).putNull("padding");
    RunConfiguration configuration =
        new RunConfiguration(
            RunConfiguration.FORMAT,
            experiment,
            title,
            description,
            settings,
            metrics,
            variants,
            published,
            notes,
            new RunConfiguration.Data(
                data, "/data", 1000, ids.size(), "all", "0c1d" + data.hashCode(), List.of()),
            new RunConfiguration.Network(
                network,
                "ab12",
                "layer4",
                "float",
                "the whole image to 224x224, antialiased; RGB, mean .485 .456 .406"),
            false,
            Map.of("gradcam4j", "0.1.0", "machine", "2 cores"));
    json.writeValue(folder.resolve("run.json").toFile(), configuration);
    Files.writeString(folder.resolve("images.txt"), String.join("\n", ids) + "\n");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < records.size(); i++) {
      ImageRecord record = records.get(i);
      lines
          .append(json.writeValueAsString(i < pictures ? pictured(folder, record, i) : record))
          .append('\n');
    }
    Files.write(folder.resolve("records.jsonl"), lines.toString().getBytes(StandardCharsets.UTF_8));
    return folder;
  }

  private ImageRecord pictured(Path folder, ImageRecord r, int place) throws IOException {
    List<ImageRecord.PictureFile> files = new ArrayList<>();
    List<String> captions = new ArrayList<>(List.of("original"));
    captions.addAll(variants.subList(0, Math.min(4, variants.size())));
    for (String caption : captions) {
      String file = place + "-" + files.size() + ".jpg";
      int height = place % 3 == 0 ? 240 : 180;
      BufferedImage image = new BufferedImage(240, height, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      Color from = Color.getHSBColor(files.size() / 6f, 0.6f, 0.9f);
      graphics.setPaint(new GradientPaint(0, 0, from, 240, height, Color.DARK_GRAY));
      graphics.fillRect(0, 0, 240, height);
      graphics.setColor(Color.WHITE);
      graphics.drawRect(40, 30, 120, 90);
      graphics.dispose();
      ImageIO.write(image, "jpg", folder.resolve("pictures").resolve(file).toFile());
      files.add(new ImageRecord.PictureFile(caption, file));
    }
    return new ImageRecord(
        r.image(),
        r.failure(),
        r.observations(),
        r.details(),
        r.remarks(),
        files,
        r.maps(),
        r.milliseconds());
  }
}
