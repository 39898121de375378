package org.gradcam4j.zoo.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The folders in which weight files are looked for.
 *
 * @param home the folder that {@code GRADCAM_HOME} names; files lie in it or in its {@code weights}
 * @param cache the user's cache; downloads go there
 */
public record WeightFolders(Optional<Path> home, Path cache) {
  /** The environment variable that names a folder of the user's own. */
  private static final String HOME = "GRADCAM_HOME";

  /** Those of this user on this machine. */
  public static WeightFolders standard() {
    return of(
        System.getenv(), System.getProperty("os.name"), Path.of(System.getProperty("user.home")));
  }

  /**
   * Those that an environment describes: the cache is {@code $XDG_CACHE_HOME} or {@code ~/.cache}
   * on Linux, {@code ~/Library/Caches} on macOS, {@code %LOCALAPPDATA%} on Windows, and in it
   * {@code gradcam4j/weights}.
   */
  static WeightFolders of(Map<String, String> environment, String system, Path user) {
    Optional<Path> home = path(environment, HOME).map(Path::toAbsolutePath).map(Path::normalize);
    return new WeightFolders(
        home, caches(environment, system, user).resolve("gradcam4j").resolve("weights"));
  }

  private static Path caches(Map<String, String> environment, String system, Path user) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return user.resolve("Library").resolve("Caches");
    }
    if (name.startsWith("windows")) {
      return path(environment, "LOCALAPPDATA").orElse(user.resolve("AppData").resolve("Local"));
    }
    // The XDG specification: a relative path is invalid and to be ignored.
    return path(environment, "XDG_CACHE_HOME")
        .filter(Path::isAbsolute)
        .orElse(user.resolve(".cache"));
  }

  private static Optional<Path> path(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable))
        .filter(value -> !value.isBlank())
        .map(Path::of);
  }

  /** All of them, in the order in which they are searched. */
  public List<Path> searched() {
    List<Path> folders = new ArrayList<>();
    home.ifPresent(
        folder -> {
          folders.add(folder);
          folders.add(folder.resolve("weights"));
        });
    folders.add(cache);
    return folders;
  }
}
