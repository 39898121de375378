/**
 * The published architectures, one file a family: graphs and the names of their weights. Nothing
 * here reads a file.
 */
package org.gradcam4j.zoo.network;
