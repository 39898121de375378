package org.gradcam4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** A machine that has no binaries of oneDNN: a process without them. */
class WithoutOneDnnTest {
  @Test
  void everythingGoesThroughNd4j() throws Exception {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String without =
        Arrays.stream(all.split(File.pathSeparator))
            .filter(
                entry ->
                    !Path.of(entry)
                        .getFileName()
                        .toString()
                        .matches("dnnl-.*-(linux|macosx|windows)-.*jar"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                without,
                OtherProcess.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said.lines().toList()).endsWith("Nd4jKernels Nd4jKernels [9.0]");
  }

  /** Says what kernels it has, and convolves ones by ones. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] args) {
      try (Kernels kernels = Kernels.fastest(DataType.FLOAT);
          Kernels others = Kernels.fastest(DataType.FLOAT)) {
        Tensor ones = kernels.adopt(Nd4j.ones(DataType.FLOAT, 1, 3, 3, 1));
        Tensor weights = kernels.adopt(Nd4j.ones(DataType.FLOAT, 1, 1, 3, 3));
        double[] sum =
            kernels.values(kernels.convolution(ones, weights, null, Window.square(3, 1, 0)));
        System.out.println(
            kernels.getClass().getSimpleName()
                + " "
                + others.getClass().getSimpleName()
                + " "
                + Arrays.toString(sum));
      }
    }
  }
}
