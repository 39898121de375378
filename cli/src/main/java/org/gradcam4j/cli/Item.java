package org.gradcam4j.cli;

import java.nio.file.Path;
import org.gradcam4j.NetworkInput;

/**
 * An image to explain.
 *
 * @param file where it comes from
 * @param stem what the names of its results begin with, its own in this run
 * @param input as the network takes it
 */
record Item(Path file, String stem, NetworkInput input) {}
