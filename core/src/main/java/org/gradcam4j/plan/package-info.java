/**
 * A Deeplearning4j network as an immutable list of nodes over the same parameters, and its reader,
 * the only place that knows Deeplearning4j's layer classes. Nothing here runs a pass.
 */
package org.gradcam4j.plan;
