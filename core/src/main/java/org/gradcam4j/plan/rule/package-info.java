/**
 * The rules by which nodes pass a gradient backward: the true gradient, guided backpropagation,
 * deconvolution, excitation backpropagation. Nothing here knows a network.
 */
package org.gradcam4j.plan.rule;
