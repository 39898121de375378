package org.gradcam4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.image.Npy;
import org.gradcam4j.image.NpyArray;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Methods;
import org.gradcam4j.method.Score;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Explains images. */
@Command(
    name = "explain",
    description = "Shows what in images speaks for classes: heatmaps, overlays, a sheet, a record.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gradcam explain cat_dog.jpg --model resnet50 --weights resnet50.safetensors \\",
      "      --method grad-cam,guided-grad-cam --class \"bull mastiff\" --class 282",
      "  gradcam explain photos/ --class top5 --out maps",
      "  gradcam explain photo.jpg --model resnet18 --weights r18.safetensors --layer all",
      "  gradcam explain photo.png --model mine.zip --size 128 --labels classes.txt",
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int SHOWN_PREDICTIONS = 5;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGE",
      description =
          "Photos, folders or quoted patterns. A .npy file of [3,H,W] or [N,3,H,W] is taken as"
              + " already preprocessed.")
  private List<String> images;

  @Mixin private ModelOptions model;

  @Option(
      names = "--method",
      split = ",",
      paramLabel = "METHOD",
      defaultValue = "grad-cam",
      description = "Methods of 'gradcam methods', separated by commas. Default: grad-cam.")
  private List<String> methods;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      defaultValue = "top",
      description =
          "An index, a name, 'top' or 'top5' (any number); can be repeated. Default: top.")
  private List<String> classes;

  @Option(
      names = "--layer",
      split = ",",
      paramLabel = "LAYER",
      description =
          "Layers of 'gradcam layers', separated by commas, or 'all'. Default: the network's last"
              + " convolutional one.")
  private List<String> layers;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "gradcam-out",
      description = "Where the files go; made if missing. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--map-out",
      paramLabel = "FILE.npy",
      description =
          "Write the raw map, float32: [H, W] at the layer's resolution, [3, H, W] for maps of the"
              + " input. For one image, method, layer and class.")
  private Path mapOut;

  @Option(
      names = "--logits-out",
      paramLabel = "FILE.npy",
      description =
          "Write the scores before softmax, float32: [classes], [N, classes] for N images.")
  private Path logitsOut;

  @Option(
      names = "--before-relu",
      description = "Signed maps, without the final ReLU of grad-cam, counterfactual and c-mwp.")
  private boolean beforeRelu;

  @Option(
      names = "--score",
      paramLabel = "logit|probability",
      defaultValue = "LOGIT",
      description = "The number that is explained. Default: logit, the score before softmax.")
  private Score score;

  @Option(
      names = "--upsampling",
      paramLabel = "half_pixel_bilinear|aligned_corners",
      defaultValue = "HALF_PIXEL_BILINEAR",
      description = "How guided-grad-cam enlarges its class map. Default: half_pixel_bilinear.")
  private Upsampling upsampling;

  @Option(
      names = "--patch",
      paramLabel = "PIXELS",
      defaultValue = "0",
      description = "Side of occlusion's patch. Default: a fifth of the input.")
  private int patch;

  @Option(
      names = "--stride",
      paramLabel = "PIXELS",
      defaultValue = "0",
      description = "Step of occlusion's patch. Default: a fourteenth of the input.")
  private int stride;

  @Override
  public Integer call() throws IOException {
    methods.forEach(Methods::find);
    List<Target> targets = classes.stream().map(ExplainCommand::target).toList();
    List<Path> files = ImageFiles.find(images);
    PrintWriter err = spec.commandLine().getErr();
    int failed = 0;
    try (ModelOptions.Model network = model.open()) {
      List<Method> made = methods(network);
      if (mapOut != null && (files.size() > 1 || made.size() > 1)) {
        throw new IllegalArgumentException(
            "--map-out takes one image, method and layer, not "
                + files.size()
                + " images and "
                + made.size()
                + " methods and layers");
      }
      ExplanationFiles writer = new ExplanationFiles(out, sha256(network.weightsFile()));
      List<float[]> logits = new ArrayList<>();
      Progress progress = new Progress(err, "explaining");
      boolean batched = false;
      for (int f = 0; f < files.size(); f++) {
        int done = f;
        try {
          List<NetworkInput> inputs = read(files.get(f), network.explainer());
          batched |= isBatch(files.get(f));
          for (NetworkInput input : inputs) {
            logits.add(
                explain(
                    network.explainer(),
                    input,
                    made,
                    targets,
                    writer,
                    share ->
                        progress.at(
                            (done + share) / files.size(),
                            "(image " + (done + 1) + " of " + files.size() + ")")));
          }
        } catch (IOException | IllegalArgumentException e) {
          progress.end();
          if (files.size() == 1) {
            throw e;
          }
          failed++;
          err.println("gradcam: " + Gradcam.message(e));
        }
      }
      progress.end();
      if (logitsOut != null && !logits.isEmpty()) {
        writeLogits(logits, batched || files.size() > 1);
      }
    }
    if (failed > 0) {
      err.println("gradcam: " + failed + " of " + files.size() + " images failed");
      return Gradcam.SOME_FAILED;
    }
    return 0;
  }

  private static Target target(String name) {
    if (name.matches("top\\d*")) {
      return Target.top(name.equals("top") ? 1 : Integer.parseInt(name.substring(3)));
    }
    return name.matches("\\d{1,9}")
        ? Target.classIndex(Integer.parseInt(name))
        : Target.label(name);
  }

  private List<Method> methods(ModelOptions.Model network) {
    List<String> chosen = new ArrayList<>();
    if (layers == null) {
      chosen.add(null);
    } else {
      layers.forEach(
          layer -> chosen.addAll(layer.equals("all") ? network.layers() : List.of(layer)));
    }
    List<Method> made = new ArrayList<>();
    for (String name : methods) {
      Methods.Entry entry = Methods.find(name);
      for (String layer : entry.atLayer() ? chosen : Arrays.asList((String) null)) {
        made.add(
            entry.make().apply(new Methods.Options(layer, beforeRelu, upsampling, patch, stride)));
      }
    }
    return made;
  }

  private static boolean isBatch(Path file) throws IOException {
    return isArray(file) && Npy.read(file).shape().length == 4;
  }

  private static boolean isArray(Path file) {
    return file.getFileName().toString().endsWith(".npy");
  }

  private static List<NetworkInput> read(Path file, Explainer explainer) throws IOException {
    if (!isArray(file)) {
      return List.of(explainer.input(Photo.read(file)));
    }
    NpyArray array = Npy.read(file);
    int[] shape = array.shape();
    if (shape.length != 3 && shape.length != 4) {
      throw new IllegalArgumentException(
          file + " has shape " + Arrays.toString(shape) + ": expected [3, H, W] or [N, 3, H, W]");
    }
    int rank = shape.length;
    int count = rank == 4 ? shape[0] : 1;
    float[] values = array.floats();
    int size = values.length / Math.max(1, count);
    List<NetworkInput> inputs = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      String name = file.getFileName() + (rank == 4 ? "[" + n + "]" : "");
      inputs.add(
          NetworkInput.of(
              name,
              shape[rank - 3],
              shape[rank - 2],
              shape[rank - 1],
              Arrays.copyOfRange(values, n * size, (n + 1) * size)));
    }
    return inputs;
  }

  /** Explains one image and writes its files; its scores. */
  private float[] explain(
      Explainer explainer,
      NetworkInput input,
      List<Method> made,
      List<Target> targets,
      ExplanationFiles writer,
      DoubleConsumer progress)
      throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    List<Explanation> explanations =
        explainer.explain(List.of(input), made, targets, score, progress);
    List<Prediction> predictions = explanations.get(0).predictions();
    if (mapOut != null) {
      if (explanations.size() > 1) {
        throw new IllegalArgumentException("--map-out takes one class, not " + explanations.size());
      }
      Npy.write(mapOut, explanations.get(0).map().values(), explanations.get(0).map().shape());
    }
    double[] scores = predictions.stream().mapToDouble(Prediction::logit).toArray();
    List<Prediction> top =
        Target.top(SHOWN_PREDICTIONS).classes(scores, List.of()).stream()
            .map(predictions::get)
            .toList();
    Path sheet = writer.write(explanations, top);
    console.println(input.name());
    for (Prediction p : top) {
      console.printf("  %5.1f%%  %s (%d)%n", 100 * p.probability(), p.label(), p.index());
    }
    explanations.forEach(e -> e.remark().ifPresent(r -> console.println("  note: " + r)));
    console.println("  " + sheet);
    float[] logits = new float[scores.length];
    for (int c = 0; c < logits.length; c++) {
      logits[c] = (float) scores[c];
    }
    return logits;
  }

  private void writeLogits(List<float[]> logits, boolean several) throws IOException {
    int classes = logits.get(0).length;
    float[] all = new float[logits.size() * classes];
    for (int n = 0; n < logits.size(); n++) {
      System.arraycopy(logits.get(n), 0, all, n * classes, classes);
    }
    if (several) {
      Npy.write(logitsOut, all, logits.size(), classes);
    } else {
      Npy.write(logitsOut, all, classes);
    }
  }

  private static String sha256(Path file) throws IOException {
    if (file == null) {
      return "";
    }
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 20];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
