/**
 * Forward and backward passes over a plan inside one scope of memory, and the listeners that see
 * their activations and gradients. Nothing here knows a method.
 */
package org.gradcam4j.pass;
