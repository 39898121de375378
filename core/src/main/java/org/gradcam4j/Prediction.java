package org.gradcam4j;

/**
 * A class, or another number that a target means, and what the network says of it.
 *
 * @param index the class, from 0; -1 for what is no class's score
 * @param label its name; its index where the network has no names
 * @param logit its score before softmax or sigmoid
 * @param probability the network's output for it
 */
public record Prediction(int index, String label, double logit, double probability) {}
