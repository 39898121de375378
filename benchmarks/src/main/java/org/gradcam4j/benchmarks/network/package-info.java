/** Benchmarks of whole networks and explanations, with random weights. */
package org.gradcam4j.benchmarks.network;
