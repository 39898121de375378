package org.gradcam4j.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A tensor of {@link Nd4jKernels}: an ND4J array, which it does not copy.
 *
 * @param array the array
 */
public record Nd4jTensor(INDArray array) implements Tensor {
  @Override
  public long[] shape() {
    return array.shape().clone();
  }

  /**
   * The array as Deeplearning4j users know it: activations as a {@code [N, C, H, W]} view, anything
   * else as it is. It shares the tensor's memory and life.
   */
  public INDArray channelsFirstView() {
    return array.rank() == 4 ? array.permute(0, 3, 1, 2) : array;
  }
}
