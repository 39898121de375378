package org.gradcam4j.cli;

import org.gradcam4j.method.Method;
import org.gradcam4j.method.Methods;

/**
 * A method at a layer.
 *
 * @param entry the method
 * @param layer where its map is made; null for a method without a choice of layer
 * @param method the method with its options
 */
record Choice(Methods.Entry entry, String layer, Method method) {}
