/** Benchmarks of the core's kernels, on the shapes that published networks have. */
package org.gradcam4j.benchmarks.kernel;
