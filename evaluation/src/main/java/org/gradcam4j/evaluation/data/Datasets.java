package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Opens data sets, whatever their layout. */
public final class Datasets {
  /** Special ones first: a flat folder of photos lies in each. */
  private static final List<Layout> LAYOUTS =
      List.of(
          new VocDataset(), new ImageNetDataset(), new ImageNetKitDataset(), new FolderDataset());

  private Datasets() {}

  /**
   * Opens the data set in a folder: PASCAL VOC's layout, that of the ImageNet localization
   * challenge or of ImageNet's development kit, or a folder for each class. Only lists are read;
   * photos and annotations are when an image is asked for them.
   *
   * @param folder where it lies
   * @param split the part of it, {@code train}; null for the one that results are reported on,
   *     {@code val}
   * @throws IOException with one line, if the folder or the part is not there, it has no such
   *     layout, or its lists cannot be read
   */
  public static Dataset open(Path folder, String split) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          Files.exists(folder)
              ? folder + " is a file: expected the folder of a data set"
              : "no such folder: " + folder.toAbsolutePath());
    }
    for (Layout layout : LAYOUTS) {
      if (layout.fits(folder)) {
        return layout.open(folder, split);
      }
    }
    throw new IOException(
        "no data set in %s: expected %s"
            .formatted(
                folder,
                LAYOUTS.stream().map(Layout::signature).collect(Collectors.joining("; or "))));
  }

  /**
   * Generated scenes with exact boxes, in memory: those that {@code gradcam dataset shapes} writes
   * for the same seed.
   *
   * @param seed of the scenes
   * @param count how many
   * @throws IllegalArgumentException if there are less than one
   */
  public static Dataset shapes(long seed, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " scenes: expected 1 or more");
    }
    return ShapesScenes.of(seed, count);
  }
}
