package org.gradcam4j.evaluation.shapes;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.gradcam4j.file.WholeFolder;

/** Writes scenes as a data set in the layout of PASCAL VOC, all of it or nothing. */
public final class ShapesDataset {
  /** The most scenes: their names have six digits. */
  private static final int MAX_COUNT = 1_000_000;

  private ShapesDataset() {}

  /**
   * Writes the first scenes of a seed; every fifth is in the validation set. The files are written
   * into a folder beside, which is renamed at the end and removed after a failure, an interrupt or
   * the process's end.
   *
   * @param out the folder to make; it may exist if it is empty
   * @param seed of the scenes
   * @param count how many, 1 to a million
   * @param progress is told how many are written
   * @throws IOException with one line if the folder is not empty or cannot be written
   */
  public static void write(Path out, long seed, int count, IntConsumer progress)
      throws IOException {
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException(
          count + " scenes: expected a number from 1 to " + MAX_COUNT);
    }
    WholeFolder.write(out, folder -> fill(folder, seed, count, progress));
  }

  private static void fill(Path folder, long seed, int count, IntConsumer progress)
      throws IOException {
    try (VocWriter writer = new VocWriter(folder, SceneGenerator.CLASSES)) {
      for (int i = 0; i < count; i++) {
        if (Thread.interrupted()) {
          throw new InterruptedIOException("writing the scenes was interrupted: nothing is left");
        }
        writer.write(SceneGenerator.scene(seed, i), i % 5 == 4 ? VocWriter.VAL : VocWriter.TRAIN);
        progress.accept(i + 1);
      }
    }
  }
}
