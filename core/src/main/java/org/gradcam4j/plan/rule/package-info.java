/**
 * The rules by which nodes pass a gradient backward: the true gradient, guided backpropagation,
 * deconvolution, excitation backpropagation.
 */
package org.gradcam4j.plan.rule;
