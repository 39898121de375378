package org.gradcam4j.evaluation.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.gradcam4j.evaluation.metric.Observation;

/**
 * What a run keeps of an image: a line of {@code records.jsonl}.
 *
 * @param image its id
 * @param failure why it could not be measured; null if it was
 * @param observations what counts
 * @param details what is worth reading beside them
 * @param remarks what is odd about it
 * @param pictures its pictures' files in the run's folder, with their captions
 * @param maps the file with its maps in the folder {@code maps}; null if they are not kept
 * @param milliseconds the cost of what is compared, by variant
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ImageRecord(
    String image,
    String failure,
    List<Observation> observations,
    Map<String, String> details,
    List<String> remarks,
    List<PictureFile> pictures,
    String maps,
    Map<String, Double> milliseconds) {
  /**
   * A picture of a gallery.
   *
   * @param caption what it shows
   * @param file its name in the folder {@code pictures}
   */
  public record PictureFile(String caption, String file) {}

  /** Empty where the line has nothing. */
  public ImageRecord {
    observations = observations == null ? List.of() : List.copyOf(observations);
    details = details == null ? Map.of() : details;
    remarks = remarks == null ? List.of() : List.copyOf(remarks);
    pictures = pictures == null ? List.of() : List.copyOf(pictures);
    milliseconds = milliseconds == null ? Map.of() : milliseconds;
  }

  /** Of an image that could not be measured. */
  static ImageRecord failed(String image, String failure) {
    return new ImageRecord(image, failure, null, null, null, null, null, null);
  }

  /** The same with its pictures under other names. */
  ImageRecord with(List<PictureFile> otherPictures) {
    return new ImageRecord(
        image, failure, observations, details, remarks, otherPictures, maps, milliseconds);
  }

  /** Whether it was measured. */
  public boolean measured() {
    return failure == null;
  }
}
