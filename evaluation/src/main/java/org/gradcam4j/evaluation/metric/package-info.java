/**
 * Figures: what is measured of a map or a prediction, as pure functions, and how what was measured
 * of many images becomes one figure with its interval. Where images come from lives elsewhere.
 */
package org.gradcam4j.evaluation.metric;
