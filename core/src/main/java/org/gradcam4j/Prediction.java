package org.gradcam4j;

/**
 * A class and how much the network believes in it.
 *
 * @param index the class, from 0
 * @param label its name; its index where the network has no names
 * @param logit its score before softmax or sigmoid
 * @param probability the network's output for it
 */
public record Prediction(int index, String label, double logit, double probability) {}
