package org.gradcam4j.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.shapes.Scene;
import org.gradcam4j.evaluation.shapes.SceneGenerator;
import org.gradcam4j.evaluation.shapes.SceneObject;
import org.gradcam4j.image.Png;
import org.gradcam4j.image.Sheet;
import org.gradcam4j.method.Counterfactual;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.GuidedBackpropagation;
import org.gradcam4j.method.GuidedGradCam;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Occlusion;
import org.gradcam4j.method.Score;
import org.gradcam4j.zoo.Zoo;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Explains generated scenes with the network that ships. */
@Command(
    name = "demo",
    description = {
      "Explains a few drawn scenes with the built-in network, in under a minute and without a"
          + " download, and writes a sheet of pictures."
    })
final class DemoCommand implements Callable<Integer> {
  private static final int ENLARGED = 3;
  private static final int CELL = 200;

  /** What the sheet's columns are, and what to see in them. */
  private static final Map<String, Method> COLUMNS = columns();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "gradcam-demo",
      description = "Where the sheet goes. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--scenes",
      paramLabel = "NUMBER",
      defaultValue = "3",
      description = "How many scenes. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "2026",
      description = "Another seed draws other scenes. Default: ${DEFAULT-VALUE}.")
  private long seed;

  private static Map<String, Method> columns() {
    Map<String, Method> columns = new LinkedHashMap<>();
    columns.put("Grad-CAM: what speaks for it", new GradCam());
    columns.put("Counterfactual: what speaks against it", new Counterfactual());
    columns.put("Occlusion: covering it lowers the score", new Occlusion());
    columns.put("Guided backprop: all details", new GuidedBackpropagation());
    columns.put("Guided Grad-CAM: details of it", new GuidedGradCam());
    return columns;
  }

  @Override
  public Integer call() throws IOException {
    if (count < 1 || count > 20) {
      throw new IllegalArgumentException("--scenes " + count + ": expected 1 to 20");
    }
    PrintWriter console = spec.commandLine().getOut();
    List<Sheet.Row> rows = new ArrayList<>();
    Progress progress = new Progress(spec.commandLine().getErr(), "explaining");
    try (Explainer explainer = Zoo.find("shapes").load(DataType.FLOAT).explainer()) {
      for (int index = 0; rows.size() < 2 * count; index++) {
        Scene scene = SceneGenerator.scene(seed, index);
        if (scene.classNames().size() == 2) {
          double done = rows.size() / 2;
          rows.addAll(rows(explainer, scene, share -> progress.at((done + share) / count, "")));
        }
      }
    }
    progress.end();
    List<String> columns = new ArrayList<>(List.of("scene, the class in its box"));
    columns.addAll(COLUMNS.keySet());
    Path sheet = out.resolve("demo.png");
    Png.write(
        sheet,
        new Sheet(
                "What did the network look at?",
                columns,
                rows,
                "Each scene shows two shapes and is explained once for each. The percentage is the"
                    + " network's belief that the shape is there. Colours run from blue (least) to"
                    + " red (most) of each map; grey pictures show signed values, grey is zero."
                    + " Grad-CAM follows the class that is asked for; guided backpropagation"
                    + " alone does not.",
                CELL)
            .draw());
    console.println("Explained " + count + " scenes, two classes each: " + sheet);
    console.println("Look at two rows of a scene: Grad-CAM moves to the class that is asked for,");
    console.println("the counterfactual to the other one; guided backpropagation stays the same.");
    console.println("Next: gradcam explain YOUR.jpg --model resnet50 --weights FILE.safetensors");
    return 0;
  }

  private static List<Sheet.Row> rows(Explainer explainer, Scene scene, DoubleConsumer progress) {
    List<Target> targets = scene.classNames().stream().map(Target::label).toList();
    List<Explanation> explanations =
        explainer.explain(
            List.of(explainer.input(scene.image())),
            List.copyOf(COLUMNS.values()),
            targets,
            Score.LOGIT,
            progress);
    List<Sheet.Row> rows = new ArrayList<>();
    for (int t = 0; t < targets.size(); t++) {
      List<Sheet.Cell> cells = new ArrayList<>();
      for (int m = 0; m < COLUMNS.size(); m++) {
        Explanation e = explanations.get(m * targets.size() + t);
        if (m == 0) {
          cells.add(new Sheet.Cell(boxed(scene, e.target().label()), ""));
        }
        cells.add(new Sheet.Cell(e.isHeatmap() ? e.overlay() : e.picture(), ""));
      }
      Explanation first = explanations.get(t);
      rows.add(
          new Sheet.Row(
              "%s%n%.0f%%".formatted(first.target().label(), 100 * first.target().probability()),
              cells));
    }
    return rows;
  }

  /** The scene, enlarged, with boxes round the objects of a class. */
  private static BufferedImage boxed(Scene scene, String className) {
    BufferedImage photo = scene.image().toBufferedImage();
    int width = photo.getWidth() * ENLARGED;
    int height = photo.getHeight() * ENLARGED;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.drawImage(photo, 0, 0, width, height, null);
    for (SceneObject object : scene.objects()) {
      if (object.className().equals(className)) {
        int x = object.xMin() * ENLARGED;
        int y = object.yMin() * ENLARGED;
        int w = (object.xMax() - object.xMin() + 1) * ENLARGED;
        int h = (object.yMax() - object.yMin() + 1) * ENLARGED;
        graphics.setStroke(new BasicStroke(7));
        graphics.setColor(Color.BLACK);
        graphics.drawRect(x, y, w, h);
        graphics.setStroke(new BasicStroke(3));
        graphics.setColor(Color.WHITE);
        graphics.drawRect(x, y, w, h);
      }
    }
    graphics.dispose();
    return image;
  }
}
