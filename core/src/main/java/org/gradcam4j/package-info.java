/**
 * The door of the library: an explainer, its explanations and what they are about. What computes
 * them lies in the packages below.
 */
package org.gradcam4j;
