/**
 * Published networks: adapters that know a network's graph, preprocessing, labels and layers, and
 * load published weights into it. Nothing here knows a data set or a screen.
 */
package org.gradcam4j.zoo;
