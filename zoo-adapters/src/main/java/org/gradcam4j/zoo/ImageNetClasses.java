package org.gradcam4j.zoo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The names of the 1000 classes of ILSVRC-2012, in the order that networks have them. */
public final class ImageNetClasses {
  /** The names, torchvision's: {@code bull mastiff} is 243. */
  public static final List<String> NAMES = read();

  private ImageNetClasses() {}

  private static List<String> read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                ImageNetClasses.class.getResourceAsStream("imagenet-classes.txt"),
                StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
