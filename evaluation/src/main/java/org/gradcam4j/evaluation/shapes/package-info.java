/**
 * Scenes of shapes: their generator, their files in the layout of PASCAL VOC, and the training and
 * judging of the network that ships with the project. The network itself is in the zoo.
 */
package org.gradcam4j.evaluation.shapes;
