package org.gradcam4j.evaluation.data;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.gradcam4j.image.Photo;

/**
 * The file of an annotated photo, and which way up it is read. Boxes and masks of PASCAL VOC and
 * ImageNet are of the pixels as stored, and so is what networks were trained on: the camera's
 * orientation (EXIF) is not applied. Where the annotated size is that of the upright photo and not
 * of the stored one, the annotator saw it upright, and so it is read.
 *
 * @param file the photo
 */
record PhotoFile(Path file) {
  /** Orientations from this on change rows and columns. */
  private static final int TRANSPOSED = 5;

  /** Columns and rows. */
  record Size(int width, int height) {
    static final Size UNKNOWN = new Size(0, 0);

    Size transposed() {
      return new Size(height, width);
    }

    @Override
    public String toString() {
      return width + "x" + height;
    }
  }

  /** The photo whose size was annotated. */
  Photo read(Size annotated) throws IOException {
    Photo stored = Photo.readStored(file);
    Size size = new Size(stored.width(), stored.height());
    return upright(size, annotated) ? Photo.read(file) : stored;
  }

  /** The size of {@link #read(Size)}, from the file's header; nothing if it has none. */
  Optional<Size> size(Size annotated) {
    return storedSize().map(stored -> upright(stored, annotated) ? stored.transposed() : stored);
  }

  private boolean upright(Size stored, Size annotated) {
    return !annotated.equals(stored)
        && annotated.equals(stored.transposed())
        && orientation() >= TRANSPOSED;
  }

  private Optional<Size> storedSize() {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        return Optional.empty();
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return Optional.of(new Size(reader.getWidth(0), reader.getHeight(0)));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // Reading the photo will say what is wrong with it.
      return Optional.empty();
    }
  }

  private int orientation() {
    try {
      Metadata metadata = ImageMetadataReader.readMetadata(file.toFile());
      ExifIFD0Directory exif = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
      Integer value = exif == null ? null : exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
      return value == null ? 1 : value;
    } catch (IOException | ImageProcessingException e) {
      return 1;
    }
  }
}
