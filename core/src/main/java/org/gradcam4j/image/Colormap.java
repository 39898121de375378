package org.gradcam4j.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.COLORMAP_JET;
import static org.bytedeco.opencv.global.opencv_imgproc.COLORMAP_TURBO;
import static org.bytedeco.opencv.global.opencv_imgproc.COLORMAP_VIRIDIS;
import static org.bytedeco.opencv.global.opencv_imgproc.applyColorMap;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** A scale of 256 colours from 0 to 1. For display only: no method computes with colours. */
public enum Colormap {
  /** Blue, cyan, yellow, red: the paper's. OpenCV's table. */
  JET(COLORMAP_JET),
  /** Dark violet to yellow, evenly perceived, safe for the colour-blind. OpenCV's table. */
  VIRIDIS(COLORMAP_VIRIDIS),
  /** Jet's colours without its false edges. OpenCV's table. */
  TURBO(COLORMAP_TURBO),
  /** For signed maps: blue below, nearly white at 0.5, red above. ColorBrewer's RdBu. */
  BLUE_RED(-1);

  private static final int[] BREWER = {
    0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D,
    0xB2182B, 0x67001F
  };

  private final int openCv;
  private volatile int[] colours;

  Colormap(int openCv) {
    this.openCv = openCv;
  }

  /**
   * The colour of a value as 0xRRGGBB.
   *
   * @param value 0 to 1; what lies outside gets the colour of the nearer end
   * @throws IllegalArgumentException if the value is not a number
   */
  public int rgb(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("cannot colour a value that is not a number (NaN)");
    }
    int[] table = colours;
    if (table == null) {
      table = openCv < 0 ? brewer() : openCv(openCv);
      colours = table;
    }
    return table[(int) Math.round(255 * Math.max(0, Math.min(1, value)))];
  }

  private static int[] openCv(int colormap) {
    byte[] levels = new byte[256];
    for (int i = 0; i < 256; i++) {
      levels[i] = (byte) i;
    }
    byte[] bgr = new byte[3 * 256];
    try (BytePointer data = new BytePointer(levels);
        Mat from = new Mat(1, 256, CV_8UC1, data);
        Mat to = new Mat()) {
      applyColorMap(from, to, colormap);
      try (BytePointer pixels = to.data()) {
        pixels.get(bgr);
      }
    }
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      table[i] = (bgr[3 * i + 2] & 0xFF) << 16 | (bgr[3 * i + 1] & 0xFF) << 8 | bgr[3 * i] & 0xFF;
    }
    return table;
  }

  private static int[] brewer() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      // 127 and 128 are both the middle colour's: zero of a signed map must not lean to a side.
      double position = (i < 128 ? i / 127.0 : 1 + (i - 128) / 127.0) * (BREWER.length / 2);
      int left = Math.min((int) position, BREWER.length - 2);
      double t = position - left;
      int colour = 0;
      for (int shift = 16; shift >= 0; shift -= 8) {
        int a = BREWER[left] >> shift & 0xFF;
        int b = BREWER[left + 1] >> shift & 0xFF;
        colour |= (int) Math.round(a + (b - a) * t) << shift;
      }
      table[i] = colour;
    }
    return table;
  }
}
