package org.gradcam4j.plan.node;

import java.util.function.DoubleUnaryOperator;

/**
 * An activation function of one number and its derivative, which at a kink is that of one side.
 *
 * @param name its name in the field
 * @param value the function
 * @param derivative its derivative, of the same argument
 */
public record ScalarFunction(
    String name, DoubleUnaryOperator value, DoubleUnaryOperator derivative) {
  private static final double SELU_SCALE = 1.0507009873554804934193349852946;
  private static final double SELU_ALPHA = 1.6732632423543772848170429916717;

  /** {@code x} where {@code x > 0}, else {@code alpha (exp(x) - 1)}; Clevert et al. 2016. */
  public static ScalarFunction elu(double alpha) {
    return new ScalarFunction(
        "elu", x -> x > 0 ? x : alpha * Math.expm1(x), x -> x > 0 ? 1 : alpha * Math.exp(x));
  }

  /** The scaled exponential linear unit; Klambauer et al. 2017. */
  public static ScalarFunction selu() {
    ScalarFunction elu = elu(SELU_ALPHA);
    return new ScalarFunction(
        "selu",
        x -> SELU_SCALE * elu.value.applyAsDouble(x),
        x -> SELU_SCALE * elu.derivative.applyAsDouble(x));
  }

  /** {@code x / (1 + exp(-b x))}: swish for b 1; for b 1.702 an approximation of GELU. */
  public static ScalarFunction swish(String name, double b) {
    return new ScalarFunction(
        name,
        x -> x * sigmoid(b * x),
        x -> {
          double s = sigmoid(b * x);
          return s + b * x * s * (1 - s);
        });
  }

  /**
   * ND4J's "precise" GELU, {@code x / 2 (1 + tanh(sqrt(2 / pi) (x + (0.044715 x)^3)))}: unlike the
   * approximation of Hendrycks and Gimpel 2016 it cubes the constant too.
   */
  public static ScalarFunction gelu() {
    double root = Math.sqrt(2 / Math.PI);
    double c = Math.pow(0.044715, 3);
    return new ScalarFunction(
        "gelu",
        x -> x / 2 * (1 + Math.tanh(root * (x + c * x * x * x))),
        x -> {
          double t = Math.tanh(root * (x + c * x * x * x));
          return (1 + t) / 2 + x / 2 * (1 - t * t) * root * (1 + 3 * c * x * x);
        });
  }

  /** {@code x tanh(log(1 + exp(x)))}; Misra 2019. */
  public static ScalarFunction mish() {
    return new ScalarFunction(
        "mish",
        x -> x * Math.tanh(softPlus(x)),
        x -> {
          double t = Math.tanh(softPlus(x));
          return t + x * (1 - t * t) * sigmoid(x);
        });
  }

  /** {@code slope x + intercept}, kept between the two limits. */
  public static ScalarFunction clamped(
      String name, double slope, double intercept, double low, double high) {
    return new ScalarFunction(
        name,
        x -> Math.min(high, Math.max(low, slope * x + intercept)),
        x -> slope * x + intercept > low && slope * x + intercept < high ? slope : 0);
  }

  /** {@code log(1 + exp(x))}. */
  public static ScalarFunction softPlus() {
    return new ScalarFunction("softplus", ScalarFunction::softPlus, ScalarFunction::sigmoid);
  }

  /** {@code x / (1 + |x|)}. */
  public static ScalarFunction softSign() {
    return new ScalarFunction(
        "softsign", x -> x / (1 + Math.abs(x)), x -> Math.pow(1 + Math.abs(x), -2));
  }

  /** {@code x^3}. */
  public static ScalarFunction cube() {
    return new ScalarFunction("cube", x -> x * x * x, x -> 3 * x * x);
  }

  /** {@code max(tanh(x), 0)}. */
  public static ScalarFunction rectifiedTanh() {
    return new ScalarFunction(
        "rectifiedtanh",
        x -> Math.max(0, Math.tanh(x)),
        x -> x > 0 ? 1 - Math.pow(Math.tanh(x), 2) : 0);
  }

  /**
   * {@code 1.7159 f(2 x / 3)} with {@code f(y) = sgn(y) (1 - 1 / (1 + |y| + y^2 + 1.41645 y^4))},
   * an approximation of the hyperbolic tangent.
   */
  public static ScalarFunction rationalTanh() {
    // Of single precision in ND4J.
    double scale = 1.7159f;
    double third = 2.0 / 3;
    double fourth = 1.41645f;
    return new ScalarFunction(
        "rationaltanh",
        x -> {
          double y = Math.abs(third * x);
          return scale * Math.signum(x) * (1 - 1 / (1 + y + y * y + fourth * Math.pow(y, 4)));
        },
        x -> {
          double y = Math.abs(third * x);
          double d = 1 + y + y * y + fourth * Math.pow(y, 4);
          return scale * third * (1 + 2 * y + 4 * fourth * Math.pow(y, 3)) / (d * d);
        });
  }

  /**
   * A rectifier with options: {@code x} from the threshold on, {@code slope (x - threshold)} below,
   * at most the maximum.
   */
  public static ScalarFunction rectifier(double threshold, double slope, double maximum) {
    return new ScalarFunction(
        "relu",
        x -> Math.min(maximum, x >= threshold ? x : slope * (x - threshold)),
        x -> x >= threshold ? (x < maximum ? 1 : 0) : slope);
  }

  /** {@code max(x, floor)}. */
  public static ScalarFunction floor(double floor) {
    return new ScalarFunction("floor", x -> Math.max(floor, x), x -> x > floor ? 1 : 0);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double softPlus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
