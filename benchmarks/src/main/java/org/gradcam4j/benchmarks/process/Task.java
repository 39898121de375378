package org.gradcam4j.benchmarks.process;

import java.io.Serializable;

/**
 * What a {@link Worker} does for the process that started it.
 *
 * @param <T> the answer
 */
@FunctionalInterface
public interface Task<T extends Serializable> extends Serializable {
  /** Does it, in the worker. */
  T run() throws Exception;
}
