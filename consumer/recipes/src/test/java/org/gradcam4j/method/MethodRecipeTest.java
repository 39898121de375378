package org.gradcam4j.method;

import static org.assertj.core.api.Assertions.assertThat;

import org.gradcam4j.method.Methods.Options;
import org.junit.jupiter.api.Test;

/** The entry that docs/adding-a-method.md adds. */
class MethodRecipeTest {
  @Test
  void theMethodHasItsName() {
    Method method = Methods.create("norm-grad", new Options());
    assertThat(method).isEqualTo(new NormGrad(null));
    assertThat(method.name()).isEqualTo("norm-grad");
    assertThat(Methods.create("eigen-cam", new Options()).name()).isEqualTo("eigen-cam");
  }
}
