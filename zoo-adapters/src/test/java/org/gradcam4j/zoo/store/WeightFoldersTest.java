package org.gradcam4j.zoo.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightFoldersTest {
  private static final Path USER = Path.of("/home/ann").toAbsolutePath();

  private static Path cache(String system, Map<String, String> environment) {
    return WeightFolders.of(environment, system, USER).cache();
  }

  @Test
  void theCacheIsWhereTheSystemWantsIt() {
    Path elsewhere = Path.of("/caches").toAbsolutePath();
    assertThat(cache("Linux", Map.of())).isEqualTo(USER.resolve(".cache/gradcam4j/weights"));
    assertThat(cache("Linux", Map.of("XDG_CACHE_HOME", elsewhere.toString())))
        .isEqualTo(elsewhere.resolve("gradcam4j/weights"));
    assertThat(cache("Mac OS X", Map.of("XDG_CACHE_HOME", elsewhere.toString())))
        .isEqualTo(USER.resolve("Library/Caches/gradcam4j/weights"));
    assertThat(cache("Windows 11", Map.of("LOCALAPPDATA", elsewhere.toString())))
        .isEqualTo(elsewhere.resolve("gradcam4j/weights"));
    assertThat(cache("Windows 11", Map.of()))
        .isEqualTo(USER.resolve("AppData/Local/gradcam4j/weights"));
  }

  @Test
  void emptyAndRelativeVariablesCountAsNone() {
    Path usual = USER.resolve(".cache/gradcam4j/weights");
    assertThat(cache("Linux", Map.of("XDG_CACHE_HOME", ""))).isEqualTo(usual);
    assertThat(cache("Linux", Map.of("XDG_CACHE_HOME", "caches"))).isEqualTo(usual);
    assertThat(WeightFolders.of(Map.of("GRADCAM_HOME", " "), "Linux", USER).home()).isEmpty();
  }

  @Test
  void theUsersOwnFolderComesFirst() {
    Path own = Path.of("own").toAbsolutePath();
    assertThat(WeightFolders.of(Map.of("GRADCAM_HOME", "own"), "Linux", USER).searched())
        .containsExactly(own, own.resolve("weights"), USER.resolve(".cache/gradcam4j/weights"));
    assertThat(WeightFolders.of(Map.of(), "Linux", USER).searched()).hasSize(1);
  }
}
