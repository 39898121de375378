package org.gradcam4j.zoo;

import java.util.List;
import org.gradcam4j.text.Names;
import org.gradcam4j.zoo.network.AlexNet;
import org.gradcam4j.zoo.network.GoogLeNet;
import org.gradcam4j.zoo.network.ResNet;
import org.gradcam4j.zoo.network.ShapesNet;
import org.gradcam4j.zoo.network.SqueezeNet;
import org.gradcam4j.zoo.network.Vgg;

/** The networks that have an adapter. */
public final class Zoo {
  private Zoo() {}

  /** All of them, the one that ships with its weights first. */
  public static List<NetworkAdapter> models() {
    return List.of(
        ShapesNet.shapes(),
        Vgg.vgg16(),
        Vgg.vgg19(),
        AlexNet.alexNet(),
        AlexNet.torchvision(),
        GoogLeNet.googLeNet(),
        ResNet.resNet18(),
        ResNet.resNet34(),
        ResNet.resNet50(),
        ResNet.resNet101(),
        ResNet.resNet152(),
        ResNet.keras50(),
        ResNet.oldKeras50(),
        ResNet.caffe50(),
        SqueezeNet.v11());
  }

  /**
   * The network of that id.
   *
   * @throws IllegalArgumentException if there is none, naming those there are
   */
  public static NetworkAdapter find(String id) {
    List<NetworkAdapter> models = models();
    return models.stream()
        .filter(model -> model.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no network '"
                        + id
                        + "'; "
                        + Names.suggest(id, models.stream().map(NetworkAdapter::id).toList())));
  }
}
