/** Other libraries that run the same networks, to be timed beside ours. */
package org.gradcam4j.benchmarks.peer;
