package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;

class MaxBoxAccTest {
  @Test
  void workedByHand() {
    // Levels 255 in a 2 x 2 square, 102 round it in 4 x 4, 0 outside.
    SaliencyMap map =
        TestMaps.drawn(
            "......", //
            ".2222.", ".2552.", ".2552.", ".2222.", "......");
    List<Observation> small = MaxBoxAcc.of("m", map, List.of(new Box(2, 2, 3, 3)));
    // Below 102 the box is 4 x 4: IoU 1/4, from 102 on it is 2 x 2: IoU 1.
    for (Observation observation : small) {
      for (int t = 0; t < 255; t++) {
        assertThat(observation.values()[t]).isEqualTo(t < 102 ? 0 : 100);
      }
    }
    // Of 3 x 2 pixels: 6 / 16 and 4 / 6.
    List<Observation> other = MaxBoxAcc.of("m", map, List.of(new Box(2, 2, 4, 3)));
    assertThat(at(other, 0)).containsExactly(0, 100, 0, 0);
    assertThat(at(other, 200)).containsExactly(100, 100, 100, 0);
    assertThat(other.stream().map(Observation::group))
        .containsExactly("", "IoU 0.3", "IoU 0.5", "IoU 0.7");
  }

  @Test
  void theLargestSegmentCountsForOneAllForTheOther() {
    SaliencyMap map =
        TestMaps.drawn(
            "99......", //
            "99......",
            "...99999");
    List<Observation> observations = MaxBoxAcc.of("m", map, List.of(new Box(0, 0, 1, 1)));
    assertThat(at(observations, 100)).containsExactly(0, 100, 100, 100);
  }

  @Test
  void aConstantMapIsNeverRight() {
    for (Observation observation :
        MaxBoxAcc.of("m", TestMaps.constant(4, 4, 3), List.of(new Box(0, 0, 0, 0)))) {
      assertThat(observation.values()).containsOnly(0);
    }
  }

  @Test
  void eachVersionTakesItsBestThresholds() {
    // Right at low thresholds for one image, at high ones for the other two.
    SaliencyMap map = TestMaps.drawn("252", "222");
    Tally tally = new Tally(MaxBoxAcc.METRICS);
    tally.add("a", MaxBoxAcc.of("m", map, List.of(new Box(0, 0, 2, 1))));
    tally.add("b", MaxBoxAcc.of("m", map, List.of(new Box(1, 0, 1, 0))));
    tally.add("c", MaxBoxAcc.of("m", map, List.of(new Box(1, 0, 1, 0))));
    assertThat(tally.figure("max-box-acc/m").value()).isEqualTo(200 / 3.0);
    assertThat(tally.figure("max-box-acc-v2/m").value()).isEqualTo(200 / 3.0);
    assertThat(tally.figure("max-box-acc/m").low()).isLessThan(200 / 3.0);
  }

  @Test
  void everyThresholdByItselfGivesTheSame() {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 40; i++) {
      int height = 3 + random.nextInt(30);
      int width = 3 + random.nextInt(30);
      SaliencyMap map =
          i % 2 == 0
              ? TestMaps.smooth(random, height, width)
              : TestMaps.coarse(random, height, width, 6);
      List<Box> truth =
          List.of(TestMaps.box(random, height, width), TestMaps.box(random, height, width));
      MaxBoxAcc.Overlaps overlaps = MaxBoxAcc.overlaps(map, truth);
      float min = Float.POSITIVE_INFINITY;
      for (float value : map.values()) {
        min = Math.min(min, value);
      }
      for (int threshold = 0; threshold < 255; threshold++) {
        SaliencyMap above = above(map, min, threshold);
        double largest =
            BoxRule.PAPER.box(above).map(b -> IntersectionOverUnion.best(b, truth)).orElse(0.0);
        assertThat(overlaps.largest()[threshold]).isEqualTo(largest);
        double best = 0;
        for (Box box : outlines(above)) {
          best = Math.max(best, IntersectionOverUnion.best(box, truth));
        }
        assertThat(overlaps.best()[threshold]).isEqualTo(best);
      }
    }
  }

  private static SaliencyMap above(SaliencyMap map, float min, int threshold) {
    float[] values = new float[map.values().length];
    for (int i = 0; i < values.length; i++) {
      int level = (int) (((double) map.values()[i] - min) / ((double) map.max() - min) * 255);
      values[i] = level > threshold ? 1 : 0;
    }
    return new SaliencyMap(1, map.height(), map.width(), values);
  }

  /** Boxes round OpenCV's contours, as the authors' program finds them, without those of holes. */
  private static List<Box> outlines(SaliencyMap map) {
    List<Box> boxes = new ArrayList<>();
    byte[] bytes = new byte[map.values().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (map.values()[i] > 0 ? 255 : 0);
    }
    try (Mat image = new Mat(map.height(), map.width(), opencv_core.CV_8UC1);
        Mat hierarchy = new Mat();
        MatVector contours = new MatVector()) {
      image.data().put(bytes);
      opencv_imgproc.findContours(
          image,
          contours,
          hierarchy,
          opencv_imgproc.RETR_CCOMP,
          opencv_imgproc.CHAIN_APPROX_SIMPLE);
      for (int c = 0; c < contours.size(); c++) {
        // A contour with a parent, the last of four numbers, is that of a hole.
        if (hierarchy.ptr(0, c).getInt(3L * Integer.BYTES) >= 0) {
          continue;
        }
        Rect box = opencv_imgproc.boundingRect(contours.get(c));
        boxes.add(
            new Box(
                box.x(),
                box.y(),
                box.x() + (double) box.width() - 1,
                box.y() + (double) box.height() - 1));
      }
    }
    return boxes;
  }

  private static double[] at(List<Observation> observations, int threshold) {
    return observations.stream().mapToDouble(o -> o.values()[threshold]).toArray();
  }
}
