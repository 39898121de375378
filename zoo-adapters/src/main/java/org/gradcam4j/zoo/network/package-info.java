/** The published architectures, one file a family: graphs and the names of their weights. */
package org.gradcam4j.zoo.network;
