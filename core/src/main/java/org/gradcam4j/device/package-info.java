/**
 * Where ND4J computes, on the CPU or on a GPU, chosen before ND4J is used. Nothing here computes,
 * and nothing about GPUs is looked up where ND4J's CUDA backend is not on the class path.
 */
package org.gradcam4j.device;
