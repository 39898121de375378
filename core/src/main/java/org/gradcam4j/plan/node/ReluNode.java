package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Epilogue;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/** The rectifier {@code max(x, 0)}, where the rules differ most. */
public record ReluNode() implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.relu(inputs.get(0));
  }

  @Override
  public boolean worksInPlace() {
    return true;
  }

  @Override
  public Tensor forwardInPlace(Kernels kernels, List<Tensor> inputs) {
    return kernels.reluInPlace(inputs.get(0));
  }

  @Override
  public Epilogue follow(Epilogue epilogue, List<Tensor> others, long[] shape) {
    return epilogue.rectify();
  }

  @Override
  public Window reach() {
    return Window.cell();
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(rule.rectifier(visit));
  }

  @Override
  public boolean readsOutput() {
    // The output is positive exactly where the input is.
    return true;
  }
}
