package org.gradcam4j.kernel;

/**
 * The owner of the memory that kernels write to between opening and closing: one block, reused by
 * the next scope. It belongs to the thread that opened it.
 */
public interface Scope extends AutoCloseable {
  /** Whether tensors of this scope may still be used. */
  boolean isOpen();

  /** Gives the memory back to its kernels; tensors of this scope are dead from here on. */
  @Override
  void close();
}
