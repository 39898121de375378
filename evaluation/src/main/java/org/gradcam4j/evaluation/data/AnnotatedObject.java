package org.gradcam4j.evaluation.data;

import org.gradcam4j.image.PhotoCoordinates.Box;

/**
 * An object that a data set marks in a photo.
 *
 * @param classIndex its class's place in {@link Dataset#classes()}
 * @param box where it is on the photo: pixels from 0, inclusive
 * @param difficult whether the data set calls it too difficult to count (PASCAL VOC)
 */
public record AnnotatedObject(int classIndex, Box box, boolean difficult) {}
