package org.gradcam4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Which forms of weights are kept. */
class PackedWeightsTest {
  private static final long[] SHAPE = {2, 3, 1, 2};

  private OneDnn library;
  private PackedWeights weights;

  @BeforeEach
  void load() {
    assumeThat(OneDnn.library()).as("oneDNN's library").isPresent();
    library = OneDnn.library().get();
    INDArray numbers = Nd4j.arange(12).castTo(DataType.FLOAT).reshape('c', SHAPE);
    weights = PackedWeights.forward(numbers, null, null);
  }

  private static memory.desc layout(memory.format_tag tag) {
    return new memory.desc(SHAPE, OneDnn.FLOAT, tag);
  }

  /** As many as oneDNN asks for in turn where parts of images have many sizes. */
  @Test
  void fiveFormsInTurnArePackedOnce() {
    List<memory.format_tag> tags =
        List.of(
            memory.format_tag.oihw,
            memory.format_tag.ohwi,
            memory.format_tag.hwio,
            memory.format_tag.iohw,
            memory.format_tag.ihwo);
    List<PackedWeights.Form> first = new ArrayList<>();
    for (memory.format_tag tag : tags) {
      first.add(weights.in(library, layout(tag)));
    }
    for (int i = 0; i < tags.size(); i++) {
      assertThat(weights.in(library, layout(tags.get(i)))).isSameAs(first.get(i));
    }
  }

  /** Rows of channels last: the channels of each cell side by side. */
  @Test
  void aFormHasTheNumbersInItsOrder() {
    PackedWeights.Form form = weights.in(library, layout(memory.format_tag.ohwi));
    float[] packed = new float[12];
    new FloatPointer(form.weights().get_data_handle()).get(packed);
    assertThat(packed).containsExactly(0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11);
  }
}
