/** Where ND4J computes: chosen in each process, waited for by each benchmark. */
package org.gradcam4j.benchmarks.device;
