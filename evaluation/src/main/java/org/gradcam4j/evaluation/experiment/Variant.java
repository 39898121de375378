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

  /** The method in a variant's name. */
  public static String method(String name) {
    int at = name.indexOf(AT);
    return at < 0 ? name : name.substring(0, at);
  }

  /** The layer in a variant's name; empty where it has none. */
  public static String layer(String name) {
    int at = name.indexOf(AT);
    return at < 0 ? "" : name.substring(at + 1);
  }

  /** The method with its options; a layer that was not chosen is the network's own. */
  @JsonProperty("method")
  String options() {
    return method.toString().replace("layer=null", "layer=default");
  }
}
