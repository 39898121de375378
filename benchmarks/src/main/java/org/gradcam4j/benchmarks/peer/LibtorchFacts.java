package org.gradcam4j.benchmarks.peer;

import ai.djl.engine.Engine;
import org.gradcam4j.benchmarks.process.Task;

/** What libtorch says of itself: version, threads. */
public record LibtorchFacts() implements Task<String> {
  @Override
  public String run() {
    Engine engine = Engine.getEngine("PyTorch");
    // Several lines, of which the one on capabilities is long.
    return engine
        .toString()
        .lines()
        .filter(line -> !line.contains("capabilities") || line.startsWith("PyTorch"))
        .map(String::strip)
        .reduce((a, b) -> a + "; " + b)
        .orElse("libtorch " + engine.getVersion());
  }
}
