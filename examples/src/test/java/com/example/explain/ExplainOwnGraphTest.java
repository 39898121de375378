package com.example.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.explain.Stripes.Patch;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainOwnGraphTest {
  @Test
  void eachClassIsSeenAtItsOwnPatch(@TempDir Path folder) throws IOException {
    ExplainOwnGraph.main(new String[] {folder.toString()});
    assertThat(Pictures.read(folder.resolve("picture.png")).getWidth()).isEqualTo(Stripes.SIZE);
    for (Patch patch : ExplainOwnGraph.PATCHES) {
      BufferedImage overlay =
          Pictures.read(folder.resolve(Stripes.CLASSES.get(patch.direction()) + ".png"));
      for (Patch other : ExplainOwnGraph.PATCHES) {
        double share = Pictures.warmShare(overlay, other);
        if (other.equals(patch)) {
          assertThat(share).isGreaterThan(0.4);
        } else {
          assertThat(share).isZero();
        }
      }
    }
  }
}
