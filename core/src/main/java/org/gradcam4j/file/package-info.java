/**
 * How files and folders are written, whatever is in them: beside their place, then renamed; and
 * files' checksums. Nothing here knows a format.
 */
package org.gradcam4j.file;
