package org.gradcam4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What one thread compiled, another runs. */
class KernelsOfManyThreadsTest {
  /** By Winograd's algorithm and directly, strided and pointwise. */
  @ParameterizedTest
  @CsvSource({"512, 28, 3, 1, 1", "256, 14, 3, 1, 1", "64, 56, 3, 2, 1", "256, 14, 1, 1, 0"})
  void anotherThreadsConvolution(int channels, int size, int kernel, int stride, int padding)
      throws Exception {
    Window window = Window.square(kernel, stride, padding);
    try (Kernels kernels = Kernels.fastest(DataType.FLOAT)) {
      Tensor x = kernels.adopt(Nd4j.rand(DataType.FLOAT, 1, size, size, channels));
      Tensor weights = kernels.adopt(Nd4j.rand(DataType.FLOAT, channels, channels, kernel, kernel));
      float[] here = convolved(kernels, x, weights, window);
      var other = Executors.newSingleThreadExecutor();
      float[] there =
          CompletableFuture.supplyAsync(() -> convolved(kernels, x, weights, window), other).get();
      other.shutdown();
      assertThat(there).isEqualTo(here);
    }
  }

  private static float[] convolved(Kernels kernels, Tensor x, Tensor weights, Window window) {
    try (Scope scope = kernels.open()) {
      assertThat(scope.isOpen()).isTrue();
      return kernels.floats(kernels.convolution(x, weights, null, window));
    }
  }
}
