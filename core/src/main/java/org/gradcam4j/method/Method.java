package org.gradcam4j.method;

import java.util.List;
import java.util.Set;

/**
 * An attribution method: what of an image speaks for a class, or for another number that a network
 * says of it.
 *
 * <p>Implementations are immutable records that state their options. To add one, implement this
 * interface; {@link Attribution} gives the forward pass that has run and backward passes from it.
 */
public interface Method {
  /** The field's name for it in lower case, {@code grad-cam}. */
  String name();

  /**
   * The layer that its user chose for the map; null for the network's default layer, and for
   * methods whose map is of the input.
   */
  default String layer() {
    return null;
  }

  /** Whether its map is of the input, one value a channel and pixel, and not of a layer's cells. */
  default boolean mapsInput() {
    return false;
  }

  /**
   * Layers whose activations the forward pass must keep for it.
   *
   * @throws IllegalArgumentException if the method has no map for this network or at its layer,
   *     whatever the image
   */
  default Set<String> reads(Attribution.Site site) {
    return Set.of();
  }

  /**
   * Layers at which it asks {@link Attribution#atLayer} for the targets' true gradient. Methods
   * that say so are served by one backward pass together; one that does not has its own.
   */
  default Set<String> readsGradients(Attribution.Site site) {
    return Set.of();
  }

  /** Whether it needs every activation of the forward pass. */
  default boolean readsAllActivations() {
    return false;
  }

  /** One map a target, in the order of {@link Attribution#targets()}. */
  List<SaliencyMap> explain(Attribution attribution);
}
