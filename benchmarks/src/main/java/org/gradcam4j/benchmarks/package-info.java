/**
 * The command that times gradcam4j beside other libraries: which ratios there are, the rounds in
 * which their times are taken, the table and the page of what was found.
 */
package org.gradcam4j.benchmarks;
