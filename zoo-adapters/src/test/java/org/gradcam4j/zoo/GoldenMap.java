package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gradcam4j.image.Npy;
import org.gradcam4j.method.Deconvolution;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.GuidedBackpropagation;
import org.gradcam4j.method.Method;

/**
 * A map that PyTorch computed.
 *
 * @param file where its values are
 * @param method what made it
 * @param target the class that it explains
 */
record GoldenMap(Path file, Method method, int target) {
  private static final Pattern NAME = Pattern.compile("(?:(.+)\\.)?class(\\d+)\\.(\\w+)\\.npy");

  /** The maps of an image by a network. */
  static List<GoldenMap> of(Path folder, String image, String network) throws IOException {
    String prefix = image + "." + network + ".";
    List<GoldenMap> maps = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(prefix) && !name.endsWith("logits.npy")) {
          Matcher parts = NAME.matcher(name.substring(prefix.length()));
          assertThat(parts.matches()).as(name).isTrue();
          Method method = method(parts.group(3), parts.group(1));
          maps.add(new GoldenMap(file, method, Integer.parseInt(parts.group(2))));
        }
      }
    }
    assertThat(maps).hasSizeGreaterThanOrEqualTo(12);
    return maps;
  }

  private static Method method(String kind, String layer) {
    return switch (kind) {
      case "gradcam" -> new GradCam(layer);
      case "gradcam_prerelu" -> new GradCam(layer, true);
      case "gradient" -> new Gradient();
      case "guided" -> new GuidedBackpropagation();
      case "deconvnet" -> new Deconvolution();
      default -> throw new IllegalArgumentException("no method makes maps '" + kind + "'");
    };
  }

  /** The values in row-major order. */
  double[] values() throws IOException {
    return Npy.read(file).values();
  }
}
