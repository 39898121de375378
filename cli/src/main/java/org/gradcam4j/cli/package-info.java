/** The command line {@code gradcam}: options, files and messages; no attribution lives here. */
package org.gradcam4j.cli;
