package org.gradcam4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.image.Npy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on the disk. */
class RunFolderTest {
  private static final int IMAGES = 300;

  @TempDir private Path folder;

  private String summary(Path run) throws IOException {
    return Files.readString(run.resolve(RunFolder.SUMMARY));
  }

  @Test
  void neitherThreadsNorKillsChangeTheSummary() throws Exception {
    Path whole = folder.resolve("whole");
    CoinExperiment.run(whole, IMAGES, 3, true);
    Path killed = folder.resolve("killed");
    Random random = new Random(1);
    int kills = 0;
    for (int i = 0; i < 20; i++) {
      Process process = start(killed, 1 + random.nextInt(4));
      if (!process.waitFor(250 + random.nextInt(250), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        kills++;
      }
      process.waitFor();
    }
    assertThat(kills).isPositive();
    assertThat(start(killed, 2).waitFor()).isZero();
    assertThat(summary(killed)).isEqualTo(summary(whole));
    // Each image once, but for those that fail: they are tried again by each process.
    List<String> lines = Files.readAllLines(killed.resolve(RunFolder.RECORDS));
    assertThat(lines.stream().filter(line -> !line.contains("\"failure\"")))
        .hasSize(IMAGES - IMAGES / 10);
    for (ImageRecord record : RunFolder.read(killed).records()) {
      if (record.measured()) {
        assertThat(killed.resolve("maps").resolve(record.maps()))
            .hasSameBinaryContentAs(whole.resolve("maps").resolve(record.maps()));
      }
    }
  }

  private static Process start(Path run, int threads) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            CoinExperiment.class.getName(),
            run.toString(),
            Integer.toString(IMAGES),
            Integer.toString(threads))
        .redirectErrorStream(true)
        .redirectOutput(new File(run + ".log"))
        .start();
  }

  @Test
  void figuresAreThoseOfTheRecords() throws Exception {
    CoinExperiment.run(folder, 40, 2);
    Run run = RunFolder.read(folder);
    Summary summary = run.summary();
    assertThat(summary.images()).isEqualTo(40);
    assertThat(summary.failed()).isEqualTo(4);
    assertThat(summary.measured()).isEqualTo(36);
    assertThat(summary.remarked()).isEqualTo(4);
    double[] tosses =
        run.records().stream()
            .flatMap(record -> record.observations().stream())
            .filter(o -> o.figure().equals("toss/left") && o.isDefined())
            .mapToDouble(o -> o.values()[0])
            .toArray();
    double mean = java.util.Arrays.stream(tosses).sum() / tosses.length;
    Summary.Entry figure = summary.figures().get("toss/left");
    assertThat(figure.value()).isCloseTo(mean, org.assertj.core.data.Offset.offset(1e-12));
    assertThat(figure.observations()).isEqualTo(tosses.length);
    assertThat(figure.observations() + figure.undefined()).isEqualTo(36);
    assertThat(figure.low()).isLessThan(figure.value());
    assertThat(figure.high()).isGreaterThan(figure.value());
    assertThat(summary.differences()).hasSize(3);
    assertThat(run.records().stream().filter(record -> !record.pictures().isEmpty())).hasSize(5);
    run.records().stream()
        .flatMap(record -> record.pictures().stream())
        .forEach(picture -> assertThat(run.picture(picture)).isPresent());
    assertThat(run.picture(new ImageRecord.PictureFile("", "../pictures/x.jpg"))).isEmpty();
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void anotherRunIsRefused() throws Exception {
    CoinExperiment.run(folder, 5, 1);
    assertThatThrownBy(() -> open(new CoinExperiment(4), 5))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "the run in %s is another: settings.sides is 3 there and 4 now; resume it with its own"
                    .formatted(folder)
                + " options, or choose another folder");
    assertThatThrownBy(() -> open(new CoinExperiment(3), 6))
        .hasMessageContaining("data.images is 5 there and 6 now");
  }

  private RunFolder open(CoinExperiment experiment, int images) throws IOException {
    return RunFolder.open(
        folder,
        CoinExperiment.configuration(experiment, images, false),
        CoinExperiment.images(images).stream().map(AnnotatedImage::id).toList());
  }

  @Test
  void mapsAreKeptWhereTheyAreAskedFor() throws Exception {
    CoinExperiment.run(folder, 8, 2, true);
    Path maps = folder.resolve("maps");
    for (ImageRecord record : RunFolder.read(folder).records()) {
      if (!record.measured()) {
        assertThat(record.maps()).isNull();
        continue;
      }
      assertThat(record.maps()).isEqualTo(record.image().replace(" ", "%20") + ".npz");
      try (ZipFile zip = new ZipFile(maps.resolve(record.maps()).toFile())) {
        Path array = folder.resolve("array.npy");
        Files.write(array, zip.getInputStream(zip.getEntry("left/x.npy")).readAllBytes());
        assertThat(Npy.read(array).floats()).isEqualTo(CoinExperiment.MAP);
        assertThat(Npy.read(array).shape()).containsExactly(1, 2);
      }
    }
    assertThat(maps.toFile().list()).hasSize(7);
    CoinExperiment.run(folder.resolve("without"), 8, 2);
    assertThat(folder.resolve("without").resolve("maps")).doesNotExist();
  }

  @Test
  void whetherMapsAreKeptIsPartOfTheRun() throws Exception {
    CoinExperiment.run(folder, 5, 1);
    assertThatThrownBy(() -> CoinExperiment.run(folder, 5, 1, true))
        .hasMessageContaining("is another: maps is false there and true now; resume it");
    // As of a run that was begun before maps could be kept.
    Path file = folder.resolve(RunFolder.CONFIGURATION);
    String configuration = Files.readString(file);
    Files.writeString(file, configuration.replace("\"maps\" : false,", ""));
    assertThat(file).content().doesNotContain("maps");
    CoinExperiment.run(folder, 5, 1);
    assertThat(file).hasContent(configuration);
  }

  @Test
  void tornRecordsAreCutOff() throws Exception {
    CoinExperiment.run(folder, 30, 2);
    String before = summary(folder);
    Path records = folder.resolve(RunFolder.RECORDS);
    byte[] bytes = Files.readAllBytes(records);
    Files.write(records, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    CoinExperiment.run(folder, 30, 2);
    assertThat(summary(folder)).isEqualTo(before);
  }

  @Test
  void theSameImagesSelectedOtherwiseAreTheSameRun() throws Exception {
    CoinExperiment.run(folder, 5, 1);
    CoinExperiment experiment = new CoinExperiment(3);
    List<AnnotatedImage> turned = new ArrayList<>(CoinExperiment.images(5));
    Collections.reverse(turned);
    String before = summary(folder);
    CoinExperiment.run(folder, experiment, turned, "5 of 5, listed in all.txt", 1, false);
    assertThat(summary(folder)).isEqualTo(before);
    List<AnnotatedImage> others = CoinExperiment.images(6).subList(1, 6);
    assertThatThrownBy(() -> CoinExperiment.run(folder, experiment, others, "5 of 6", 1, false))
        .hasMessageContaining(
            "data.selection is \"5 of 5, listed in all.txt\" there and \"5 of 6\" now");
  }

  @Test
  void whereARunWasBegunStaysAndWhereItWasResumedIsAdded() throws Exception {
    CoinExperiment.run(folder, 8, 1);
    Path file = folder.resolve(RunFolder.CONFIGURATION);
    String java = System.getProperty("java.version");
    Files.writeString(
        file, Files.readString(file).replace('"' + java + '"', "\"11\", \"machine\" : \"a\""));
    CoinExperiment.run(folder, 8, 1);
    CoinExperiment.run(folder, 8, 1);
    assertThat(RunFolder.read(folder).configuration().provenance())
        .containsOnly(
            entry("java", "11"),
            entry("machine", "a"),
            entry("resumed 1", "java " + java),
            entry("resumed 2", "java " + java));
    // Nothing is left to do once all are measured.
    Path whole = folder.resolve("whole");
    CoinExperiment.run(whole, 3, 1);
    Path done = whole.resolve(RunFolder.CONFIGURATION);
    Files.writeString(done, Files.readString(done).replace('"' + java + '"', "\"11\""));
    CoinExperiment.run(whole, 3, 1);
    assertThat(RunFolder.read(whole).configuration().provenance())
        .containsOnly(entry("java", "11"));
  }

  @Test
  void whatCannotBeWorkedOutEndsNoRun() throws Exception {
    CoinExperiment.run(folder, 90, 2);
    Run run = RunFolder.read(folder);
    assertThat(run.records()).hasSize(90);
    assertThat(run.records().get(77).failure()).isEqualTo("it stands on its edge");
  }

  @Test
  void aRunOfOtherMetricsIsAnother() throws Exception {
    CoinExperiment.run(folder, 3, 1);
    Path file = folder.resolve(RunFolder.CONFIGURATION);
    Files.writeString(
        file, Files.readString(file).replaceFirst("\"name\" : \"toss\"", "\"name\" : \"throw\""));
    assertThatThrownBy(() -> CoinExperiment.run(folder, 3, 1))
        .hasMessageContaining(
            "the run in "
                + folder
                + " is another: metrics.toss is nothing there and {\"direction\"");
  }

  @Test
  void damagedRecordsAreNamed() throws Exception {
    CoinExperiment.run(folder, 3, 1);
    Path records = folder.resolve(RunFolder.RECORDS);
    String whole = Files.readString(records);
    String line = whole.lines().findFirst().orElseThrow();
    for (List<String> damage :
        List.of(
            List.of("{\"image\": 3]", "Unexpected close marker"),
            List.of("null", "null"),
            List.of("", "the line is empty"),
            List.of("[]", "Cannot deserialize"),
            List.of("{}", "it names no image"),
            List.of("{\"image\": \"a\", \"observations\": [null]}", "Cannot construct"),
            List.of("{\"image\": \"a\", \"details\": {\"b\": null}}", "a value is null"),
            List.of(line.replace("\"toss\"", "null"), "lacks its metric"),
            List.of(line.replace("\"toss\"", "\"throw\""), "the run has no metric 'throw'"),
            List.of(
                line.replaceFirst("\"values\":\\[", "\"values\":[0.5,"),
                "toss/left: 2 numbers, expected 1"))) {
      Files.writeString(records, whole + damage.get(0) + "\n");
      damaged(records + ":4 is no record (", damage.get(1), "remove the line");
      damagedToResume(records + ":4 is no record (", damage.get(1), "remove the line");
    }
    // As the message says.
    Files.writeString(records, whole);
    CoinExperiment.run(folder, 3, 1);
  }

  @Test
  void damagedConfigurationsAreNamed() throws Exception {
    CoinExperiment.run(folder, 3, 1);
    Path file = folder.resolve(RunFolder.CONFIGURATION);
    String whole = Files.readString(file);
    for (List<String> damage :
        List.of(
            List.of("", ":1: the run's configuration is damaged (the file is empty)"),
            List.of("[]", ":1: the run's configuration is damaged (expected an object)"),
            List.of(
                whole.substring(0, whole.indexOf("\"settings\"")),
                ":6: the run's configuration is damaged (Unexpected end-of-input"),
            List.of(whole.replace("\"variants\"", "\"varieties\""), "no 'variants'"),
            List.of(whole.replace("\"toss\"", "null"), "no 'metrics: name, direction"),
            List.of(whole.replace("\"HIGHER\"", "\"UPWARDS\""), "\"UPWARDS\""),
            List.of(whole.replace("\"format\" : 1", "\"format\" : 2"), "has format 2"))) {
      Files.writeString(file, damage.get(0));
      damaged(file.toString(), damage.get(1));
      damagedToResume(file.toString(), damage.get(1));
    }
  }

  @Test
  void damagedListsAreNamedAndWrittenAnew() throws Exception {
    CoinExperiment.run(folder, 3, 1);
    Path file = folder.resolve(RunFolder.IMAGES);
    Files.delete(file);
    damaged(file + " is missing: expected the ids");
    Files.write(file, new byte[] {'a', '\n', (byte) 0xFF, '\n'});
    damaged(file + ":2 is no UTF-8 text");
    Files.writeString(file, "coin 0\n\ncoin 2\n");
    damaged(file + ":2 is empty");
    Files.writeString(file, "coin 0\ncoin 1\ncoin 0\n");
    damaged(file + ":3 names 'coin 0' again");
    Files.writeString(file, "coin 0\n");
    damaged(file + " has 1 lines for 3 images", "resuming the run writes the list anew");
    CoinExperiment.run(folder, 3, 1);
    assertThat(RunFolder.read(folder).missing()).isEmpty();
  }

  private void damaged(String... words) {
    assertThatThrownBy(() -> RunFolder.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  private void damagedToResume(String... words) {
    assertThatThrownBy(() -> open(new CoinExperiment(3), 3))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void foldersOfOthersAreLeftAlone() throws Exception {
    Files.writeString(folder.resolve("thesis.tex"), "mine");
    assertThatThrownBy(() -> open(new CoinExperiment(3), 5))
        .hasMessage(
            "folder %s holds 'thesis.tex' and no run: expected a new or empty folder, or a run to"
                    .formatted(folder)
                + " resume");
    assertThatThrownBy(() -> RunFolder.read(folder)).hasMessageContaining("holds no run");
  }

  @Test
  void oneProcessAtATime() throws Exception {
    try (RunFolder first = open(new CoinExperiment(3), 5)) {
      assertThat(first.done()).isEmpty();
      assertThatThrownBy(() -> open(new CoinExperiment(3), 5))
          .hasMessage("another process writes to the run in " + folder);
    }
    open(new CoinExperiment(3), 5).close();
  }
}
