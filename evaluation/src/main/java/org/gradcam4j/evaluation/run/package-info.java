/**
 * Going through a data set: a folder that holds what was asked for, one record an image, and the
 * figures; stopping, resuming and merging. What is measured lives in {@code experiment}.
 */
package org.gradcam4j.evaluation.run;
