package org.gradcam4j.benchmarks.peer;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import org.gradcam4j.benchmarks.process.Task;

/** What libtorch says of itself. */
public record LibtorchFacts() implements Task<String> {
  @Override
  public String run() {
    return "libtorch: %s, %d threads"
        .formatted(Engine.getEngine("PyTorch").getVersion(), JniUtils.getNumThreads());
  }
}
