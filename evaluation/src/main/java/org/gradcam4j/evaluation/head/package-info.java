/**
 * Heads: a linear layer with a sigmoid a class, trained on a published network's features for a
 * data set's classes. Its training, judging and file live here; the networks are the zoo's.
 */
package org.gradcam4j.evaluation.head;
