package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Path;

/** A way in which data sets are laid out in folders. */
interface Layout {
  /** What a folder of it holds, for messages. */
  String signature();

  /** Whether a folder looks like it. */
  boolean fits(Path folder) throws IOException;

  /**
   * Opens a folder that looks like it.
   *
   * @param split the part; null for the one that results are reported on
   * @throws IOException with one line, if the part is not there or the lists cannot be read
   */
  Dataset open(Path folder, String split) throws IOException;
}
