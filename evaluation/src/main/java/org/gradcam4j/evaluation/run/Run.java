package org.gradcam4j.evaluation.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** The images that have no record yet. */
  public List<String> missing() {
    Set<String> done = records.stream().map(ImageRecord::image).collect(Collectors.toSet());
    return ids.stream().filter(id -> !done.contains(id)).toList();
  }

  /** The file with an image's maps; nothing where there is none. */
  public Optional<Path> maps(ImageRecord record) {
    if (record.maps() == null || !record.maps().matches("[A-Za-z0-9_.~%-]+\\.npz")) {
      return Optional.empty();
    }
    return Optional.of(folder.resolve(RunFolder.MAPS).resolve(record.maps()))
        .filter(Files::isRegularFile);
  }

  /** A picture's file; nothing where it is not there. */
  public Optional<Path> picture(ImageRecord.PictureFile picture) {
    // A name that leads elsewhere would put a foreign file into what is passed on.
    if (picture.file() == null || !picture.file().matches("[A-Za-z0-9_.~%-]+\\.jpe?g")) {
      return Optional.empty();
    }
    return Optional.of(folder.resolve(RunFolder.PICTURES).resolve(picture.file()))
        .filter(Files::isRegularFile);
  }
}
