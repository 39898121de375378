/**
 * The array operations that networks and methods are made of, behind one interface, and their
 * implementation with ND4J. Nothing here knows a network or a method.
 */
package org.gradcam4j.kernel;
