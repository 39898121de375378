package org.gradcam4j.evaluation.run;

import java.nio.file.Path;
import java.util.List;
import org.gradcam4j.evaluation.metric.Tally;

/**
 * A run that was done, or as far as it was.
 *
 * @param folder where it lies
 * @param configuration what was asked for
 * @param ids the images that take part
 * @param records those that are done, in the order of the ids
 */
public record Run(
    Path folder, RunConfiguration configuration, List<String> ids, List<ImageRecord> records) {
  /** Copies the lists. */
  public Run {
    ids = List.copyOf(ids);
    records = List.copyOf(records);
  }

  /** What was observed. */
  public Tally tally() {
    Tally tally = new Tally(configuration.metrics());
    records.stream()
        .filter(ImageRecord::measured)
        .forEach(record -> tally.add(record.image(), record.observations()));
    return tally;
  }

  /** The figures so far. */
  public Summary summary() {
    return Summary.of(this);
  }

  /** A picture's file. */
  public Path picture(ImageRecord.PictureFile picture) {
    return folder.resolve(RunFolder.PICTURES).resolve(picture.file());
  }
}
