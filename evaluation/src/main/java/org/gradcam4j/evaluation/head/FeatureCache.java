package org.gradcam4j.evaluation.head;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;
import org.gradcam4j.Workers;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Dataset;
import org.gradcam4j.file.Sha256;
import org.gradcam4j.image.Npy;
import org.gradcam4j.image.NpyArray;
import org.gradcam4j.image.Photo;

/**
 * Features that were computed before, as NumPy files of {@value #BLOCK} images each. A file's name
 * is the SHA-256 of what its numbers depend on: the network's parameters and layers, the
 * preprocessing, the images' ids, and the bytes of the first of them, so that other photos of the
 * same names are noticed. Each is written beside its place and renamed: whatever ends the process,
 * what is there is whole, and the next run goes on from it. The folder may be deleted at any time.
 *
 * @param folder where they lie
 */
public record FeatureCache(Path folder) {
  private static final int BLOCK = 64;

  /** What came of a block of images: what was left out has no row and no truth. */
  private record Block(List<float[]> rows, List<Truth[]> truth, List<String> failures) {}

  /**
   * The features of a data set, from the files where they are there. An image whose photo or
   * annotation cannot be read is left out.
   *
   * @param threads how many, on a core each; the features do not depend on it
   * @param progress is told the share of the images that are done, 0 to 1; many threads call it
   * @throws IOException if a file cannot be written
   * @throws InterruptedException if the thread was interrupted; the files that were written stay
   */
  public FeatureSet of(
      FeatureNetwork network, Dataset dataset, int threads, DoubleConsumer progress)
      throws IOException, InterruptedException {
    String identity = network.identity();
    int images = dataset.images().size();
    AtomicInteger done = new AtomicInteger();
    Runnable counted = () -> progress.accept((double) done.incrementAndGet() / images);
    List<float[]> rows = new ArrayList<>();
    List<Truth[]> truth = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    new Workers(threads, 1)
        .run(
            blocks(dataset.images()).iterator(),
            block -> block(network, identity, block, dataset.classes().size(), counted),
            block -> {
              rows.addAll(block.rows());
              truth.addAll(block.truth());
              failures.addAll(block.failures());
            });
    return new FeatureSet(dataset.classes(), rows, truth, failures);
  }

  private static List<List<AnnotatedImage>> blocks(List<AnnotatedImage> images) {
    List<List<AnnotatedImage>> blocks = new ArrayList<>();
    for (int from = 0; from < images.size(); from += BLOCK) {
      blocks.add(images.subList(from, Math.min(images.size(), from + BLOCK)));
    }
    return blocks;
  }

  private Block block(
      FeatureNetwork network,
      String identity,
      List<AnnotatedImage> images,
      int classes,
      Runnable counted)
      throws IOException {
    Block block = new Block(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    List<float[]> rows = rows(network, identity, images, block.failures(), counted);
    for (int i = 0; i < images.size(); i++) {
      if (rows.get(i) != null) {
        try {
          block.truth().add(Truth.of(images.get(i).annotation(), classes));
          block.rows().add(rows.get(i));
        } catch (IOException e) {
          block.failures().add(failure(images.get(i), e));
        }
      }
    }
    return block;
  }

  /** One row an image; null where the photo cannot be read. */
  private List<float[]> rows(
      FeatureNetwork network,
      String identity,
      List<AnnotatedImage> images,
      List<String> failures,
      Runnable counted)
      throws IOException {
    Path file = null;
    List<float[]> rows = new ArrayList<>();
    for (AnnotatedImage image : images) {
      try {
        Photo photo = image.photo();
        if (image == images.get(0)) {
          file = folder.resolve(name(identity, images, photo));
          List<float[]> kept = read(file, images.size(), network.size());
          if (!kept.isEmpty()) {
            images.forEach(each -> counted.run());
            return kept;
          }
        }
        rows.add(network.features(photo));
      } catch (IOException | IllegalArgumentException e) {
        rows.add(null);
        failures.add(failure(image, e));
      }
      counted.run();
    }
    if (failures.isEmpty()) {
      write(file, rows, network.size());
    }
    return rows;
  }

  private static String failure(AnnotatedImage image, Exception e) {
    return image.id() + ": " + e.getMessage();
  }

  private static String name(String identity, List<AnnotatedImage> images, Photo first) {
    String ids = images.stream().map(AnnotatedImage::id).collect(Collectors.joining("\n"));
    String photo = first.sha256().isEmpty() ? Sha256.of(first.rgb()) : first.sha256();
    String all = String.join("\n", identity, photo, ids);
    return Sha256.of(all.getBytes(StandardCharsets.UTF_8)) + ".npy";
  }

  /** The rows of a file; none where it is not there or not whole. */
  private static List<float[]> read(Path file, int images, int features) {
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    try {
      NpyArray array = Npy.read(file);
      if (!Arrays.equals(array.shape(), new int[] {images, features})) {
        return List.of();
      }
      float[] values = array.floats();
      List<float[]> rows = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        rows.add(Arrays.copyOfRange(values, i * features, (i + 1) * features));
      }
      return rows;
    } catch (IOException e) {
      // It is computed and written again.
      return List.of();
    }
  }

  private static void write(Path file, List<float[]> rows, int features) throws IOException {
    float[] values = new float[Math.multiplyExact(rows.size(), features)];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, values, i * features, features);
    }
    Npy.write(file, values, rows.size(), features);
  }
}
