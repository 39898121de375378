package org.gradcam4j;

import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.SaliencyMap;

public record Explanation(
    NetworkInput input,
    Prediction target,
    Method method,
    SaliencyMap map,
    Preprocessing preprocessing,
    Provenance provenance) {}
