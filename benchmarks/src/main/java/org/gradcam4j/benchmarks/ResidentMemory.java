package org.gradcam4j.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Target;
import org.gradcam4j.benchmarks.network.TimedNetwork;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.GuidedGradCam;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * Prints the process's resident memory (Linux) while a thousand images are explained, each by
 * Grad-CAM and Guided Grad-CAM for a changing number of classes.
 */
@Command(
    name = "memory",
    description = "Prints resident memory while a thousand images are explained (Linux).",
    mixinStandardHelpOptions = true)
final class ResidentMemory implements Callable<Integer> {
  private static final int IMAGES = 1000;
  private static final int SETTLED = 50;

  @Parameters(
      paramLabel = "NETWORK",
      arity = "0..1",
      description = "The network's id; by default ${DEFAULT-VALUE}.",
      defaultValue = "resnet50")
  private String network;

  @ParentCommand private Benchmarks benchmarks;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    NetworkAdapter adapter = Zoo.find(network);
    PrintWriter out = spec.commandLine().getOut();
    benchmarks.useDevice();
    int size = adapter.preprocessing().height();
    Random random = new Random(1);
    Resident resident = new Resident();
    try (Explainer explainer = TimedNetwork.explainer(adapter, adapter.graph(DataType.FLOAT))) {
      for (int i = 1; i <= IMAGES; i++) {
        float[] values = new float[3 * size * size];
        for (int j = 0; j < values.length; j++) {
          values[j] = (float) random.nextGaussian();
        }
        explainer.explain(
            List.of(NetworkInput.of("random " + i, 3, size, size, values)),
            List.of(new GradCam(), new GuidedGradCam()),
            List.of(Target.top(1 + i % 3)));
        if (i >= SETTLED) {
          long megabytes = resident.look();
          if (i == SETTLED || i % 100 == 0) {
            out.printf("%s image %4d: %,d MB%n", adapter.id(), i, megabytes);
          }
        }
      }
    }
    out.printf("%s: from image %d to %d %s%n", adapter.id(), SETTLED, IMAGES, resident);
    return Benchmarks.OK;
  }
}
