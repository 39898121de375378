package org.gradcam4j.cli;

import java.util.Locale;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.Fill;
import org.gradcam4j.method.Occlusion;
import picocli.CommandLine.Option;

/** What covers places and where: the options of occlusion. */
final class OcclusionOptions {
  @Option(
      names = "--patch",
      paramLabel = "PIXELS",
      description = "occlusion: side of the patch (default: a fifth of the input).")
  private Integer patch;

  @Option(
      names = "--stride",
      paramLabel = "PIXELS",
      description = "occlusion: from one place to the next (default: a fourteenth of the input).")
  private Integer stride;

  @Option(
      names = "--padding",
      paramLabel = "centred|none|PIXELS",
      description =
          "occlusion: how far the first and the last patch stand over the edges; centred: patches"
              + " round the middles of the map's cells (default: centred).")
  private String padding;

  @Option(
      names = "--fill",
      paramLabel = "mean|grey|blur[:PIXELS]|NUMBER",
      description =
          "occlusion: what covers a place. mean: what preprocessing subtracts; grey: level 127.5 of"
              + " 255; blur: the photo, blurred by a Gaussian of so many pixels of the input (10);"
              + " NUMBER: in the network's units, after preprocessing, where 0 is the mean (default:"
              + " mean).")
  private String fill;

  /** Whether there is one. */
  boolean given() {
    return patch != null || stride != null || padding != null || fill != null;
  }

  /**
   * Occlusion as asked for, in pixels of photos of this size.
   *
   * @throws UserError if an option has no meaning, or is larger than the photos
   */
  Occlusion occlusion(Preprocessing photos) {
    Occlusion occlusion =
        new Occlusion(pixels("--patch", patch), pixels("--stride", stride), padding(), fill());
    int size = Math.max(photos.height(), photos.width());
    within("--patch " + occlusion.patch(), occlusion.patch(), size);
    within("--stride " + occlusion.stride(), occlusion.stride(), size);
    within("--padding " + occlusion.padding(), occlusion.padding(), size);
    if (occlusion.fill() instanceof Fill.Blur blur) {
      within("--fill " + fill, blur.sigma(), size);
    }
    return occlusion.at(photos.height());
  }

  private static void within(String option, double pixels, int size) {
    if (pixels > size) {
      throw new UserError(
          "%s: expected at most the %d pixels of the network's input".formatted(option, size));
    }
  }

  private static int pixels(String option, Integer given) {
    if (given != null && given < 1) {
      throw new UserError(option + " " + given + ": expected pixels, 1 or more");
    }
    return given == null ? 0 : given;
  }

  private int padding() {
    String word = padding == null ? "centred" : padding.toLowerCase(Locale.ROOT);
    if (word.equals("centred")) {
      return Occlusion.CENTRED;
    }
    if (word.equals("none")) {
      return 0;
    }
    if (word.matches("[0-9]{1,6}")) {
      return Integer.parseInt(word);
    }
    throw new UserError("--padding " + padding + ": expected centred, none or a number of pixels");
  }

  private Fill fill() {
    String word = fill == null ? "mean" : fill.toLowerCase(Locale.ROOT);
    try {
      return switch (word) {
        case "mean" -> Fill.mean();
        case "grey" -> Fill.grey();
        case "blur" -> Fill.blur(Fill.USUAL_BLUR);
        default ->
            word.startsWith("blur:")
                ? Fill.blur(Double.parseDouble(word.substring("blur:".length())))
                : Fill.constant(Double.parseDouble(word));
      };
    } catch (NumberFormatException e) {
      throw new UserError(
          "--fill " + fill + ": expected mean, grey, blur, blur:PIXELS or a number");
    } catch (IllegalArgumentException e) {
      throw new UserError("--fill " + fill + ": " + e.getMessage());
    }
  }
}
