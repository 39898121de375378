/**
 * Photos on their way in and maps on their way out: decoding, resampling, preprocessing,
 * upsampling, colours, overlays, picture sheets, NumPy files. Nothing here knows a network.
 */
package org.gradcam4j.image;
