package org.gradcam4j.evaluation.report;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.gradcam4j.evaluation.experiment.Failures;
import org.gradcam4j.evaluation.run.ImageRecord;

/**
 * Pictures of a run's images, each held by its address.
 *
 * @param cards the images that are shown
 * @param leftOut how many more have pictures
 * @param surest whether those shown are the ones of which the network was surest; else they are
 *     spread over all
 * @param missing how many pictures' files are not there or no JPEG
 * @param details what images can be sorted by
 */
record Gallery(List<Card> cards, int leftOut, boolean surest, int missing, List<String> details) {
  private static final long MOST_BYTES = 32L << 20;

  /**
   * An image with its pictures.
   *
   * @param image its id
   * @param details what is known of it
   * @param remarks what is odd about it
   * @param pictures its pictures
   */
  record Card(
      String image, List<Facts.Fact> details, List<String> remarks, List<Picture> pictures) {}

  /**
   * A picture.
   *
   * @param caption what it shows
   * @param address holds it
   * @param width in pixels
   * @param height in pixels
   */
  record Picture(String caption, String address, int width, int height) {}

  /**
   * The gallery of a run.
   *
   * @param most how many pictures it shows at most; of more, images are spread evenly, or are those
   *     of which the network was surest
   */
  static Gallery of(MeasuredRun run, int most) throws IOException {
    List<ImageRecord> all =
        new ArrayList<>(run.measured().stream().filter(r -> !r.pictures().isEmpty()).toList());
    boolean surest = all.stream().anyMatch(record -> confidence(record) > 0);
    if (surest) {
      // Failures are listed by how sure the network was; elsewhere all images stay where they are.
      all.sort(Comparator.comparingDouble(Gallery::confidence).reversed());
    }
    List<Card> cards = new ArrayList<>();
    int missing = 0;
    for (ImageRecord record : shown(run, all, most, surest)) {
      List<Picture> pictures = new ArrayList<>();
      for (ImageRecord.PictureFile file : record.pictures()) {
        Optional<Picture> picture = read(run, file);
        picture.ifPresent(pictures::add);
        missing += picture.isPresent() ? 0 : 1;
      }
      cards.add(
          new Card(
              record.image(),
              record.details().entrySet().stream()
                  .map(entry -> new Facts.Fact(entry.getKey(), entry.getValue()))
                  .toList(),
              record.remarks(),
              pictures));
    }
    Set<String> details = new LinkedHashSet<>();
    cards.forEach(card -> card.details().forEach(fact -> details.add(fact.name())));
    return new Gallery(cards, all.size() - cards.size(), surest, missing, List.copyOf(details));
  }

  /** How sure the network was, in an experiment about that; 0 in others. */
  private static double confidence(ImageRecord record) {
    String text = record.details().getOrDefault(Failures.CONFIDENCE, "");
    // Records may have been edited.
    return text.matches("[0-9]+(\\.[0-9]+)?") ? Double.parseDouble(text) : 0;
  }

  /** As many as fit: the first ones, or spread evenly. */
  private static List<ImageRecord> shown(
      MeasuredRun run, List<ImageRecord> all, int mostPictures, boolean first) throws IOException {
    int each = all.stream().mapToInt(record -> record.pictures().size()).max().orElse(1);
    int count = Math.min(all.size(), Math.max(1, mostPictures / each));
    while (true) {
      int shown = count;
      List<ImageRecord> records =
          IntStream.range(0, shown)
              .mapToObj(i -> all.get(first ? i : (int) ((long) i * all.size() / shown)))
              .toList();
      long bytes = 0;
      for (ImageRecord record : records) {
        bytes += bytes(run, record);
      }
      if (bytes <= MOST_BYTES || count <= 1) {
        return records;
      }
      count = (int) Math.max(1, Math.min(count - 1, count * MOST_BYTES / bytes));
    }
  }

  /** Of an image's pictures, as text. */
  private static long bytes(MeasuredRun run, ImageRecord record) throws IOException {
    long bytes = 0;
    for (ImageRecord.PictureFile file : record.pictures()) {
      Optional<Path> path = run.run().picture(file);
      bytes += path.isPresent() ? Files.size(path.get()) * 4 / 3 : 0;
    }
    return bytes;
  }

  private static Optional<Picture> read(MeasuredRun run, ImageRecord.PictureFile file)
      throws IOException {
    Optional<Path> path = run.run().picture(file);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = Files.readAllBytes(path.get());
    try (ImageInputStream stream =
        ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        return Optional.empty();
      }
      ImageReader reader = readers.next();
      reader.setInput(stream);
      String address = "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(bytes);
      return Optional.of(
          new Picture(
              file.caption() == null ? "" : file.caption(),
              address,
              reader.getWidth(0),
              reader.getHeight(0)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
