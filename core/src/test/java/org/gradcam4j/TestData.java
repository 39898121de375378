package org.gradcam4j;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Where the tests find real data; a test that needs it is skipped with one line elsewhere. */
public final class TestData {
  private TestData() {}

  /** The path of a file of the real data, or an aborted test which says that it was skipped. */
  public static Path require(String relative) {
    String home = System.getenv("GRADCAM_DATA");
    Path root =
        home != null
            ? Path.of(home)
            : Path.of(System.getProperty("project.root", "..")).resolve("../shared/data");
    Path path = root.resolve(relative).normalize();
    if (!Files.exists(path)) {
      System.out.println(
          "skipped: no real data at " + path + " (GRADCAM_DATA names another place)");
      Assumptions.abort("no real data at " + path);
    }
    return path;
  }
}
