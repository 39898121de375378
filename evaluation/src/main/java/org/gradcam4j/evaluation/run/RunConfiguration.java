package org.gradcam4j.evaluation.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.experiment.Published;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.file.Sha256;

/**
 * What a run was asked for: {@code run.json}.
 *
 * @param format of the folder, 1
 * @param experiment the experiment's name
 * @param title its heading
 * @param description what it does
 * @param settings its protocol, as its record says
 * @param metrics what is measured, in the order of tables
 * @param variants what is compared, in the order of tables
 * @param published figures that papers report
 * @param notes what a reader must know
 * @param data the data
 * @param network the network
 * @param maps whether each image's maps are kept
 * @param provenance where and by what it is done; when a run is resumed, what is otherwise then is
 *     added in a line
 */
public record RunConfiguration(
    int format,
    String experiment,
    String title,
    String description,
    JsonNode settings,
    List<Metric> metrics,
    List<String> variants,
    List<Published> published,
    List<String> notes,
    Data data,
    Network network,
    boolean maps,
    Map<String, String> provenance) {
  /** The format that this version writes. */
  public static final int FORMAT = 1;

  private static final String RESUMED = "resumed ";

  /**
   * The configuration of a run that is resumed.
   *
   * @param before its own
   * @param finished whether nothing of it is left to do
   */
  RunConfiguration after(RunConfiguration before, boolean finished) {
    Map<String, String> both = new LinkedHashMap<>();
    Optional.ofNullable(before.provenance()).ifPresent(both::putAll);
    String otherwise =
        Stream.ofNullable(provenance)
            .flatMap(now -> now.entrySet().stream())
            .filter(entry -> !entry.getValue().equals(both.get(entry.getKey())))
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining("; "));
    if (!finished && !otherwise.isEmpty()) {
      int number = 1;
      while (both.containsKey(RESUMED + number)) {
        number++;
      }
      both.put(RESUMED + number, otherwise);
    }
    return with(data, both);
  }

  /** The same of other images, or done elsewhere. */
  RunConfiguration with(Data otherData, Map<String, String> otherProvenance) {
    return new RunConfiguration(
        format,
        experiment,
        title,
        description,
        settings,
        metrics,
        variants,
        published,
        notes,
        otherData,
        network,
        maps,
        otherProvenance);
  }

  /**
   * The images.
   *
   * @param name the data set's, with its split
   * @param path where it lies; it may differ when a run is resumed
   * @param classes how many classes it has
   * @param images how many images take part
   * @param selection which of the data set's these are: {@code all}, {@code 500 of 2508, seed 1}
   * @param sha256 the {@linkplain #checksum checksum} of the images' ids
   * @param problems what is wrong with the data set's lists
   */
  public record Data(
      String name,
      String path,
      int classes,
      int images,
      String selection,
      String sha256,
      List<String> problems) {
    /** The SHA-256 of ids, sorted, one a line: it depends on the images alone, not their order. */
    public static String checksum(Collection<String> ids) {
      String lines = ids.stream().sorted().collect(Collectors.joining("\n"));
      return Sha256.of(lines.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * The network.
   *
   * @param name its id or its file's name
   * @param sha256 the checksum of its file or of its weights' file; that of the project's own is
   *     empty
   * @param layer the layer of methods that were given none
   * @param type the type of all computation
   * @param preprocessing how a photo becomes its input
   */
  public record Network(
      String name, String sha256, String layer, String type, String preprocessing) {}
}
