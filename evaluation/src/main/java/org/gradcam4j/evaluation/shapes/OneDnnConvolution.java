package org.gradcam4j.evaluation.shapes;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deeplearning4j's convolution with Deeplearning4j's own helper for oneDNN, which 1.0.0-M2.1 never
 * switches on: it looks for a class that ND4J no longer has. The same parameters and the same
 * results to rounding, many times as fast in training. For training alone, and for layers whose
 * activation is a layer of its own.
 */
final class OneDnnConvolution extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  private OneDnnConvolution(Builder builder) {
    super(builder);
  }

  /** A layer of the same sizes. */
  static OneDnnConvolution of(ConvolutionLayer layer) {
    if (!(layer.getActivationFn() instanceof ActivationIdentity)) {
      throw new IllegalArgumentException(
          "convolution '" + layer.getLayerName() + "' has an activation: expected none");
    }
    OneDnnConvolution copy =
        new OneDnnConvolution(
            new Builder(layer.getKernelSize(), layer.getStride(), layer.getPadding())
                .nIn(layer.getNIn())
                .nOut(layer.getNOut())
                .hasBias(layer.hasBias())
                .convolutionMode(layer.getConvolutionMode())
                .name(layer.getLayerName())
                .activation(layer.getActivationFn())
                .weightInit(layer.getWeightInitFn())
                .biasInit(layer.getBiasInit()));
    copy.setIUpdater(layer.getIUpdater());
    copy.setBiasUpdater(layer.getBiasUpdater());
    copy.setGradientNormalization(layer.getGradientNormalization());
    copy.setRegularization(layer.getRegularization());
    copy.setRegularizationBias(layer.getRegularizationBias());
    return copy;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    Running layer = new Running(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    Map<String, INDArray> table = initializer().init(conf, parameters, initialise);
    layer.setParamTable(table);
    layer.setConf(conf);
    return layer;
  }

  private static final class Running
      extends org.deeplearning4j.nn.layers.convolution.ConvolutionLayer {
    private static final long serialVersionUID = 1L;

    private transient INDArray output;

    Running(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
      helper = new MKLDNNConvHelper(type);
    }

    /** The backward pass asks for the output again, only to ask the activation for its slope. */
    @Override
    protected Pair<INDArray, INDArray> preOutput(
        boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
      if (!forBackprop) {
        output = super.preOutput(training, false, workspaces).getFirst();
      }
      return new Pair<>(output, null);
    }
  }
}
