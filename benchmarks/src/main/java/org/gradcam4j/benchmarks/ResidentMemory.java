package org.gradcam4j.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Target;
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
    useDevice();
    int size = adapter.preprocessing().height();
    Random random = new Random(1);
    long settled = 0;
    long least = Long.MAX_VALUE;
    long most = 0;
    try (Explainer explainer =
        Explainer.builder(adapter.graph(DataType.FLOAT), adapter.preprocessing())
            .defaultLayer(adapter.defaultLayer())
            .selfCheck(false)
            .build()) {
      for (int i = 1; i <= IMAGES; i++) {
        float[] values = new float[3 * size * size];
        for (int j = 0; j < values.length; j++) {
          values[j] = (float) random.nextGaussian();
        }
        explainer.explain(
            List.of(NetworkInput.of("random " + i, 3, size, size, values)),
            List.of(new GradCam(), new GuidedGradCam()),
            List.of(Target.top(1 + i % 3)));
        long resident = residentKilobytes();
        if (i == SETTLED) {
          settled = resident;
        }
        if (i >= SETTLED) {
          least = Math.min(least, resident);
          most = Math.max(most, resident);
        }
        if (i == SETTLED || i % 100 == 0) {
          out.printf("%s image %4d: %,d MB%n", adapter.id(), i, resident / 1024);
        }
      }
    }
    out.printf(
        "%s: from image %d to %d between %+.1f%% and %+.1f%% of %,d MB%n",
        adapter.id(),
        SETTLED,
        IMAGES,
        100.0 * (least - settled) / settled,
        100.0 * (most - settled) / settled,
        settled / 1024);
    return Benchmarks.OK;
  }

  private void useDevice() {
    try {
      benchmarks.device().use().remark().ifPresent(spec.commandLine().getErr()::println);
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException("--device " + benchmarks.device() + ": " + e.getMessage());
    }
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
