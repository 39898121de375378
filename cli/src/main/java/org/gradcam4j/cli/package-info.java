/** Placeholder. */
package org.gradcam4j.cli;
