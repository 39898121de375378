package org.gradcam4j;

import java.util.Optional;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Preprocessing;

/** One image as a network takes it: {@code [channels, height, width]}, preprocessed. */
public final class NetworkInput {
  private final String name;
  private final int channels;
  private final int height;
  private final int width;
  private final float[] values;
  private final Photo photo;

  private NetworkInput(
      String name, int channels, int height, int width, float[] values, Photo photo) {
    if (values.length != channels * height * width) {
      throw new IllegalArgumentException(
          "input "
              + name
              + " has "
              + values.length
              + " values: expected "
              + channels
              + " x "
              + height
              + " x "
              + width);
    }
    this.name = name;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.values = values;
    this.photo = photo;
  }

  /** A photo, resized and scaled as the record says. */
  public static NetworkInput of(Photo photo, Preprocessing preprocessing) {
    return new NetworkInput(
        photo.name(),
        3,
        preprocessing.height(),
        preprocessing.width(),
        preprocessing.tensor(photo),
        photo);
  }

  /** Values that are already preprocessed, in the order {@code [channels, height, width]}. */
  public static NetworkInput of(String name, int channels, int height, int width, float[] values) {
    return new NetworkInput(name, channels, height, width, values.clone(), null);
  }

  /** What its user calls it: the file's name. */
  public String name() {
    return name;
  }

  /** Its channels. */
  public int channels() {
    return channels;
  }

  /** Its rows. */
  public int height() {
    return height;
  }

  /** Its columns. */
  public int width() {
    return width;
  }

  /** The photo; empty for values that came preprocessed. */
  public Optional<Photo> photo() {
    return Optional.ofNullable(photo);
  }

  /** The values, {@code [channels, height, width]}; not a copy, not to be changed. */
  public float[] values() {
    return values;
  }
}
