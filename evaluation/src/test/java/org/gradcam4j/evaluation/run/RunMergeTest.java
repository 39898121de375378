package org.gradcam4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs made of runs. */
class RunMergeTest {
  private static final int IMAGES = 60;
  private static final CoinExperiment EXPERIMENT = new CoinExperiment(3);

  @TempDir private Path folder;
  private Path whole;

  @BeforeEach
  void oneRunOverAll() throws Exception {
    whole = folder.resolve("whole");
    CoinExperiment.run(whole, IMAGES, 2, true);
  }

  /** A run over every so many images from one on, in an order of its own. */
  private Path part(String name, int from, int step) throws Exception {
    List<AnnotatedImage> all = CoinExperiment.images(IMAGES);
    List<AnnotatedImage> own =
        new ArrayList<>(
            IntStream.iterate(from, i -> i < IMAGES, i -> i + step).mapToObj(all::get).toList());
    Collections.shuffle(own, new Random(from));
    Path run = folder.resolve(name);
    CoinExperiment.run(run, EXPERIMENT, own, own.size() + " of 60, listed in " + name, 2, true);
    return run;
  }

  private Path merge(String name, Path... parts) throws IOException {
    Path out = folder.resolve(name);
    RunMerge.merge(List.of(parts), out);
    return out;
  }

  private static String summary(Path run) throws IOException {
    return Files.readString(run.resolve(RunFolder.SUMMARY));
  }

  private static String records(Path run) throws IOException {
    return Files.readString(run.resolve(RunFolder.RECORDS));
  }

  @Test
  void theSummaryIsThatOfOneRunInAnyOrder() throws Exception {
    Path a = part("a", 0, 3);
    Path b = part("b", 1, 3);
    Path c = part("c", 2, 3);
    // Every second image: of each other part some.
    Path overlapping = part("d", 0, 2);
    assertThat(summary(merge("abc", a, b, c))).isEqualTo(summary(whole));
    assertThat(summary(merge("cab", c, a, b))).isEqualTo(summary(whole));
    Path four = merge("four", overlapping, c, b, a);
    assertThat(summary(four)).isEqualTo(summary(whole));
    assertThat(records(four)).isEqualTo(records(merge("same four", a, b, c, overlapping)));
    assertThat(RunFolder.read(four).ids()).isSorted().hasSize(IMAGES);
    List<ImageRecord> measured =
        RunFolder.read(whole).records().stream().filter(ImageRecord::measured).toList();
    assertThat(measured).hasSizeGreaterThan(IMAGES / 2);
    for (ImageRecord record : measured) {
      assertThat(four.resolve("maps").resolve(record.maps()))
          .hasSameBinaryContentAs(whole.resolve("maps").resolve(record.maps()));
    }
  }

  @Test
  void mergedRunsAreMerged() throws Exception {
    Path ab = merge("ab", part("a", 0, 3), part("b", 1, 3));
    assertThat(summary(merge("all", part("c", 2, 3), ab))).isEqualTo(summary(whole));
    assertThat(RunFolder.read(folder.resolve("all")).configuration().provenance().get("part 2"))
        .startsWith(ab + " (40 images: merged from 2 runs; merged ")
        .contains("part 1 " + folder.resolve("a") + " (20 images: 20 of 60, listed in a; java ");
  }

  @Test
  void aRunThatHasAllSaysHowItsImagesWereSelected() throws Exception {
    Path again = merge("again", part("a", 0, 3), whole);
    assertThat(summary(again)).isEqualTo(summary(whole));
    assertThat(RunFolder.read(again).configuration().data())
        .isEqualTo(RunFolder.read(whole).configuration().data());
  }

  @Test
  void whatIsMissingIsMeasuredByTheOrdinaryRun() throws Exception {
    Path a = part("a", 0, 2);
    Path b = part("b", 1, 2);
    List<String> some = records(b).lines().limit(10).toList();
    Files.writeString(b.resolve(RunFolder.RECORDS), String.join("\n", some) + "\n");
    Path merged = merge("merged", a, b);
    Run run = RunFolder.read(merged);
    assertThat(run.missing()).hasSize(IMAGES / 2 - 10);
    assertThat(run.summary().images()).isEqualTo(IMAGES);
    assertThat(merged.resolve(RunFolder.SUMMARY)).doesNotExist();
    CoinExperiment.run(merged, IMAGES, 2, true);
    assertThat(summary(merged)).isEqualTo(summary(whole));
    RunConfiguration resumed = RunFolder.read(merged).configuration();
    assertThat(resumed.data().selection()).isEqualTo("all");
    assertThat(resumed.provenance()).containsKeys("merged", "part 1", "part 2", "resumed 1");
  }

  @Test
  void aMeasuredRecordIsTakenOverAFailedOne() throws Exception {
    Path a = part("a", 0, 2);
    Path b = part("b", 1, 2);
    Path tried = part("tried", 0, 4);
    Files.writeString(
        tried.resolve(RunFolder.RECORDS),
        RunFolder.read(tried).ids().stream()
            .map(id -> "{\"image\":\"%s\",\"failure\":\"no memory\"}\n".formatted(id))
            .reduce("", String::concat));
    assertThat(summary(merge("first", tried, a, b))).isEqualTo(summary(whole));
    assertThat(summary(merge("last", a, b, tried))).isEqualTo(summary(whole));
  }

  @Test
  void anImageThatWasMeasuredOtherwiseIsNamed() throws Exception {
    Path a = part("a", 0, 2);
    Path b = part("b", 0, 3);
    Path records = b.resolve(RunFolder.RECORDS);
    Files.writeString(
        records,
        records(b)
            .lines()
            .map(
                line ->
                    line.contains("\"coin 6\"")
                        ? line.replaceFirst("\"values\":\\[[^]]*]", "\"values\":[0.25]")
                        : line)
            .map(line -> line + "\n")
            .reduce("", String::concat));
    refused("image 'coin 6' was measured otherwise in %s than in %s: toss".formatted(a, b), a, b);
    refused(": toss/left[0.25] in the first and toss/left[", b, a);
    Files.writeString(
        records,
        records(part("c", 0, 3))
            .replace("\"image\":\"coin 12\"", "\"image\":\"coin 12\",\"remarks\":[\"dark\"]"));
    refused("image 'coin 12'", a, b);
    refused("nothing in the first and a remark in the second", a, b);
  }

  @Test
  void runsThatDoNotGoTogetherAreRefused() throws Exception {
    Path a = part("a", 0, 2);
    Path other = folder.resolve("other");
    CoinExperiment.run(other, new CoinExperiment(4), CoinExperiment.images(3), "3 of 60", 1, true);
    refused(
        "the runs in %s and %s cannot be merged: settings.sides is 3 in the first and 4 in the second"
            .formatted(a, other),
        a,
        other);
    for (List<String> change :
        List.of(
            List.of("\"coins\"", "\"notes\"", "data.name is \"coins\" in the first and \"notes\""),
            List.of("\"classes\" : 2", "\"classes\" : 3", "data.classes is 2"),
            List.of("\"layer\" : \"none\"", "\"layer\" : \"conv\"", "network.layer is"),
            List.of(
                "\"MEAN\"",
                "\"LARGEST_COLUMN\"",
                "metrics.toss.aggregation is \"MEAN\" in the first and"),
            List.of("\"sides\" : 3", "\"sides\" : 3, \"fair\" : true", "settings.fair is"))) {
      Path changed = part("changed", 1, 2);
      Path file = changed.resolve(RunFolder.CONFIGURATION);
      String before = Files.readString(file);
      Files.writeString(file, before.replace(change.get(0), change.get(1)));
      refused(change.get(2), a, changed);
      Files.writeString(file, before.replace("\"a number\"", "\"a number, in other words\""));
      merge("fine " + change.get(2).hashCode(), a, changed);
      Files.writeString(file, before);
    }
    refused("holds no run", a, folder.resolve("nowhere"));
    assertThatThrownBy(() -> merge("out", a)).hasMessageContaining("expected at least two");
  }

  @Test
  void aFolderThatIsNotEmptyIsLeftAlone() throws Exception {
    Path a = part("a", 0, 2);
    Path b = part("b", 1, 2);
    String before = records(a);
    assertThatThrownBy(() -> merge("a", a, b))
        .isInstanceOf(IOException.class)
        .hasMessage("folder " + a + " is not empty: expected a new or empty folder");
    assertThat(records(a)).isEqualTo(before);
    Files.createDirectory(folder.resolve("empty"));
    assertThat(summary(merge("empty", a, b))).isEqualTo(summary(whole));
  }

  @Test
  void picturesAreCopied() throws Exception {
    Path one = coins("one", "x y");
    Path other = coins("other", "x_y");
    Files.writeString(one.resolve("pictures/x%20y-1.jpg"), "of x y");
    Files.writeString(other.resolve("pictures/x_y-1.jpg"), "of x_y");
    Path lost = coins("lost", "z");
    Files.delete(lost.resolve("pictures/z-1.jpg"));
    Run run = RunMerge.merge(List.of(other, lost, one), folder.resolve("out"));
    List<String> found = new ArrayList<>();
    for (ImageRecord record : run.records()) {
      for (ImageRecord.PictureFile picture : record.pictures()) {
        assertThat(picture.caption()).isEqualTo("a toss");
        found.add(
            record.image()
                + ": "
                + (run.picture(picture).isPresent()
                    ? Files.readString(run.picture(picture).get())
                    : "lost"));
      }
    }
    assertThat(found).containsExactly("x y: of x y", "x_y: of x_y", "z: lost");
  }

  private Path coins(String name, String id) throws Exception {
    Path run = folder.resolve(name);
    CoinExperiment.run(
        run, EXPERIMENT, List.of(CoinExperiment.image(id)), "1 of 3, " + id, 1, false);
    return run;
  }

  private void refused(String message, Path... parts) throws IOException {
    assertThatThrownBy(() -> merge("out", parts))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
    try (Stream<Path> entries = Files.list(folder)) {
      assertThat(entries.map(path -> path.getFileName().toString()))
          .doesNotContain("out")
          .noneMatch(name -> name.endsWith(".part"));
    }
  }
}
