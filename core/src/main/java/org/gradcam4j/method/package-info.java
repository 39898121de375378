/**
 * One file a method: the mathematics from a layer's activation and gradient to a map, and what it
 * asks of the passes; and the objectives that methods explain. Nothing here knows a photo, a file
 * or a screen.
 */
package org.gradcam4j.method;
