package org.gradcam4j.evaluation.experiment;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import org.gradcam4j.image.PhotoCoordinates.Box;

/** Boxes on pictures: the data set's in white, one that was found in green, both edged in black. */
final class Marked {
  private static final Color TRUTH = Color.WHITE;
  private static final Color FOUND = new Color(0x39FF14);

  private Marked() {}

  /** A copy of a picture with boxes drawn on it. */
  static BufferedImage with(BufferedImage picture, List<Box> truth, List<Box> found) {
    BufferedImage marked =
        new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = marked.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.drawImage(picture, 0, 0, null);
    truth.forEach(box -> draw(graphics, box, TRUTH));
    found.forEach(box -> draw(graphics, box, FOUND));
    graphics.dispose();
    return marked;
  }

  private static void draw(Graphics2D graphics, Box box, Color colour) {
    int x = (int) Math.round(box.xMin());
    int y = (int) Math.round(box.yMin());
    int width = (int) Math.round(box.xMax() - box.xMin());
    int height = (int) Math.round(box.yMax() - box.yMin());
    graphics.setStroke(new BasicStroke(3));
    graphics.setColor(Color.BLACK);
    graphics.drawRect(x, y, width, height);
    graphics.setStroke(new BasicStroke(1));
    graphics.setColor(colour);
    graphics.drawRect(x, y, width, height);
  }
}
