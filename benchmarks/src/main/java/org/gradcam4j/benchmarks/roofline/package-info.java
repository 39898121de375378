/**
 * What the machine can do at most, and what networks ask of it: the least time that they can take.
 */
package org.gradcam4j.benchmarks.roofline;
