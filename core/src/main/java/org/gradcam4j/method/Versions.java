package org.gradcam4j.method;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.pass.Pass;
import org.gradcam4j.plan.NetworkPlan.Step;

/**
 * Versions of an image (covered, masked, noisy, faded) on their way through the network: a few at
 * once in a pass of their own, so that memory does not grow with their number.
 */
final class Versions {
  /** Fewer at once leave the kernels idle, more only cost memory. */
  private static final int LEAST = 8;

  private static final int MOST = 32;

  /** Numbers of all activations of the versions that a pass holds: 256 MB in single precision. */
  private static final double ROOM = 1 << 26;

  private Versions() {}

  /** Makes versions. */
  @FunctionalInterface
  interface Maker {
    /** The versions {@code from} to {@code from + count - 1}: {@code [count, H, W, C]}. */
    Tensor make(Kernels kernels, int from, int count);
  }

  /** Is told each version's score for each target of the image, versions in order. */
  @FunctionalInterface
  interface ScoreReader {
    /**
     * A score.
     *
     * @param target its place in {@link Attribution#targets()}
     */
    void score(int version, int target, double score);
  }

  /** Is told each version's map for each target of the image, versions in order. */
  @FunctionalInterface
  interface MapReader {
    /**
     * A map.
     *
     * @param target its place in {@link Attribution#targets()}
     */
    void map(int version, int target, SaliencyMap map);
  }

  /** The score of each target. */
  static double[] scores(Attribution attribution) {
    return attribution.targets().values(attribution.pass());
  }

  /** Scores versions of an image of the batch. */
  static void scores(
      Attribution attribution, int image, int count, Maker maker, ScoreReader reader) {
    run(
        attribution,
        image,
        count,
        atOnce(attribution, attribution.site().plan().input()),
        (pass, from, size) -> {
          Tensor batch = maker.make(pass.kernels(), from, size);
          pass.forward(batch, Set.of(), false);
          return batch;
        },
        (versions, from, targets) -> tell(scores(versions), from, targets, reader));
  }

  /** Scores an image of the batch whose layer has other values: versions of its activation. */
  static void scoresFrom(
      String layer,
      Attribution attribution,
      int image,
      int count,
      Maker maker,
      ScoreReader reader) {
    run(
        attribution,
        image,
        count,
        atOnce(attribution, attribution.site().plan().step(layer)),
        (pass, from, size) -> {
          Tensor batch = maker.make(pass.kernels(), from, size);
          pass.forwardFrom(layer, batch, attribution.pass(), row(image, size));
          return batch;
        },
        (versions, from, targets) -> tell(scores(versions), from, targets, reader));
  }

  /** Makes the parts in which versions of an image differ from it. */
  @FunctionalInterface
  interface PartMaker {
    /** What each place of the batch changes, {@code [R, h, w, C]}. */
    Tensor make(Kernels kernels, PatchBatch batch);
  }

  /** Scores an image of the batch with patches on it; versions are the cells of patches. */
  static void partScores(
      Attribution attribution,
      int image,
      List<PatchBatch> batches,
      PartMaker maker,
      ScoreReader reader) {
    int[] targets = targets(attribution, image);
    int images = attribution.input().rows();
    for (int b = 0; b < batches.size() && targets.length > 0; b++) {
      PatchBatch batch = batches.get(b);
      int size = batch.cells().length;
      try (Pass pass = attribution.passes().get()) {
        Tensor parts = maker.make(pass.kernels(), batch);
        pass.forwardPart(attribution.pass(), image, parts, batch.reach());
        double[] scores = scores(versions(attribution, pass, parts, size, targets));
        for (int r = 0; r < scores.length; r++) {
          reader.score(batch.cells()[r / targets.length], targets[r % targets.length], scores[r]);
        }
      }
      attribution.progress().accept((image + (b + 1) / (double) batches.size()) / images);
    }
  }

  /** How many versions a pass from that step on holds. */
  private static int atOnce(Attribution attribution, Step from) {
    long[] input = attribution.input().shape();
    List<long[]> shapes = attribution.site().plan().shapes(input[1], input[2]);
    double numbers =
        shapes.subList(from.index(), shapes.size()).stream()
            .mapToDouble(shape -> Arrays.stream(shape).reduce(1, (x, y) -> x * y))
            .sum();
    return (int) Math.max(LEAST, Math.min(MOST, ROOM / numbers));
  }

  private static void tell(double[] scores, int from, int[] targets, ScoreReader reader) {
    for (int r = 0; r < scores.length; r++) {
      reader.score(from + r / targets.length, targets[r % targets.length], scores[r]);
    }
  }

  /** Explains versions of an image of the batch by a method. */
  static void maps(
      Attribution attribution, int image, int count, Method method, Maker maker, MapReader reader) {
    // A backward pass holds a row a version and target.
    int atOnce = Math.max(1, LEAST / Math.max(1, targets(attribution, image).length));
    run(
        attribution,
        image,
        count,
        atOnce,
        (pass, from, size) -> {
          Tensor batch = maker.make(pass.kernels(), from, size);
          pass.forward(batch, method.reads(attribution.site()), method.readsAllActivations());
          return batch;
        },
        (versions, from, targets) -> {
          List<SaliencyMap> maps = method.explain(versions);
          for (int r = 0; r < maps.size(); r++) {
            reader.map(from + r / targets.length, targets[r % targets.length], maps.get(r));
          }
        });
  }

  @FunctionalInterface
  private interface Forward {
    /** Runs the pass on versions {@code from} to {@code from + size - 1}, its batch. */
    Tensor run(Pass pass, int from, int size);
  }

  @FunctionalInterface
  private interface Reader {
    /**
     * Reads what became of versions from {@code from} on: rows in the order of versions, for each
     * the image's targets.
     */
    void read(Attribution versions, int from, int[] targets);
  }

  private static void run(
      Attribution attribution, int image, int count, int atOnce, Forward forward, Reader reader) {
    int[] targets = targets(attribution, image);
    int images = attribution.input().rows();
    for (int from = 0; from < count && targets.length > 0; from += atOnce) {
      int size = Math.min(atOnce, count - from);
      try (Pass pass = attribution.passes().get()) {
        Tensor batch = forward.run(pass, from, size);
        reader.read(versions(attribution, pass, batch, size, targets), from, targets);
      }
      attribution.progress().accept((image + (from + size) / (double) count) / images);
    }
  }

  /** The places of the image's targets. */
  private static int[] targets(Attribution attribution, int image) {
    int[] images = attribution.targets().images();
    return IntStream.range(0, images.length).filter(r -> images[r] == image).toArray();
  }

  /** What the image's targets are on each of its versions. */
  private static Attribution versions(
      Attribution attribution, Pass pass, Tensor batch, int size, int[] targets) {
    int count = size * targets.length;
    int[] rows = new int[count];
    int[] images = new int[count];
    for (int r = 0; r < count; r++) {
      rows[r] = targets[r % targets.length];
      images[r] = r / targets.length;
    }
    return new Attribution(
        pass,
        batch,
        attribution.targets().rows(rows, images),
        attribution.site(),
        attribution.passes(),
        share -> {});
  }

  /** Versions that are the image itself, to be changed. */
  static Tensor copies(Kernels kernels, Tensor input, int image, int count) {
    return kernels.gatherRows(input, row(image, count));
  }

  /** Versions that are the image times a mask {@code [H, W]} each. */
  static Tensor masked(Kernels kernels, Tensor input, int image, List<float[]> masks) {
    long[] shape = input.shape();
    int cells = masks.get(0).length;
    float[] planes = new float[masks.size() * cells];
    for (int b = 0; b < masks.size(); b++) {
      System.arraycopy(masks.get(b), 0, planes, b * cells, cells);
    }
    return kernels.multiplyPlanes(
        input,
        kernels.tensor(planes, masks.size(), shape[1], shape[2], 1),
        row(image, masks.size()));
  }

  /** The image's place as often as it has versions. */
  static int[] row(int image, int count) {
    int[] rows = new int[count];
    Arrays.fill(rows, image);
    return rows;
  }
}
