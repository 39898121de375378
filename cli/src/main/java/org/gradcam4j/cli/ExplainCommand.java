package org.gradcam4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.gradcam4j.Explanation;
import org.gradcam4j.LayerInfo;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.NetworkOutput;
import org.gradcam4j.Pipeline;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.LayerFusion;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Methods;
import org.gradcam4j.method.Score;
import org.gradcam4j.zoo.store.WeightStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains images. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Show what in an image speaks for a class.",
      "",
      "For each image IMG it writes IMG.sheet.png (photo and maps side by side), for each map"
          + " IMG.METHOD.LAYER.classN.heatmap.png and .overlay.png, and IMG.json with the numbers"
          + " and where they come from.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  A scene of 'gradcam demo', with the network that ships:",
      "    gradcam explain gradcam-demo/scene-1.png --class star --class hexagon",
      "  What does the network see in it?",
      "    gradcam explain dogs.png --model resnet50 --weights resnet50.safetensors",
      "  Why a bull mastiff, and why a tiger cat?",
      "    gradcam explain dogs.png -m resnet50 -w resnet50.safetensors \\",
      "      --class \"bull mastiff\" --class 282 --method grad-cam,guided-grad-cam",
      "  Which layer is worth looking at?",
      "    gradcam explain dogs.png -m resnet50 -w resnet50.safetensors --layer all",
      "  A folder of photos, a network of your own:",
      "    gradcam explain photos/ --model my-network.zip --labels names.txt \\",
      "      --size 224 --preprocessing 0-1 --out maps",
      "  The raw numbers, for NumPy:",
      "    gradcam explain dogs.png -m resnet18 -w resnet18.safetensors --class 243 \\",
      "      --layer layer3 --map-out map.npy --logits-out logits.npy"
    })
final class ExplainCommand implements Callable<Integer> {
  private static final List<String> SAMPLED =
      List.of("integrated-gradients", "smooth-grad", "rise");

  @Parameters(
      paramLabel = "IMAGE",
      arity = "1..*",
      description =
          "Photos (JPEG, PNG, GIF, BMP, TIFF), folders of them, or patterns such as 'pets/*.jpg'. A"
              + " .npy array of [3, H, W] or [N, 3, H, W] is taken as already preprocessed.")
  private List<String> images;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "ID|FILE",
      description =
          "A network by id ('gradcam models' lists them) or a Deeplearning4j network's file"
              + " (default: shapes, which ships with its weights).",
      completionCandidates = ModelOptions.Ids.class)
  private String model;

  @Option(
      names = "--method",
      paramLabel = "NAME,...",
      split = ",",
      hideParamSyntax = true,
      description = "Methods ('gradcam methods' lists them), with commas (default: grad-cam).",
      completionCandidates = ModelOptions.MethodNames.class)
  private List<String> methods = List.of("grad-cam");

  @Option(
      names = {"-c", "--class"},
      paramLabel = "CLASS",
      description =
          "The class to explain: an index from 0, a name, top (the predicted one, the default) or"
              + " top5. May be given several times.")
  private List<String> classes = List.of("top");

  @Option(
      names = {"-l", "--layer"},
      paramLabel = "NAME,...|A+B|all",
      split = ",",
      hideParamSyntax = true,
      description =
          "Where maps are made ('gradcam layers MODEL' lists them; default: the last convolutional"
              + " one); A+B: one map of the layers' maps, their maximum; all: a sheet over all of"
              + " them.")
  private List<String> layers;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description =
          "Where results go (default: explanations; nowhere with --map-out or --logits-out alone).")
  private Path out;

  @Option(
      names = "--map-out",
      paramLabel = "FILE.npy",
      description =
          "The raw map, float32, not normalised: [H, W] at the layer's resolution, [3, H, W] for"
              + " maps of the input. For one image, method, class and layer.")
  private Path mapOut;

  @Option(
      names = "--logits-out",
      paramLabel = "FILE.npy",
      description =
          "The scores before softmax or sigmoid, float32: [classes] for one image, [N, classes] for"
              + " several and for an array of [N, 3, H, W].")
  private Path logitsOut;

  @Option(
      names = "--before-relu",
      description = "Leave out the ReLU: signed maps (grad-cam, hires-cam, counterfactual, ...).")
  private boolean beforeRelu;

  @Mixin private ScoreOption score;

  @Option(
      names = "--upsampling",
      paramLabel = "half-pixel|aligned|none",
      defaultValue = "half-pixel",
      description =
          "How maps are brought to a picture's size, in guided-grad-cam too; none shows a map's"
              + " cells (default: half-pixel).")
  private String upsampling;

  @Mixin private OcclusionOptions occlusion;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description =
          "integrated-gradients: steps (default: 50); smooth-grad: noisy images (default: 50); rise:"
              + " masks (default: 4000).")
  private int samples;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "How many images a thread passes through the network together (default: 1); 8 are faster,"
              + " much so where dense layers are large, and take more memory.")
  private int batch;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "How many threads explain images (default: one a core, fewer where memory is short).")
  private Integer threads;

  /** Asked for once published weights are needed: a bad environment is no other model's trouble. */
  private final Supplier<WeightStore> store;

  @Mixin private ModelOptions modelOptions;
  @Mixin private DeviceOption device;
  @Spec private CommandSpec spec;

  /** With this user's weights. */
  ExplainCommand() {
    this(WeightStore::standard);
  }

  ExplainCommand(Supplier<WeightStore> store) {
    this.store = store;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Score explained = score.score();
    Upsampling chosen = upsampling();
    if (batch < 1) {
      throw new UserError("--batch " + batch + ": expected at least 1");
    }
    if (threads != null && threads < 1) {
      throw new UserError("--threads " + threads + ": expected at least 1");
    }
    methods.forEach(Methods::find);
    List<Target> targets = ClassChoice.of(classes);
    List<Path> files = ImageFiles.expand(images);
    if (mapOut != null && files.size() > 1) {
      throw new UserError(
          "--map-out is for one image, got " + files.size() + ": leave it out, or run one by one");
    }
    OutputFolder folder = folder();
    device.use(err);
    try (LoadedModel loaded = ModelSource.load(model, modelOptions, store)) {
      List<Choice> choices = choices(loaded, chosen);
      check(loaded, choices, targets);
      if (!loaded.assumed().isEmpty() && !files.stream().allMatch(Inputs::isArray)) {
        err.println("gradcam: " + loaded.assumed());
      }
      ImageResults results =
          folder == null
              ? null
              : new ImageResults(folder, loaded, choices, new Drawing(chosen, beforeRelu));
      try (Progress progress = new Progress(err, "explaining")) {
        Pipeline pipeline =
            new Pipeline(
                loaded.explainer(),
                choices.stream().map(Choice::method).toList(),
                targets,
                explained,
                batch,
                threads == null ? 0 : threads);
        return new Run(new Inputs(loaded.explainer(), files), results, progress).explain(pipeline);
      }
    }
  }

  private OutputFolder folder() {
    if (out == null && (mapOut != null || logitsOut != null)) {
      return null;
    }
    return new OutputFolder(out == null ? Path.of("explanations") : out);
  }

  private Upsampling upsampling() {
    return switch (upsampling.toLowerCase(Locale.ROOT)) {
      case "half-pixel" -> Upsampling.HALF_PIXEL_BILINEAR;
      case "aligned" -> Upsampling.ALIGNED_CORNERS;
      case "none" -> {
        if (methods.contains("guided-grad-cam") || methods.contains("deconvnet-grad-cam")) {
          throw new UserError(
              "--upsampling none: guided-grad-cam and deconvnet-grad-cam are products with the"
                  + " upsampled map; choose half-pixel or aligned");
        }
        yield Upsampling.NONE;
      }
      default ->
          throw new UserError(
              "--upsampling " + upsampling + ": expected half-pixel, aligned or none");
    };
  }

  /** For each method its layers, deep to shallow; one without a choice of layer once. */
  private List<Choice> choices(LoadedModel loaded, Upsampling chosen) {
    List<List<String>> places = new ArrayList<>();
    if (layers == null) {
      places.add(List.of(loaded.explainer().defaultLayer()));
    } else {
      for (String layer : layers) {
        if (layer.equals("all")) {
          loaded.layers().stream().map(LayerInfo::name).map(List::of).forEach(places::add);
        } else {
          places.add(place(loaded, layer));
        }
      }
    }
    List<Methods.Entry> entries = methods.stream().distinct().map(Methods::find).toList();
    if (layers != null && entries.stream().noneMatch(Methods.Entry::atLayer)) {
      throw new UserError("--layer: " + names(entries) + " has no choice of layer");
    }
    if (beforeRelu && entries.stream().noneMatch(Methods.Entry::signed)) {
      throw new UserError("--before-relu: " + names(entries) + " has no ReLU to leave out");
    }
    if (occlusion.given() && !methods.contains("occlusion")) {
      throw new UserError("--patch, --stride, --padding and --fill are for --method occlusion");
    }
    if (samples < 0 || samples != 0 && methods.stream().noneMatch(SAMPLED::contains)) {
      throw new UserError(
          "--samples is a number above 0 for --method " + String.join(", ", SAMPLED));
    }
    Methods.Options common =
        new Methods.Options(
            null,
            beforeRelu,
            chosen,
            occlusion.occlusion(loaded.explainer().preprocessing()),
            samples);
    List<Choice> choices = new ArrayList<>();
    for (Methods.Entry entry : entries) {
      if (!entry.atLayer()) {
        choices.add(new Choice(entry, null, Methods.create(entry.name(), common)));
        continue;
      }
      for (List<String> place : places.stream().distinct().toList()) {
        choices.add(new Choice(entry, String.join("+", place), atPlace(entry, place, common)));
      }
    }
    return choices;
  }

  /** The method at a place: a layer, or several whose maps become one. */
  private static Method atPlace(Methods.Entry entry, List<String> place, Methods.Options common) {
    List<Method> each =
        place.stream().map(layer -> Methods.create(entry.name(), common.at(layer))).toList();
    if (each.size() == 1) {
      return each.get(0);
    }
    // As LayerCAM was published; the other papers have no fusion.
    boolean published = entry.name().equals("layer-cam");
    return new LayerFusion(
        each,
        published ? LayerFusion.Scaling.HYPERBOLIC_TANGENT : LayerFusion.Scaling.MAXIMUM,
        LayerFusion.Combination.MAXIMUM);
  }

  /** A layer, or several with plus signs between. */
  private static List<String> place(LoadedModel loaded, String layer) {
    boolean known = loaded.explainer().layers().stream().anyMatch(l -> l.name().equals(layer));
    return known
        ? List.of(layer)
        : Arrays.stream(layer.split("\\+", -1)).map(loaded::spatial).toList();
  }

  private static String names(List<Methods.Entry> entries) {
    return entries.stream().map(Methods.Entry::name).collect(Collectors.joining(", "));
  }

  /** What can be known to fail for every image is a mistake in the request. */
  private void check(LoadedModel loaded, List<Choice> choices, List<Target> targets) {
    loaded.requirePhotosAndNames(modelOptions);
    int maps = choices.size();
    long[] output = loaded.output();
    if (output.length == 1) {
      NetworkOutput any =
          NetworkOutput.ofClasses(new double[(int) output[0]], loaded.explainer().labels());
      maps *= targets.stream().mapToInt(target -> target.objectives(any).size()).sum();
    } else if (logitsOut != null) {
      throw new UserError(
          "--logits-out is for networks of one score a class; this one's output has space");
    }
    choices.forEach(choice -> loaded.require(choice.method()));
    if (mapOut != null && maps != 1) {
      throw new UserError(
          "--map-out is for one method, class and layer; these are "
              + maps
              + " maps: choose by --method, --class and --layer");
    }
  }

  /**
   * What is left of an image that was explained.
   *
   * @param files where to look first, for each kind of result that was asked for
   * @param predictions the scores of all classes
   * @param remarks why maps show nothing, where they do not
   */
  private record Explained(List<Path> files, List<Prediction> predictions, List<String> remarks) {}

  /** One run over all images. */
  private final class Run implements Pipeline.Results<Item, Explained> {
    private final Inputs inputs;
    private final ImageResults results;
    private final Progress progress;
    private final PrintWriter written = spec.commandLine().getOut();
    private final List<float[]> logits = new ArrayList<>();
    private volatile String current = "";
    private int failed;

    Run(Inputs inputs, ImageResults results, Progress progress) {
      this.inputs = inputs;
      this.results = results;
      this.progress = progress;
    }

    int explain(Pipeline pipeline) throws IOException, InterruptedException {
      if (mapOut != null && inputs.count() > 1) {
        throw new UserError("--map-out is for one image, got " + inputs.count());
      }
      pipeline.run(
          inputs,
          this::read,
          this::write,
          this,
          images -> progress.show(images / inputs.count(), current));
      if (logitsOut != null) {
        writeLogits();
      }
      if (failed > 0) {
        progress.println("gradcam: " + failed + " of the images failed");
      }
      return failed > 0 ? Gradcam.SOME_FAILED : Gradcam.OK;
    }

    private NetworkInput read(Item item) throws IOException {
      current = item.name();
      return item.content().read();
    }

    private Explained write(Item item, List<Explanation> own) throws IOException {
      List<Prediction> predictions = ImageResults.predictions(own);
      List<Path> files = new ArrayList<>();
      if (mapOut != null) {
        // What a detector or a segmentation finds is known only now.
        if (own.size() != 1) {
          throw new IllegalArgumentException(
              "--map-out is for one map, " + item.name() + " has " + own.size());
        }
        OutputFolder.npy(mapOut, own.get(0).map().values(), own.get(0).map().shape());
        files.add(mapOut);
      }
      if (results != null) {
        files.add(results.write(item, predictions, own));
      }
      List<String> remarks =
          own.stream().map(Explanation::remark).flatMap(Optional::stream).toList();
      return new Explained(files, predictions, remarks);
    }

    @Override
    public void explained(Item item, Explained image) {
      image.remarks().forEach(r -> progress.println("gradcam: " + item.name() + ": " + r));
      if (logitsOut != null) {
        float[] values = new float[image.predictions().size()];
        for (int c = 0; c < values.length; c++) {
          values[c] = (float) image.predictions().get(c).logit();
        }
        logits.add(values);
      }
      String best =
          ImageResults.best(image.predictions()).stream()
              .limit(3)
              .map(ImageResults::words)
              .collect(Collectors.joining(", "));
      for (Path file : image.files()) {
        progress.println(written, item.name() + ": " + best + " -> " + file);
      }
    }

    @Override
    public void failed(Item item, Exception reason) {
      failed++;
      progress.println("gradcam: " + Gradcam.oneLine(reason));
    }

    private void writeLogits() throws IOException {
      if (failed > 0) {
        progress.println("gradcam: " + logitsOut + " is not written: its rows would not be known");
        return;
      }
      int count = logits.get(0).length;
      float[] all = new float[logits.size() * count];
      for (int i = 0; i < logits.size(); i++) {
        System.arraycopy(logits.get(i), 0, all, i * count, count);
      }
      int[] shape = inputs.stacked() ? new int[] {logits.size(), count} : new int[] {count};
      OutputFolder.npy(logitsOut, all, shape);
      progress.println(written, "scores before softmax or sigmoid -> " + logitsOut);
    }
  }
}
