/**
 * How files are written, whatever is in them: beside their place, then renamed. Nothing here knows
 * a format.
 */
package org.gradcam4j.file;
