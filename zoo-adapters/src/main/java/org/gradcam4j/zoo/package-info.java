/** Placeholder. */
package org.gradcam4j.zoo;
