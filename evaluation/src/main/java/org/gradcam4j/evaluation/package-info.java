/** Figures that judge networks and maps. Nothing here draws, trains or knows a data set. */
package org.gradcam4j.evaluation;
