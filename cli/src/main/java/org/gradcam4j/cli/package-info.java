/**
 * The command line: arguments in, pictures, records and tables out. Nothing here computes a map.
 */
package org.gradcam4j.cli;
