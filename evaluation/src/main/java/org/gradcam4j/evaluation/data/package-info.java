/**
 * Data sets: photos with classes and boxes, in the layouts in which they are published. What is
 * measured on them lives elsewhere.
 */
package org.gradcam4j.evaluation.data;
