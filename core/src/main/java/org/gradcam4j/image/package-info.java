/**
 * Photos on their way in and maps on their way out: decoding, resampling, preprocessing, colours,
 * overlays. Nothing here knows a network.
 */
package org.gradcam4j.image;
