package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.image.Npy;
import org.gradcam4j.image.NpyArray;
import org.gradcam4j.image.Photo;

/**
 * The images in files, each with a name of its own for its results. Photos are read where they are
 * needed, arrays when their turn comes: only then is it known how many images they hold.
 */
final class Inputs implements Iterator<Item> {
  private final Explainer explainer;
  private final Iterator<Path> files;
  private final Set<String> stems = new HashSet<>();
  private final Queue<Item> opened = new ArrayDeque<>();
  private boolean stacked;

  /** Read by the threads that say how far the work is. */
  private volatile int count;

  Inputs(Explainer explainer, List<Path> files) {
    this.explainer = explainer;
    this.files = files.iterator();
    this.count = files.size();
    open();
  }

  /** Whether it holds inputs that are preprocessed already. */
  static boolean isArray(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
  }

  /** How many images there are, as far as files have been opened: one in each of the others. */
  int count() {
    return count;
  }

  /** Whether they have an axis for their number: several files, or an array that has one. */
  boolean stacked() {
    return stacked || count > 1;
  }

  @Override
  public boolean hasNext() {
    return !opened.isEmpty();
  }

  @Override
  public Item next() {
    if (opened.isEmpty()) {
      throw new NoSuchElementException();
    }
    Item next = opened.remove();
    open();
    return next;
  }

  /** Opens files until there is an image. */
  private void open() {
    while (opened.isEmpty() && files.hasNext()) {
      open(files.next());
    }
  }

  private void open(Path file) {
    String name = file.getFileName() == null ? file.toString() : file.getFileName().toString();
    String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    if (!isArray(file)) {
      opened.add(new Item(file, name, unique(stem), () -> explainer.input(Photo.read(file))));
      return;
    }
    try {
      openArray(file, name, stem);
    } catch (IOException e) {
      opened.add(
          new Item(
              file,
              name,
              unique(stem),
              () -> {
                throw e;
              }));
    }
  }

  private void openArray(Path file, String name, String stem) throws IOException {
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
    if (values.length == 0) {
      throw new IOException(file + " is " + Arrays.toString(shape) + ": it holds no image");
    }
    boolean single = axes == 3;
    for (int n = 0; n < values.length / size; n++) {
      String own = single ? name : name + "[" + n + "]";
      int from = n * size;
      opened.add(
          new Item(
              file,
              own,
              unique(single ? stem : stem + "." + n),
              () ->
                  NetworkInput.of(
                      own,
                      channels,
                      height,
                      width,
                      Arrays.copyOfRange(values, from, from + size))));
    }
    stacked |= !single;
    count += opened.size() - 1;
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
