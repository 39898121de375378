/**
 * The paper's experiments: for each, what is done with one image, which figures come of it, and
 * which figures were published. Going through a data set, stopping and resuming live in {@code
 * run}, tables and pictures in {@code report}.
 */
package org.gradcam4j.evaluation.experiment;
