/**
 * Where weight files are published, where they lie on this machine, and how they get there. Nothing
 * here reads what is in a file, or knows a network.
 */
package org.gradcam4j.zoo.store;
