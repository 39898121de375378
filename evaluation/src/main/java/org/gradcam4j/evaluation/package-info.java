/** Placeholder. */
package org.gradcam4j.evaluation;
