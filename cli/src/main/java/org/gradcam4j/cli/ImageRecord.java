package org.gradcam4j.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.gradcam4j.Prediction;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.image.Upsampling;

/**
 * What is written as JSON beside an image's pictures: what was computed, from what, and where it
 * is.
 *
 * @param gradcam4j the version
 * @param image the image
 * @param network the network
 * @param predictions the classes of the highest scores, highest first
 * @param upsampling how maps were brought to the size of pictures
 * @param explanations the maps
 * @param sheet the file of all pictures side by side
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ImageRecord(
    String gradcam4j,
    Image image,
    Network network,
    List<Prediction> predictions,
    Upsampling upsampling,
    List<Map> explanations,
    String sheet) {

  /**
   * An image.
   *
   * @param name its name
   * @param path where it was
   * @param sha256 the checksum of its file; null for an array
   * @param height rows; null for an array
   * @param width columns; null for an array
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Image(String name, String path, String sha256, Integer height, Integer width) {}

  /**
   * A network.
   *
   * @param name its id or file
   * @param parameters how many numbers it has
   * @param weights the file of its weights; null where they ship with the project
   * @param weightsSha256 that file's checksum
   * @param type FLOAT or DOUBLE
   * @param preprocessing how the photo became the input; null for an input that came preprocessed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Network(
      String name,
      long parameters,
      String weights,
      String weightsSha256,
      String type,
      Preprocessing preprocessing) {}

  /**
   * A map. Its minimum, maximum and place of the maximum are of the raw values; pictures are
   * normalised.
   *
   * @param target the class
   * @param method its name
   * @param options the method with its options
   * @param layer where it was made; null for a method without a choice
   * @param score the number that was explained
   * @param shape of the raw map
   * @param min its least value
   * @param max its greatest value
   * @param maxAt row and column of the greatest value; null for a map of the input
   * @param sum the sum of its values, where it should equal the next
   * @param scoreDifference what the score gains over a blank image's, where the method says it
   * @param remark why it shows nothing, where it does not
   * @param picture the file of the map alone
   * @param overlay the file of the map on the photo; null for a map of the input
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Map(
      Prediction target,
      String method,
      String options,
      String layer,
      String score,
      int[] shape,
      double min,
      double max,
      int[] maxAt,
      Double sum,
      Double scoreDifference,
      String remark,
      String picture,
      String overlay) {}
}
