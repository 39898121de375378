package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import org.gradcam4j.image.Upsampling;

/**
 * Guided Grad-CAM: where (guided backpropagation's detail) of what (Grad-CAM's class).
 *
 * <pre>M(c, i, j) = B(c, i, j) upsample(L)(i, j)</pre>
 *
 * <p>B is the map of guided backpropagation, L the Grad-CAM map, not normalised. The result is
 * {@code [C, H, W]} of the input.
 *
 * <p>Selvaraju et al., Grad-CAM, ICCV 2017, section 3.2.
 *
 * @param layer the Grad-CAM layer, or null for the network's default
 * @param upsampling how L is brought to the input's size
 */
public record GuidedGradCam(String layer, Upsampling upsampling) implements Method {
  /** At the network's default layer. */
  public GuidedGradCam() {
    this(null);
  }

  /** At the given layer, upsampled bilinearly with half-pixel centres. */
  public GuidedGradCam(String layer) {
    this(layer, Upsampling.HALF_PIXEL_BILINEAR);
  }

  @Override
  public String name() {
    return "guided-grad-cam";
  }

  @Override
  public Set<String> reads(Attribution.Site site) {
    return Set.of(site.layer(this));
  }

  @Override
  public boolean mapsInput() {
    return true;
  }

  @Override
  public Set<String> readsGradients(Attribution.Site site) {
    return reads(site);
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    return ImageProduct.of(
        new GuidedBackpropagation().explain(attribution),
        new GradCam(layer).explain(attribution),
        upsampling);
  }
}
