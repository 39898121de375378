package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import org.gradcam4j.image.Upsampling;

/**
 * Deconvolution Grad-CAM: where (deconvolution's detail) of what (Grad-CAM's class).
 *
 * <pre>M(c, i, j) = B(c, i, j) upsample(L)(i, j)</pre>
 *
 * <p>B is the map of deconvolution, L the Grad-CAM map, not normalised. The result is {@code [C, H,
 * W]} of the input.
 *
 * <p>Selvaraju et al., Grad-CAM, ICCV 2017, section 3.2.
 *
 * @param layer the Grad-CAM layer, or null for the network's default
 * @param upsampling how L is brought to the input's size
 */
public record DeconvolutionGradCam(String layer, Upsampling upsampling) implements Method {
  /** At the network's default layer. */
  public DeconvolutionGradCam() {
    this(null);
  }

  /** At the given layer, upsampled bilinearly with half-pixel centres. */
  public DeconvolutionGradCam(String layer) {
    this(layer, Upsampling.HALF_PIXEL_BILINEAR);
  }

  @Override
  public String name() {
    return "deconvnet-grad-cam";
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
  public List<SaliencyMap> explain(Attribution attribution) {
    return ImageProduct.of(
        new Deconvolution().explain(attribution),
        new GradCam(layer).explain(attribution),
        upsampling);
  }
}
