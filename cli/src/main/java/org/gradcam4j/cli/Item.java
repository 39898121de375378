package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.gradcam4j.NetworkInput;

/**
 * An image to explain.
 *
 * @param file where it comes from
 * @param name what it is called
 * @param stem what the names of its results begin with, its own in this run
 * @param content reads it as the network takes it
 */
record Item(Path file, String name, String stem, Content content) {
  /** What is in a file, or in a part of it. */
  @FunctionalInterface
  interface Content {
    /**
     * Reads it.
     *
     * @throws IOException if it cannot be read, saying why
     */
    NetworkInput read() throws IOException;
  }
}
