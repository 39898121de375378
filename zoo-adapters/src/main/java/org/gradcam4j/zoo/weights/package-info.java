/**
 * Weight files as named arrays, one reader a format, and their way into a network's parameters.
 * Nothing here knows an architecture.
 */
package org.gradcam4j.zoo.weights;
