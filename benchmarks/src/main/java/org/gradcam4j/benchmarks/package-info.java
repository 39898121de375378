/** Placeholder. */
package org.gradcam4j.benchmarks;
