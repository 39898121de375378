package org.gradcam4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Names of files for any id. */
class FileNamesTest {
  @Test
  void namesAreThoseOfPythonsQuote() {
    assertThat(FileNames.of("ILSVRC2012_val_00000347")).isEqualTo("ILSVRC2012_val_00000347");
    assertThat(FileNames.of("a/b-c.d_~")).isEqualTo("a%2Fb-c.d_~");
    assertThat(FileNames.of("a b+*%'()!\\:?")).isEqualTo("a%20b%2B%2A%25%27%28%29%21%5C%3A%3F");
    assertThat(FileNames.of("\u00fc\u732b")).isEqualTo("%C3%BC%E7%8C%AB");
  }

  @Test
  void noTwoIdsShareOne() {
    String cats = "\u732b".repeat(40);
    List<String> ids =
        List.of("a/b", "a_b", "a b", "a+b", "a%2Fb", "a%20b", cats, cats + "1", cats + "2");
    List<String> names = ids.stream().map(FileNames::of).toList();
    assertThat(names).doesNotHaveDuplicates();
    assertThat(names).allMatch(name -> name.matches("[A-Za-z0-9_.~%-]{1,185}"));
    // A name that was cut is as long as none that is whole.
    assertThat(FileNames.of(names.get(6))).isNotEqualTo(names.get(6));
  }
}
