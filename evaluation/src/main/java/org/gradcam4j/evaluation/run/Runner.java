package org.gradcam4j.evaluation.run;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.gradcam4j.Workers;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.evaluation.experiment.Measurement;
import org.gradcam4j.evaluation.experiment.Measurement.Picture;
import org.gradcam4j.evaluation.experiment.Subject;
import org.gradcam4j.evaluation.experiment.Wanted;
import org.gradcam4j.evaluation.run.ImageRecord.PictureFile;

/**
 * Goes through the images of a run that are not done yet. Where there is an image's record, all
 * files that it names are there.
 */
public final class Runner {
  /** Of how many images costs are taken: their median is steady with fewer. */
  private static final int TIMED = 24;

  /** Is told how far the run is. */
  @FunctionalInterface
  public interface Listener {
    /**
     * An image is done.
     *
     * @param done how many of this run's images are done, those of earlier calls included
     * @param images how many there are
     * @param record of the image
     */
    void done(int done, int images, ImageRecord record);
  }

  private final RunFolder folder;
  private final Experiment experiment;
  private final Subject subject;
  private final int threads;
  private final int pictures;

  /**
   * A run to do.
   *
   * @param threads how many images are measured at once, on a core each: so figures do not depend
   *     on their number
   * @param pictures of how many images pictures are kept, spread evenly over all
   */
  public Runner(
      RunFolder folder, Experiment experiment, Subject subject, int threads, int pictures) {
    this.folder = folder;
    this.experiment = experiment;
    this.subject = subject;
    this.threads = threads;
    this.pictures = pictures;
  }

  /** An image to measure, and what is wanted of it. */
  private record Task(AnnotatedImage image, Wanted wanted) {}

  /**
   * Measures the images that are not done and writes the summary.
   *
   * @param images all images of the run
   * @throws IOException if the folder cannot be written
   * @throws InterruptedException if the thread was interrupted; the records that were appended stay
   */
  public void run(List<AnnotatedImage> images, Listener listener)
      throws IOException, InterruptedException {
    List<Task> tasks = new ArrayList<>();
    Set<Integer> shown = spread(images.size(), pictures);
    Set<Integer> timed = spread(images.size(), TIMED);
    for (int i = 0; i < images.size(); i++) {
      ImageRecord done = folder.done().get(images.get(i).id());
      if (done == null || !done.measured()) {
        tasks.add(
            new Task(
                images.get(i),
                new Wanted(shown.contains(i), folder.keepsMaps(), timed.contains(i))));
      }
    }
    int[] done = {images.size() - tasks.size()};
    new Workers(threads, 1)
        .run(
            tasks.iterator(),
            this::measure,
            record -> {
              folder.append(record);
              listener.done(++done[0], images.size(), record);
            });
  }

  /** Places of so many images, or all, spread evenly. */
  private static Set<Integer> spread(int images, int count) {
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < Math.min(count, images); i++) {
      places.add((int) ((long) i * images / Math.min(count, images)));
    }
    return places;
  }

  private ImageRecord measure(Task task) throws IOException {
    String id = task.image().id();
    Measurement measurement;
    try {
      measurement = experiment.measure(subject, task.image(), task.wanted());
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      return ImageRecord.failed(id, oneLine(e));
    }
    List<PictureFile> files = new ArrayList<>();
    for (Picture picture : measurement.pictures()) {
      String name = FileNames.of(id) + "-" + (files.size() + 1) + ".jpg";
      folder.picture(name, jpeg(picture.image()));
      files.add(new PictureFile(picture.caption(), name));
    }
    String maps = null;
    if (!measurement.maps().isEmpty()) {
      maps = FileNames.of(id) + ".npz";
      folder.maps(maps, measurement.maps());
    }
    return new ImageRecord(
        id,
        null,
        measurement.observations(),
        measurement.details(),
        measurement.remarks(),
        files,
        maps,
        measurement.milliseconds());
  }

  private static String oneLine(Exception e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static byte[] jpeg(BufferedImage image) throws IOException {
    BufferedImage opaque =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    opaque.createGraphics().drawImage(image, 0, 0, null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(opaque, "jpg", bytes);
    return bytes.toByteArray();
  }
}
