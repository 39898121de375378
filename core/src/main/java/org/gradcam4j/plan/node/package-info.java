/**
 * One file a kind of node: the shape of its output, its forward, and its backward under a rule. A
 * node sees tensors, a rule and kernels, never a network.
 */
package org.gradcam4j.plan.node;
