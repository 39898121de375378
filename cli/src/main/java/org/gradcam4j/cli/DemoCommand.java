package org.gradcam4j.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.shapes.Scene;
import org.gradcam4j.evaluation.shapes.SceneGenerator;
import org.gradcam4j.evaluation.shapes.SceneObject;
import org.gradcam4j.image.Sheet;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Methods;
import org.gradcam4j.method.Score;
import org.gradcam4j.zoo.store.WeightStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows in a minute what the tool does. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Show in under a minute what gradcam does; needs no download.",
      "",
      "It draws a few scenes of two shapes, asks the network that ships with it what is in them, and"
          + " paints for each shape what the network looked at."
    })
final class DemoCommand implements Callable<Integer> {
  /** Of scenes that the network was not trained on. */
  private static final long SEED = 2017;

  private static final int SCENES = 3;
  private static final int CELL = 224;
  private static final List<String> METHODS =
      List.of("grad-cam", "guided-grad-cam", "counterfactual", "occlusion");

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      defaultValue = "gradcam-demo",
      description = "Where the pictures go (default: gradcam-demo).")
  private Path out;

  @Option(
      names = {"-w", "--weights"},
      paramLabel = "FILE",
      description = "Weights of your own training ('gradcam train shapes').")
  private Path weights;

  @Mixin private DeviceOption device;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    OutputFolder folder = new OutputFolder(out);
    device.use(spec.commandLine().getErr());
    ModelOptions options = new ModelOptions();
    options.type = "float";
    options.weights = weights;
    List<Sheet.Row> rows = new ArrayList<>();
    String first = "";
    try (LoadedModel model = ModelSource.load(ModelSource.DEFAULT, options, WeightStore::standard);
        Progress progress = new Progress(spec.commandLine().getErr(), "explaining scenes")) {
      List<Scene> scenes = scenes();
      for (int s = 0; s < scenes.size(); s++) {
        int done = s;
        folder.png("scene-" + (s + 1) + ".png", scenes.get(s).image().toBufferedImage());
        rows.addAll(
            rows(
                model.explainer(),
                scenes.get(s),
                share -> progress.show((done + share) / scenes.size(), "")));
        first = first.isEmpty() ? scenes.get(s).classNames().get(0) : first;
      }
    }
    List<String> columns =
        List.of(
            "the scene",
            "grad-cam: where it saw the shape",
            "guided-grad-cam: by which edges",
            "counterfactual: what speaks against it",
            "occlusion: where covering hurts the score");
    String footer =
        "Red is most, blue least, each map by its own range. The white frame is where the shape is;"
            + " the network was told only which shapes a scene holds, never where.";
    folder.png(
        "demo.png", new Sheet("What did the network look at?", columns, rows, footer, CELL).draw());
    tell(folder.path("demo.png"), first);
    return Gradcam.OK;
  }

  private void tell(Path sheet, String shape) {
    PrintWriter written = spec.commandLine().getOut();
    written.println("Open " + sheet);
    written.println();
    written.println(
        "  Each row asks why the network sees one shape in a scene. Compare two rows of");
    written.println("  one scene: the red of grad-cam moves from one shape to the other, although");
    written.println("  the picture is the same. The white frame, where the shape really is, was");
    written.println("  never shown to the network.");
    written.println();
    written.println("Go on with one of the scenes, or with a photo and a network of your own:");
    written.println(
        "  gradcam explain "
            + sheet.resolveSibling("scene-1.png")
            + " --class "
            + shape
            + " --layer all");
    written.println("  gradcam explain --help");
  }

  /** The first scenes of two classes, whatever the network makes of them. */
  private static List<Scene> scenes() {
    List<Scene> scenes = new ArrayList<>();
    for (int i = 0; scenes.size() < SCENES; i++) {
      Scene scene = SceneGenerator.scene(SEED, i);
      if (scene.classNames().size() == 2) {
        scenes.add(scene);
      }
    }
    return scenes;
  }

  private static List<Sheet.Row> rows(Explainer explainer, Scene scene, DoubleConsumer progress) {
    List<String> classes = scene.classNames();
    List<Method> methods =
        METHODS.stream().map(name -> Methods.create(name, new Methods.Options())).toList();
    List<Explanation> explanations =
        explainer.explain(
            List.of(explainer.input(scene.image())),
            methods,
            classes.stream().map(Target::label).toList(),
            Score.LOGIT,
            progress);
    Drawing drawing = new Drawing(Upsampling.HALF_PIXEL_BILINEAR, false);
    List<Sheet.Row> rows = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      Prediction target = explanations.get(c).target();
      List<Sheet.Cell> cells = new ArrayList<>();
      cells.add(
          new Sheet.Cell(
              framed(scene, classes.get(c)), "the network says: " + ImageResults.words(target)));
      for (int m = 0; m < methods.size(); m++) {
        Explanation explanation = explanations.get(m * classes.size() + c);
        cells.add(
            new Sheet.Cell(
                explanation.isHeatmap()
                    ? drawing.overlay(explanation)
                    : drawing.picture(explanation),
                explanation.remark().isPresent() ? "nothing: zero everywhere" : ""));
      }
      rows.add(new Sheet.Row("Why " + classes.get(c) + "?", cells));
    }
    return rows;
  }

  /** The scene, enlarged, with frames around the objects of a class. */
  private static BufferedImage framed(Scene scene, String className) {
    int factor = 2;
    int width = scene.image().width() * factor;
    int height = scene.image().height() * factor;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.drawImage(scene.image().toBufferedImage(), 0, 0, width, height, null);
    for (SceneObject object : scene.objects()) {
      if (object.className().equals(className)) {
        int x = factor * object.xMin();
        int y = factor * object.yMin();
        int w = factor * (object.xMax() - object.xMin() + 1) - 1;
        int h = factor * (object.yMax() - object.yMin() + 1) - 1;
        graphics.setColor(Color.BLACK);
        graphics.setStroke(new BasicStroke(4));
        graphics.drawRect(x, y, w, h);
        graphics.setColor(Color.WHITE);
        graphics.setStroke(new BasicStroke(2));
        graphics.drawRect(x, y, w, h);
      }
    }
    graphics.dispose();
    return image;
  }
}
