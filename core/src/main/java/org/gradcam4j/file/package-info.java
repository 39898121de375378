/**
 * How files are written, whatever is in them: beside their place, then renamed; and their
 * checksums. Nothing here knows a format.
 */
package org.gradcam4j.file;
