package org.gradcam4j.evaluation.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws scenes: one to three classes of textured objects on a cluttered background, mostly two.
 *
 * <p>Colour, pattern, size, direction and place say nothing about the class. Clutter is lines and
 * irregular blobs, none of which looks like a class. The same seed and index give the same bytes on
 * every platform: own rasterisation, strict floating point, SplitMix64.
 */
public final class SceneGenerator {
  /** Rows and columns of a scene, pixels: the input size of the network for them. */
  static final int SIZE = 112;

  /** The classes, in the order of the network's outputs. */
  public static final List<String> CLASSES =
      Arrays.stream(ShapeClass.values()).map(ShapeClass::label).toList();

  private static final double MIN_RADIUS = 15;
  private static final double MAX_RADIUS = 24;
  private static final int TRIES = 40;

  /** How far shapes reach from the origin: their corners stay inside the radius. */
  static final double REACH = 1.13;

  private static final double CONTRAST = 90;

  private static final int SAMPLES = 4;
  private static final int CLUTTER_SAMPLES = 2;

  private final int size;
  private final Dice dice;
  private final Canvas canvas;
  private final List<Placed> placed = new ArrayList<>();

  /**
   * An object on the canvas.
   *
   * @param shape its class
   * @param mask its pixels before others came over it
   * @param x its centre
   * @param y its centre
   * @param radius what it lies in
   * @param angle by how much it is turned clockwise, radians
   */
  record Placed(
      ShapeClass shape, boolean[] mask, double x, double y, double radius, double angle) {}

  private SceneGenerator(int size, Dice dice) {
    this.size = size;
    this.dice = dice;
    this.canvas = new Canvas(size);
  }

  /** The scene with that number, from 0, in the endless series that the seed begins. */
  public static Scene scene(long seed, int index) {
    if (index < 0) {
      throw new IllegalArgumentException("scene " + index + ": expected 0 or more");
    }
    SceneGenerator generator = drawn(seed, index);
    return new Scene(generator.canvas.photo("%06d".formatted(index)), generator.boxes());
  }

  /** A scene of half the size with one object, as large as in a whole scene. */
  static Scene closeUp(long seed, int index) {
    // Scenes have the indices from 0, close-ups those below.
    SceneGenerator generator = new SceneGenerator(SIZE / 2, Dice.of(seed, -1 - index));
    generator.background();
    ShapeClass[] shapes = ShapeClass.values();
    generator.place(shapes[generator.dice.below(shapes.length)]);
    return new Scene(generator.canvas.photo("close-up"), generator.boxes());
  }

  /** What was placed where, from back to front. */
  static List<Placed> placed(long seed, int index) {
    return drawn(seed, index).placed;
  }

  private static SceneGenerator drawn(long seed, int index) {
    SceneGenerator generator = new SceneGenerator(SIZE, Dice.of(seed, index));
    generator.background();
    generator.objects();
    return generator;
  }

  private void background() {
    double[] ground = muted();
    Texture sky =
        new Texture(
            Texture.Pattern.GRADIENT, ground, near(ground, 35), size, size / 2.0, size / 2.0, dice);
    canvas.fill(sky::add);
    int pieces = (10 + dice.below(8)) * size / SIZE;
    for (int i = 0; i < pieces; i++) {
      if (dice.chance(0.5)) {
        blob(ground);
      } else {
        line();
      }
    }
  }

  /** An irregular patch of texture: r(angle) = r (1 + three waves). */
  private void blob(double[] ground) {
    double x = dice.uniform(0, size);
    double y = dice.uniform(0, size);
    double radius = dice.uniform(6, 26);
    double[] even = {0, 0, dice.uniform(-.25, .25), dice.uniform(-.2, .2), dice.uniform(-.12, .12)};
    double[] odd = {0, 0, dice.uniform(-.25, .25), dice.uniform(-.2, .2), dice.uniform(-.12, .12)};
    double[] colour = near(ground, 60);
    Texture texture = texture(colour, near(colour, 40), x, y);
    Canvas.Region region =
        (px, py) -> {
          double dx = px - x;
          double dy = py - y;
          double distance = Math.sqrt(dx * dx + dy * dy);
          if (distance > 1.7 * radius) {
            return false;
          }
          if (distance == 0) {
            return true;
          }
          // cos(k angle) and sin(k angle) for k = 1, 2, 3, 4 by turning once more each time.
          double cos = dx / distance;
          double sin = dy / distance;
          double cosK = cos;
          double sinK = sin;
          double wave = 1;
          for (int k = 2; k < even.length; k++) {
            double turned = cosK * cos - sinK * sin;
            sinK = sinK * cos + cosK * sin;
            cosK = turned;
            wave += even[k] * cosK + odd[k] * sinK;
          }
          return distance <= radius * wave;
        };
    canvas.paint(region, texture::add, x, y, 1.7 * radius, dice.uniform(0.4, 0.9), CLUTTER_SAMPLES);
  }

  private void line() {
    double x = dice.uniform(0, size);
    double y = dice.uniform(0, size);
    double angle = dice.uniform(0, Math.PI);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double length = dice.uniform(8, 40);
    double width = dice.uniform(0.5, 1.6);
    double bend = dice.uniform(-0.02, 0.02);
    double[] colour = vivid();
    canvas.paint(
        (px, py) -> {
          double along = cos * (px - x) + sin * (py - y);
          double away = cos * (py - y) - sin * (px - x) - bend * along * along;
          return Math.abs(along) <= length && Math.abs(away) <= width;
        },
        (px, py, sum) -> add(colour, sum),
        x,
        y,
        length + 0.02 * length * length + 2,
        dice.uniform(0.4, 0.9),
        CLUTTER_SAMPLES);
  }

  private void objects() {
    double draw = dice.uniform();
    int classes = draw < 0.15 ? 1 : draw < 0.85 ? 2 : 3;
    List<ShapeClass> rest = new ArrayList<>(List.of(ShapeClass.values()));
    List<ShapeClass> wanted = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      wanted.add(rest.remove(dice.below(rest.size())));
    }
    if (dice.chance(0.15)) {
      wanted.add(wanted.get(dice.below(classes)));
    }
    for (ShapeClass shape : wanted) {
      place(shape);
    }
  }

  /** Where there is room: objects may touch, and cover little of each other. */
  private void place(ShapeClass shape) {
    double largest = MAX_RADIUS;
    while (true) {
      for (int i = 0; i < TRIES; i++) {
        double radius = dice.uniform(Math.min(MIN_RADIUS, largest - 1), largest);
        double x = dice.uniform(radius + 1, size - radius - 1);
        double y = dice.uniform(radius + 1, size - radius - 1);
        boolean free =
            placed.stream()
                .allMatch(o -> StrictMath.hypot(o.x - x, o.y - y) > 0.95 * (o.radius + radius));
        if (free) {
          paint(shape, x, y, radius);
          return;
        }
      }
      largest *= 0.9;
    }
  }

  private void paint(ShapeClass shape, double x, double y, double radius) {
    double angle = StrictMath.toRadians(dice.uniform(-shape.maxTilt(), shape.maxTilt()));
    double scale = REACH / radius;
    double cos = StrictMath.cos(angle) * scale;
    double sin = StrictMath.sin(angle) * scale;
    double[] behind = canvas.mean(x, y, radius);
    double[] colour = vivid();
    while (distance(colour, behind) < CONTRAST) {
      colour = vivid();
    }
    double light = brightness(behind) > 128 ? 0 : 255;
    double[] rim = mix(colour, new double[] {light, light, light}, 0.7);
    double lift = dice.chance(0.5) ? 0 : 255;
    double[] second = mix(colour, new double[] {lift, lift, lift}, dice.uniform(0.35, 0.6));
    Texture texture = texture(colour, second, x, y);
    Canvas.Region outer =
        (px, py) ->
            shape.contains(cos * (px - x) + sin * (py - y), cos * (py - y) - sin * (px - x));
    int[] hits = canvas.paint(outer, rimmed(outer, texture, rim), x, y, radius, 1, SAMPLES);
    boolean[] mask = new boolean[hits.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = 2 * hits[i] >= SAMPLES * SAMPLES;
    }
    placed.add(new Placed(shape, mask, x, y, radius, angle));
  }

  /** A rim about a pixel wide: where a neighbour at that distance is outside. */
  private static Canvas.Paint rimmed(Canvas.Region region, Texture texture, double[] rim) {
    double d = 0.9;
    return (x, y, sum) -> {
      boolean inner =
          region.contains(x - d, y)
              && region.contains(x + d, y)
              && region.contains(x, y - d)
              && region.contains(x, y + d);
      if (inner) {
        texture.add(x, y, sum);
      } else {
        add(rim, sum);
      }
    };
  }

  private Texture texture(double[] first, double[] second, double x, double y) {
    Texture.Pattern[] patterns = Texture.Pattern.values();
    Texture.Pattern pattern = patterns[dice.below(patterns.length)];
    double period =
        switch (pattern) {
          case STRIPES, CHECKS -> dice.uniform(5, 11);
          case DOTS -> dice.uniform(5, 9);
          case GRADIENT -> dice.uniform(25, 50);
          case NOISE -> dice.uniform(1.5, 4);
        };
    return new Texture(pattern, first, second, period, x, y, dice);
  }

  /** Each object's extent, without what later ones hide. */
  private List<SceneObject> boxes() {
    List<SceneObject> boxes = new ArrayList<>();
    for (int i = 0; i < placed.size(); i++) {
      boolean[] visible = placed.get(i).mask.clone();
      for (Placed later : placed.subList(i + 1, placed.size())) {
        for (int p = 0; p < visible.length; p++) {
          visible[p] &= !later.mask[p];
        }
      }
      int[] all = extent(placed.get(i).mask);
      int[] seen = extent(visible);
      boxes.add(
          new SceneObject(
              placed.get(i).shape.label(),
              seen[0],
              seen[1],
              seen[2],
              seen[3],
              !Arrays.equals(all, seen)));
    }
    return boxes;
  }

  private int[] extent(boolean[] mask) {
    int[] box = {size, size, -1, -1};
    for (int p = 0; p < mask.length; p++) {
      if (mask[p]) {
        box[0] = Math.min(box[0], p % size);
        box[1] = Math.min(box[1], p / size);
        box[2] = Math.max(box[2], p % size);
        box[3] = Math.max(box[3], p / size);
      }
    }
    return box;
  }

  private double[] muted() {
    double grey = dice.uniform(50, 205);
    return near(new double[] {grey, grey, grey}, 30);
  }

  private double[] vivid() {
    double[] colour = {dice.uniform(0, 255), dice.uniform(0, 255), dice.uniform(0, 255)};
    int strong = dice.below(3);
    colour[strong] = dice.uniform(180, 255);
    colour[(strong + 1 + dice.below(2)) % 3] = dice.uniform(0, 70);
    return colour;
  }

  private double[] near(double[] colour, double by) {
    double[] near = new double[3];
    for (int c = 0; c < 3; c++) {
      near[c] = Math.max(0, Math.min(255, colour[c] + dice.uniform(-by, by)));
    }
    return near;
  }

  private static double[] mix(double[] a, double[] b, double share) {
    double[] mix = new double[3];
    for (int c = 0; c < 3; c++) {
      mix[c] = a[c] + share * (b[c] - a[c]);
    }
    return mix;
  }

  private static void add(double[] colour, double[] sum) {
    for (int c = 0; c < 3; c++) {
      sum[c] += colour[c];
    }
  }

  private static double brightness(double[] colour) {
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      sum += (a[c] - b[c]) * (a[c] - b[c]);
    }
    return Math.sqrt(sum);
  }
}
