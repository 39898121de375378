package org.gradcam4j.plan.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.node.LinearNode;
import org.gradcam4j.plan.node.Visit;
import org.gradcam4j.plan.node.WeightedNode;

/**
 * Excitation backpropagation (Zhang et al. 2018): the probability that arrives at a neuron is
 * shared among its inputs by their excitation,
 *
 * <pre>P(x_i) = x_i sum_j w+_ij P(y_j) / sum_k w+_kj x_k,   w+ = max(w, 0)</pre>
 *
 * so that its sum is kept wherever a neuron has an excited input. Inputs count by their positive
 * part. Rectifiers, other activation functions, local response and batch normalisation pass it on
 * unchanged.
 *
 * @param contrast the node where the winner is set against its dual, whose weights are turned
 *     ({@code max(-w, 0)}), or null: what leaves that node is the difference of the two
 *     (contrastive marginal winning probability)
 */
public record ExcitationRule(WeightedNode contrast) implements Rule {
  @Override
  public Tensor rectifier(Visit visit) {
    return visit.gradient();
  }

  @Override
  public Tensor other(Visit visit, Supplier<Tensor> gradient) {
    return visit.gradient();
  }

  @Override
  public boolean readsAllActivations() {
    return true;
  }

  @Override
  public List<Tensor> linear(LinearNode node, Visit visit) {
    List<Tensor> winning = share(node.excitatory(visit.kernels()), visit);
    if (node != contrast) {
      return winning;
    }
    List<Tensor> dual = share(contrast.inhibitory(visit.kernels()), visit);
    List<Tensor> difference = new ArrayList<>();
    for (int i = 0; i < winning.size(); i++) {
      difference.add(visit.kernels().subtract(winning.get(i), dual.get(i)));
    }
    return difference;
  }

  private static List<Tensor> share(LinearNode connections, Visit visit) {
    Kernels kernels = visit.kernels();
    List<Tensor> excitations = visit.inputs().stream().map(kernels::relu).toList();
    Tensor total = connections.forward(kernels, excitations);
    Tensor shares = kernels.divide(visit.gradient(), total, visit.rows());
    List<Tensor> back =
        connections.transpose(new Visit(kernels, excitations, null, shares, visit.rows()));
    List<Tensor> probabilities = new ArrayList<>();
    for (int i = 0; i < back.size(); i++) {
      probabilities.add(kernels.multiply(excitations.get(i), back.get(i), visit.rows()));
    }
    return probabilities;
  }
}
