package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.image.Npy;
import org.gradcam4j.image.NpyArray;
import org.gradcam4j.image.Photo;

/** Reads image files for a network, and gives each image a name of its own for its results. */
final class Inputs {
  private final Explainer explainer;
  private final Set<String> stems = new HashSet<>();

  Inputs(Explainer explainer) {
    this.explainer = explainer;
  }

  /** Whether it holds inputs that are preprocessed already. */
  static boolean isArray(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
  }

  /**
   * The file's images: one, or N of an array {@code [N, C, H, W]}.
   *
   * @throws IOException if it cannot be read, saying why
   */
  List<Item> read(Path file) throws IOException {
    String name = file.getFileName() == null ? file.toString() : file.getFileName().toString();
    String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    if (!isArray(file)) {
      return List.of(new Item(file, unique(stem), explainer.input(Photo.read(file))));
    }
    NpyArray array = Npy.read(file);
    int[] shape = array.shape();
    int axes = shape.length;
    int channels = explainer.plan().inputChannels();
    int height = explainer.preprocessing().height();
    int width = explainer.preprocessing().width();
    if (axes != 3 && axes != 4
        || shape[axes - 3] != channels
        || shape[axes - 2] != height
        || shape[axes - 1] != width) {
      throw new IOException(
          file
              + " is "
              + Arrays.toString(shape)
              + ": expected preprocessed values of "
              + Arrays.toString(new int[] {channels, height, width})
              + ", or several in one more axis before these");
    }
    float[] values = array.floats();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IOException(file + " holds " + value + ": expected finite values");
      }
    }
    int size = channels * height * width;
    List<Item> items = new ArrayList<>();
    for (int n = 0; n * size < values.length; n++) {
      boolean single = axes == 3;
      float[] own = single ? values : Arrays.copyOfRange(values, n * size, (n + 1) * size);
      items.add(
          new Item(
              file,
              unique(single ? stem : stem + "." + n),
              NetworkInput.of(single ? name : name + "[" + n + "]", channels, height, width, own)));
    }
    if (items.isEmpty()) {
      throw new IOException(file + " is " + Arrays.toString(shape) + ": it holds no image");
    }
    return items;
  }

  /** Two images of one name in different folders must not overwrite each other's results. */
  private String unique(String stem) {
    String name = stem;
    for (int n = 2; !stems.add(name.toLowerCase(Locale.ROOT)); n++) {
      name = stem + "-" + n;
    }
    return name;
  }
}
