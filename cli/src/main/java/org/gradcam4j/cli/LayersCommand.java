package org.gradcam4j.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.gradcam4j.LayerInfo;
import org.gradcam4j.text.TextTable;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.gradcam4j.zoo.store.WeightStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists a network's layers. */
@Command(
    name = "layers",
    mixinStandardHelpOptions = true,
    description = {
      "List the layers that a map can be made of, from deep to shallow.",
      "Deep layers know what a class is, shallow ones where its edges are; the default is marked *."
    },
    footer = {
      "",
      "Examples:",
      "  gradcam layers resnet50",
      "  gradcam layers my-network.zip --size 224"
    })
final class LayersCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = "An id ('gradcam models' lists them) or a network's FILE.zip.",
      completionCandidates = ModelOptions.Ids.class)
  private String model = ModelSource.DEFAULT;

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      description = "For a network of your own: the size of its input, pixels.")
  private String size;

  @Mixin private DeviceOption device;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    List<LayerInfo> layers;
    String marked;
    device.use(spec.commandLine().getErr());
    if (ModelSource.isFile(model)) {
      ModelOptions options = new ModelOptions();
      options.size = size;
      options.type = "float";
      try (LoadedModel loaded = ModelSource.load(model, options, WeightStore::standard)) {
        layers = loaded.layers();
        marked = loaded.explainer().defaultLayer();
      }
    } else {
      NetworkAdapter adapter = Zoo.find(model);
      if (size != null) {
        throw new UserError("--size is for networks of your own; that of '" + model + "' is known");
      }
      layers = ModelSource.layers(adapter);
      marked = adapter.defaultLayer();
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("", "LAYER", "KIND", "CHANNELS x HEIGHT x WIDTH"));
    for (LayerInfo layer : layers) {
      rows.add(
          List.of(
              layer.name().equals(marked) ? "*" : "",
              layer.name(),
              layer.kind(),
              layer.channels() + " x " + layer.height() + " x " + layer.width()));
    }
    TextTable.lines(rows).forEach(spec.commandLine().getOut()::println);
    return Gradcam.OK;
  }
}
