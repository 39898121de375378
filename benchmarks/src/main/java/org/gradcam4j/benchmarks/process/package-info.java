/**
 * Processes in which one side's benchmarks run: two libraries that each keep threads of their own
 * busy are never timed in one process.
 */
package org.gradcam4j.benchmarks.process;
