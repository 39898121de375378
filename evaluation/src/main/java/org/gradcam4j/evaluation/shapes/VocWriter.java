package org.gradcam4j.evaluation.shapes;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.gradcam4j.image.Photo;

/**
 * Writes scenes as PASCAL VOC lays its data out: {@code JPEGImages/*.jpg}, {@code
 * Annotations/*.xml} with boxes in pixels from 1, inclusive, and the lists of {@code
 * ImageSets/Main}, which are written when it is closed.
 */
final class VocWriter implements Closeable {
  static final String TRAIN = "train";
  static final String VAL = "val";

  private static final String BOTH = "trainval";
  private static final float JPEG_QUALITY = 0.95f;

  private final Path folder;
  private final List<String> classes;
  private final Map<String, List<Scene>> sets = new LinkedHashMap<>();

  /**
   * A writer into an empty folder.
   *
   * @param classes all classes, each with lists of its own
   */
  VocWriter(Path folder, List<String> classes) throws IOException {
    this.folder = folder;
    this.classes = List.copyOf(classes);
    for (String set : List.of(TRAIN, VAL, BOTH)) {
      sets.put(set, new ArrayList<>());
    }
    Files.createDirectories(folder.resolve("JPEGImages"));
    Files.createDirectories(folder.resolve("Annotations"));
    Files.createDirectories(folder.resolve("ImageSets").resolve("Main"));
  }

  /** Writes a scene into a set, train or val. */
  void write(Scene scene, String set) throws IOException {
    Photo image = scene.image();
    String name = image.name();
    Files.write(folder.resolve("JPEGImages").resolve(name + ".jpg"), jpeg(image));
    Files.writeString(folder.resolve("Annotations").resolve(name + ".xml"), xml(scene));
    // The lists need to know what is in it, not its pixels.
    Scene entry = new Scene(Photo.of(1, 1, new byte[3], name), scene.objects());
    sets.get(set).add(entry);
    sets.get(BOTH).add(entry);
  }

  private static byte[] jpeg(Photo image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(JPEG_QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image.toBufferedImage(), null, null), how);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Names and numbers are the generator's own: nothing needs escaping. */
  private static String xml(Scene scene) {
    Photo image = scene.image();
    StringBuilder xml = new StringBuilder();
    xml.append(
        """
        <annotation>
          <folder>shapes</folder>
          <filename>%s.jpg</filename>
          <source>
            <database>gradcam4j shapes</database>
          </source>
          <size>
            <width>%d</width>
            <height>%d</height>
            <depth>3</depth>
          </size>
          <segmented>0</segmented>
        """
            .formatted(image.name(), image.width(), image.height()));
    for (SceneObject object : scene.objects()) {
      xml.append(
          """
            <object>
              <name>%s</name>
              <pose>Unspecified</pose>
              <truncated>%d</truncated>
              <difficult>0</difficult>
              <bndbox>
                <xmin>%d</xmin>
                <ymin>%d</ymin>
                <xmax>%d</xmax>
                <ymax>%d</ymax>
              </bndbox>
            </object>
          """
              .formatted(
                  object.className(),
                  object.truncated() ? 1 : 0,
                  object.xMin() + 1,
                  object.yMin() + 1,
                  object.xMax() + 1,
                  object.yMax() + 1));
    }
    return xml.append("</annotation>\n").toString();
  }

  /** Writes the lists. */
  @Override
  public void close() throws IOException {
    Path lists = folder.resolve("ImageSets").resolve("Main");
    for (Map.Entry<String, List<Scene>> set : sets.entrySet()) {
      List<String> names = set.getValue().stream().map(s -> s.image().name()).toList();
      Files.write(lists.resolve(set.getKey() + ".txt"), names);
      for (String name : classes) {
        List<String> lines =
            set.getValue().stream()
                .map(s -> s.image().name() + (s.classNames().contains(name) ? "  1" : " -1"))
                .toList();
        Files.write(lists.resolve(name + "_" + set.getKey() + ".txt"), lines);
      }
    }
  }
}
