package org.gradcam4j.evaluation.experiment;

/** Maps brought to a coarser grid. */
final class CellMeans {
  private CellMeans() {}

  /**
   * The mean of each cell of a grid laid over a map; pixels on a border count by their share.
   *
   * @param map {@code [height, width]}
   * @return {@code [rows, columns]}
   */
  static float[] of(float[] map, int height, int width, int rows, int columns) {
    double[] narrow = new double[height * columns];
    for (int y = 0; y < height; y++) {
      for (int c = 0; c < columns; c++) {
        narrow[y * columns + c] = mean(map, y * width, 1, width, c, columns);
      }
    }
    float[] means = new float[rows * columns];
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < rows; r++) {
        means[r * columns + c] = (float) mean(narrow, c, columns, height, r, rows);
      }
    }
    return means;
  }

  private static double mean(float[] line, int from, int step, int size, int cell, int cells) {
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = line[from + i * step];
    }
    return mean(values, 0, 1, size, cell, cells);
  }

  private static double mean(double[] line, int from, int step, int size, int cell, int cells) {
    double start = (double) cell * size / cells;
    double end = (double) (cell + 1) * size / cells;
    double sum = 0;
    for (int i = (int) start; i < Math.min(size, Math.ceil(end)); i++) {
      sum += (Math.min(end, i + 1) - Math.max(start, i)) * line[from + i * step];
    }
    return sum / (end - start);
  }
}
