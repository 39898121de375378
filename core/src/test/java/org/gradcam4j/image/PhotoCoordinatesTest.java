package org.gradcam4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.image.PhotoCoordinates.Point;
import org.junit.jupiter.api.Test;

class PhotoCoordinatesTest {
  private final PhotoCoordinates coordinates = new PhotoCoordinates(448, 112, 224, 224);

  @Test
  void pointsMapByTheirPixelsCentres() {
    // Factor 2 across, 1/2 down: the centre of pixel 0 is at 0.5, on the photo at 1.0 and 0.25.
    assertThat(coordinates.toPhoto(new Point(0, 0))).isEqualTo(new Point(0.5, -0.25));
    assertThat(coordinates.toPhoto(new Point(223, 223))).isEqualTo(new Point(446.5, 111.25));
    assertThat(coordinates.toPhoto(new Point(111.5, 111.5))).isEqualTo(new Point(223.5, 55.5));
  }

  @Test
  void theWholeInputIsTheWholePhoto() {
    assertThat(coordinates.toPhoto(new Box(0, 0, 223, 223))).isEqualTo(new Box(0, 0, 447, 111));
    assertThat(new PhotoCoordinates(499, 333, 227, 227).toPhoto(new Box(0, 0, 226, 226)))
        .isEqualTo(new Box(0, 0, 498, 332));
  }

  @Test
  void aBoxKeepsItsInclusiveSize() {
    // Columns 10 to 19 are ten pixels, twenty on the photo; rows 10 to 19 are five.
    assertThat(coordinates.toPhoto(new Box(10, 10, 19, 19))).isEqualTo(new Box(20, 5, 39, 9));
  }

  @Test
  void thereAndBackIsTheSame() {
    PhotoCoordinates odd = new PhotoCoordinates(499, 333, 227, 224);
    Point point = odd.toInput(odd.toPhoto(new Point(17.25, 201)));
    Box box = odd.toPhoto(odd.toInput(new Box(3, 40, 411, 332)));

    assertThat(point.x()).isCloseTo(17.25, within(1e-9));
    assertThat(point.y()).isCloseTo(201, within(1e-9));
    assertThat(box.xMin()).isCloseTo(3, within(1e-9));
    assertThat(box.yMin()).isCloseTo(40, within(1e-9));
    assertThat(box.xMax()).isCloseTo(411, within(1e-9));
    assertThat(box.yMax()).isCloseTo(332, within(1e-9));
  }

  /** The resampler and the coordinates agree on where things are. */
  @Test
  void aBrightBlockIsFoundWhereTheCoordinatesSay() {
    int width = 90;
    int height = 50;
    byte[] rgb = new byte[3 * width * height];
    for (int y = 20; y < 30; y++) {
      for (int x = 60; x < 72; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[3 * (y * width + x) + c] = -1;
        }
      }
    }
    Photo photo = Photo.of(width, height, rgb, "block");
    Preprocessing preprocessing = Preprocessing.caffe(32, 32, 0, 0, 0);

    float[] tensor = preprocessing.tensor(photo);

    double sum = 0;
    double sumX = 0;
    double sumY = 0;
    for (int i = 0; i < 32 * 32; i++) {
      sum += tensor[i];
      sumX += tensor[i] * (i % 32);
      sumY += tensor[i] * (i / 32);
    }
    Point centre = preprocessing.coordinates(photo).toPhoto(new Point(sumX / sum, sumY / sum));
    assertThat(centre.x()).isCloseTo(65.5, within(0.15));
    assertThat(centre.y()).isCloseTo(24.5, within(0.15));
  }

  @Test
  void aSizeOfNothingIsRefused() {
    assertThatThrownBy(() -> new PhotoCoordinates(0, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got photo 0x1 and input 1x1");
  }
}
