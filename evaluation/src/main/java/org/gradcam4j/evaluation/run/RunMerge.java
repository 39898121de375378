package org.gradcam4j.evaluation.run;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.run.ImageRecord.PictureFile;
import org.gradcam4j.evaluation.run.RunConfiguration.Data;
import org.gradcam4j.file.WholeFolder;

/**
 * Makes one run of runs of the same experiment, settings and network on images of one data set. Its
 * figures are those of one run over all these images, in whatever order the parts are given.
 *
 * <p>An image that several have counts once: one that was measured anywhere is measured. An image
 * that none has a record of is not done; the merged run is then as one that was stopped, and can be
 * resumed.
 */
public final class RunMerge {
  /** Of several records of an image the first is taken, whichever part it is in. */
  private static final Comparator<ImageRecord> BEST =
      Comparator.comparing((ImageRecord record) -> !record.measured())
          .thenComparing(record -> -record.pictures().size())
          .thenComparing(record -> RunFolder.JSON.valueToTree(record).toString());

  private final List<Run> parts;

  /** The records that are taken, with the runs that they come from. */
  private final Map<String, Source> taken = new TreeMap<>();

  private RunMerge(List<Run> parts) {
    this.parts = parts;
  }

  /** A record with its run. */
  private record Source(Run run, ImageRecord record) {}

  /**
   * Merges runs.
   *
   * @param folders the runs', at least two; merged ones among them
   * @param out the merged run's folder, new or empty; it is there when all of it is
   * @return the merged run
   * @throws IOException with one line, if a folder holds no run or a damaged one, two do not go
   *     together, or the folder is not empty or cannot be written
   * @throws IllegalArgumentException with one line, if there are less than two
   */
  public static Run merge(List<Path> folders, Path out) throws IOException {
    if (folders.size() < 2) {
      throw new IllegalArgumentException("one run to merge: expected at least two");
    }
    List<Run> parts = new ArrayList<>();
    for (Path folder : folders) {
      parts.add(RunFolder.read(folder));
      refuseOther(folders.get(0), folder);
    }
    RunMerge merge = new RunMerge(parts);
    for (Run part : parts) {
      for (ImageRecord record : part.records()) {
        merge.take(new Source(part, record));
      }
    }
    WholeFolder.write(out, merge::write);
    return RunFolder.read(out);
  }

  private static void refuseOther(Path first, Path next) throws IOException {
    Optional<RunIdentity.Difference> difference =
        RunIdentity.ofParts(RunReader.json(first), RunReader.json(next));
    if (difference.isPresent()) {
      throw new IOException(
          "the runs in %s and %s cannot be merged: %s is %s in the first and %s in the second"
              .formatted(
                  first,
                  next,
                  difference.get().name(),
                  difference.get().one(),
                  difference.get().other()));
    }
  }

  private void take(Source source) throws IOException {
    Source before = taken.putIfAbsent(source.record().image(), source);
    if (before == null) {
      return;
    }
    if (before.record().measured() && source.record().measured()) {
      refuseOtherFigures(before, source);
    }
    if (BEST.compare(source.record(), before.record()) < 0) {
      taken.put(source.record().image(), source);
    }
  }

  /** Which of two different measurements counted would depend on the order of the parts. */
  private static void refuseOtherFigures(Source one, Source other) throws IOException {
    List<String> left = counted(one.record());
    List<String> right = counted(other.record());
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      String first = i < left.size() ? left.get(i) : "nothing";
      String second = i < right.size() ? right.get(i) : "nothing";
      if (!first.equals(second)) {
        throw new IOException(
            "image '%s' was measured otherwise in %s than in %s: %s in the first and %s in the"
                    .formatted(
                        one.record().image(),
                        one.run().folder(),
                        other.run().folder(),
                        first,
                        second)
                + " second; leave one of the runs out");
      }
    }
  }

  /** What a summary is made of. */
  private static List<String> counted(ImageRecord record) {
    // Remarks name files, which lie elsewhere on another machine: that there are some counts.
    return Stream.concat(
            record.observations().stream().map(Object::toString),
            record.remarks().stream().limit(1).map(remark -> "a remark"))
        .toList();
  }

  private void write(Path folder) throws IOException {
    List<String> ids =
        parts.stream().flatMap(run -> run.ids().stream()).distinct().sorted().toList();
    try (RunFolder merged = RunFolder.open(folder, configuration(ids), ids)) {
      for (Source source : taken.values()) {
        if (Thread.interrupted()) {
          throw new InterruptedIOException("merging was interrupted: nothing is left of it");
        }
        copyMaps(source, merged);
        merged.append(copyPictures(source, merged));
      }
    }
    Run run = RunFolder.read(folder);
    if (run.missing().isEmpty()) {
      RunFolder.summarise(run);
    }
  }

  /** Files are named after their images, so that no two parts' have the same name. */
  private static void copyMaps(Source source, RunFolder merged) throws IOException {
    Optional<Path> maps = source.run().maps(source.record());
    if (maps.isPresent()) {
      merged.maps(source.record().maps(), Files.readAllBytes(maps.get()));
    }
  }

  /** A record whose pictures are in the merged run's folder. */
  private static ImageRecord copyPictures(Source source, RunFolder merged) throws IOException {
    List<PictureFile> pictures = new ArrayList<>();
    for (PictureFile picture : source.record().pictures()) {
      Optional<Path> file = source.run().picture(picture);
      if (file.isEmpty()) {
        // Reports count what is missing.
        pictures.add(new PictureFile(picture.caption(), null));
        continue;
      }
      merged.picture(picture.file(), Files.readAllBytes(file.get()));
      pictures.add(picture);
    }
    return source.record().with(pictures);
  }

  private RunConfiguration configuration(List<String> ids) {
    RunConfiguration first = parts.get(0).configuration();
    Data data =
        new Data(
            first.data().name(),
            first.data().path(),
            first.data().classes(),
            ids.size(),
            selection(ids.size()),
            Data.checksum(ids),
            parts.stream()
                .flatMap(run -> Stream.ofNullable(run.configuration().data().problems()))
                .flatMap(List::stream)
                .distinct()
                .toList());
    return first.with(data, provenance());
  }

  /** That of a part which has all images, if there is one. */
  private String selection(int images) {
    return parts.stream()
        .filter(run -> run.ids().size() == images)
        .map(run -> run.configuration().data().selection())
        .min(Comparator.naturalOrder())
        .orElse("merged from " + parts.size() + " runs");
  }

  private Map<String, String> provenance() {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("merged", Instant.now().toString());
    IntStream.range(0, parts.size())
        .forEach(i -> provenance.put("part " + (i + 1), provenance(parts.get(i))));
    return provenance;
  }

  /** A part in a line; that of a merged run names its own parts. */
  private static String provenance(Run part) {
    RunConfiguration configuration = part.configuration();
    Stream<String> own =
        configuration.provenance() == null
            ? Stream.empty()
            : configuration.provenance().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue());
    Data data = configuration.data();
    return part.folder()
        + Stream.concat(Stream.of(data.images() + " images: " + data.selection()), own)
            .collect(Collectors.joining("; ", " (", ")"));
  }
}
