package org.gradcam4j;

import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.Score;

/**
 * Where an explanation comes from.
 *
 * @param version of gradcam4j
 * @param network what its user called it
 * @param parameters how many numbers the network has
 * @param type the type of all computation, FLOAT or DOUBLE
 * @param method the method with its options
 * @param layer the layer of the map, several with commas between; the input where it is of none
 * @param score whether it was explained before or after softmax and the like
 * @param preprocessing how the photo became the input; null for an input that came preprocessed
 * @param input the image's name
 * @param inputSha256 the checksum of the image's file; empty where there is none
 */
public record Provenance(
    String version,
    String network,
    long parameters,
    String type,
    String method,
    String layer,
    Score score,
    Preprocessing preprocessing,
    String input,
    String inputSha256) {}
