package com.example.explain;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Preprocessing;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A task that is drawn, not downloaded: which way do the stripes of the patch run? */
final class Stripes {
  static final List<String> CLASSES = List.of("horizontal", "vertical");

  /** Sides of a picture and of its patch, pixels. */
  static final int SIZE = 192, PATCH = 60;

  /** What the network takes: pictures of a sixth of the size, values from -2 to 2. */
  static final Preprocessing PREPROCESSING =
      new Preprocessing(
          SIZE / 6,
          SIZE / 6,
          Preprocessing.ChannelOrder.RGB,
          1 / 255.0,
          List.of(0.5, 0.5, 0.5),
          List.of(0.25, 0.25, 0.25),
          Preprocessing.Resampling.ANTIALIASED_BILINEAR);

  private static final int STRIPE = 12;

  /**
   * A patch of stripes.
   *
   * @param direction its class
   * @param x its left edge, pixels
   * @param y its upper edge, pixels
   */
  record Patch(int direction, int x, int y) {
    /** Whether the pixel is inside. */
    boolean contains(int column, int row) {
      return column >= x && column < x + PATCH && row >= y && row < y + PATCH;
    }
  }

  private Stripes() {}

  /** Blotches of grey, with patches on them. */
  static Photo picture(String name, Random random, List<Patch> patches) {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int y = 0; y < SIZE; y += STRIPE) {
      for (int x = 0; x < SIZE; x += STRIPE) {
        int grey = 96 + random.nextInt(64);
        graphics.setColor(new Color(grey, grey, grey));
        graphics.fillRect(x, y, STRIPE, STRIPE);
      }
    }
    for (Patch patch : patches) {
      for (int i = 0; i < PATCH; i += STRIPE) {
        graphics.setColor(i / STRIPE % 2 == 0 ? Color.WHITE : Color.BLACK);
        if (patch.direction() == 0) {
          graphics.fillRect(patch.x(), patch.y() + i, PATCH, STRIPE);
        } else {
          graphics.fillRect(patch.x() + i, patch.y(), STRIPE, PATCH);
        }
      }
    }
    graphics.dispose();
    return Photo.of(image, name);
  }

  /** Batches to train with, each picture with one patch at random. */
  static List<DataSet> batches(int count, int size, long seed) {
    Random random = new Random(seed);
    List<DataSet> batches = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      List<Photo> photos = new ArrayList<>();
      INDArray labels = Nd4j.zeros(size, CLASSES.size());
      for (int n = 0; n < size; n++) {
        int room = SIZE - PATCH + 1;
        int direction = random.nextInt(CLASSES.size());
        Patch patch = new Patch(direction, random.nextInt(room), random.nextInt(room));
        photos.add(picture("training", random, List.of(patch)));
        labels.putScalar(n, direction, 1);
      }
      batches.add(new DataSet(PREPROCESSING.batch(photos), labels));
    }
    return batches;
  }
}
