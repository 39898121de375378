package org.gradcam4j.evaluation.experiment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.gradcam4j.method.Method;

/**
 * A method that is compared with others.
 *
 * @param name what figures call it: {@code grad-cam}, or {@code grad-cam@layer3} where several
 *     layers are compared
 * @param method the method
 */
public record Variant(String name, @JsonIgnore Method method) {
  /** Between a method and its layer, where one method stands in several variants. */
  public static final String AT = "@";

  /** The method with its options; a layer that was not chosen is the network's own. */
  @JsonProperty("method")
  String options() {
    return method.toString().replace("layer=null", "layer=default");
  }
}
