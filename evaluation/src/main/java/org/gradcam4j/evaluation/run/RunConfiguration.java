package org.gradcam4j.evaluation.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.gradcam4j.evaluation.experiment.Published;
import org.gradcam4j.evaluation.metric.Metric;

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
 * @param provenance where and by what it is done; it may differ when a run is resumed
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

  /**
   * The images.
   *
   * @param name the data set's, with its split
   * @param path where it lies; it may differ when a run is resumed
   * @param classes how many classes it has
   * @param images how many images take part
   * @param selection which of the data set's these are: {@code all}, {@code 500 of 2508, seed 1}
   * @param sha256 the checksum of the images' ids, one a line
   * @param problems what is wrong with the data set's lists
   */
  public record Data(
      String name,
      String path,
      int classes,
      int images,
      String selection,
      String sha256,
      List<String> problems) {}

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
