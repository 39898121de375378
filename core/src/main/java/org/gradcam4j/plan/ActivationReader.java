package org.gradcam4j.plan;

import org.gradcam4j.plan.node.LeakyReluNode;
import org.gradcam4j.plan.node.Node;
import org.gradcam4j.plan.node.ReluNode;
import org.gradcam4j.plan.node.ScalarFunction;
import org.gradcam4j.plan.node.ScalarFunctionNode;
import org.gradcam4j.plan.node.SmoothActivationNode;
import org.gradcam4j.plan.node.SmoothActivationNode.Function;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

/** Reads ND4J's activation functions into nodes. */
final class ActivationReader {
  private ActivationReader() {}

  /** Whether the function leaves everything as it is. */
  static boolean isIdentity(IActivation function) {
    return function == null || function instanceof ActivationIdentity;
  }

  /**
   * The node of a function.
   *
   * @param channelsLast whether the network's data are {@code [N, H, W, C]}
   */
  static Node node(IActivation function, boolean channelsLast) {
    if (function instanceof ActivationReLU relu) {
      return rectifier(relu);
    } else if (function instanceof ActivationLReLU leaky) {
      return new LeakyReluNode(leaky.getAlpha());
    } else if (function instanceof ActivationSigmoid) {
      return new SmoothActivationNode(Function.SIGMOID);
    } else if (function instanceof ActivationTanH) {
      return new SmoothActivationNode(Function.TANH);
    } else if (function instanceof ActivationSoftmax) {
      return new SmoothActivationNode(
          channelsLast ? Function.SOFTMAX : Function.SOFTMAX_OVER_WIDTH);
    }
    return new ScalarFunctionNode(scalar(function));
  }

  private static Node rectifier(ActivationReLU relu) {
    double threshold = orElse(relu.getThreshold(), 0);
    double slope = orElse(relu.getNegativeSlope(), 0);
    double maximum = orElse(relu.getMax(), Double.POSITIVE_INFINITY);
    boolean plain = threshold == 0 && maximum == Double.POSITIVE_INFINITY;
    if (plain) {
      return slope == 0 ? new ReluNode() : new LeakyReluNode(slope);
    }
    return new ScalarFunctionNode(ScalarFunction.rectifier(threshold, slope, maximum));
  }

  private static double orElse(Double value, double other) {
    return value == null ? other : value;
  }

  /** ND4J computes with constants of single precision, which double shows. */
  private static ScalarFunction scalar(IActivation function) {
    if (function instanceof ActivationELU elu) {
      return ScalarFunction.elu(elu.getAlpha());
    } else if (function instanceof ActivationSELU) {
      return ScalarFunction.selu();
    } else if (function instanceof ActivationSwish) {
      return ScalarFunction.swish("swish", 1);
    } else if (function instanceof ActivationGELU gelu) {
      return gelu.isPrecise() ? ScalarFunction.gelu() : ScalarFunction.swish("gelu", 1.702f);
    } else if (function instanceof ActivationMish) {
      return ScalarFunction.mish();
    } else if (function instanceof ActivationReLU6) {
      return ScalarFunction.clamped("relu6", 1, 0, 0, 6);
    } else if (function instanceof ActivationHardSigmoid) {
      return ScalarFunction.clamped("hardsigmoid", 0.2f, 0.5, 0, 1);
    } else if (function instanceof ActivationHardTanH) {
      return ScalarFunction.clamped("hardtanh", 1, 0, -1, 1);
    } else if (function instanceof ActivationSoftPlus) {
      return ScalarFunction.softPlus();
    } else if (function instanceof ActivationSoftSign) {
      return ScalarFunction.softSign();
    } else if (function instanceof ActivationCube) {
      return ScalarFunction.cube();
    } else if (function instanceof ActivationRectifiedTanh) {
      return ScalarFunction.rectifiedTanh();
    } else if (function instanceof ActivationRationalTanh) {
      return ScalarFunction.rationalTanh();
    } else if (function instanceof ActivationThresholdedReLU relu) {
      return ScalarFunction.rectifier(relu.getTheta(), 0, Double.POSITIVE_INFINITY);
    } else if (function instanceof ActivationRReLU relu) {
      // At inference ND4J 1.0.0-M2.1 takes the mean slope for a floor.
      return ScalarFunction.floor((relu.getL() + relu.getU()) / 2);
    }
    throw new Uncovered("activation function " + function);
  }
}
