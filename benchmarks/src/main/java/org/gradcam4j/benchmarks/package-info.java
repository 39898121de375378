/** JMH benchmarks of kernels and networks, and the measurement of resident memory. */
package org.gradcam4j.benchmarks;
