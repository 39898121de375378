package org.gradcam4j.zoo.store;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is published.
 *
 * <p>Sources. torchvision: the addresses in {@code torchvision/models/*.py}; the digits in a file's
 * name begin its SHA-256, and all of it stands here where several who hold the file state the same.
 * Keras: {@code WEIGHTS_HASHES} and {@code file_hash} in keras-applications. Caffe: the readme
 * files of BVLC's model zoo; of VGG's and He's files no checksum is published, and the one that
 * stands here is the one that OpenCV and MXNet check. Deeplearning4j: {@code pretrainedUrl} and
 * {@code pretrainedChecksum} in deeplearning4j-zoo 1.0.0-M2.1.
 */
public final class PublishedFiles {
  private static final String TORCHVISION = "https://download.pytorch.org/models/";
  private static final String KERAS =
      "https://storage.googleapis.com/tensorflow/keras-applications/";
  private static final String KERAS_OLD =
      "https://github.com/fchollet/deep-learning-models/releases/download/v0.2/";
  private static final String BVLC = "http://dl.caffe.berkeleyvision.org/";
  private static final String VGG = "https://www.robots.ox.ac.uk/~vgg/software/very_deep/caffe/";
  private static final String HE = "https://github.com/KaimingHe/deep-residual-networks#models";
  private static final String DL4J = "https://dl4jdata.blob.core.windows.net/models/";

  private static final long UNKNOWN = -1;

  private static final List<PublishedFile> ALL =
      Stream.of(caffe(), torchvision(), keras(), dl4j())
          .flatMap(List::stream)
          .collect(
              Collectors.groupingBy(
                  PublishedFile::network, LinkedHashMap::new, Collectors.toList()))
          .values()
          .stream()
          .flatMap(List::stream)
          .toList();

  private PublishedFiles() {}

  /**
   * All of them, network by network. Of a network's files the first is the one that its paper was
   * measured with, or the nearest to it.
   */
  public static List<PublishedFile> all() {
    return ALL;
  }

  private static List<PublishedFile> caffe() {
    return List.of(
        caffe(
            "vgg16",
            "vgg",
            VGG,
            "VGG_ILSVRC_16_layers.caffemodel",
            "9363e1f6d65f7dba68c4f27a1e62105cdf6c4e24",
            553_432_081,
            "CC BY 4.0"),
        caffe(
            "vgg19",
            "vgg",
            VGG,
            "VGG_ILSVRC_19_layers.caffemodel",
            "239785e7862442717d831f682bb824055e51e9ba",
            574_671_192,
            "CC BY 4.0"),
        caffe(
            "alexnet",
            "bvlc",
            BVLC,
            "bvlc_alexnet.caffemodel",
            "9116a64c0fbe4459d18f4bb6b56d647b63920377",
            UNKNOWN,
            "unrestricted use"),
        caffe(
            "googlenet",
            "bvlc",
            BVLC,
            "bvlc_googlenet.caffemodel",
            "405fc5acd08a3bb12de8ee5e23a96bec22f08204",
            53_533_754,
            "unrestricted use"),
        new PublishedFile(
            "resnet50-caffe",
            "he",
            "Caffe",
            URI.create(HE),
            true,
            "ResNet-50-model.caffemodel",
            new Checksum(Checksum.Kind.SHA1, "b7c79ccc21ad0479cddc0dd78b1d20c4d722908d"),
            OptionalLong.empty(),
            "MIT"));
  }

  private static PublishedFile caffe(
      String network,
      String publisher,
      String folder,
      String name,
      String sha1,
      long size,
      String licence) {
    return file(
        network,
        publisher,
        "Caffe",
        folder + name,
        new Checksum(Checksum.Kind.SHA1, sha1),
        size,
        licence);
  }

  private static List<PublishedFile> torchvision() {
    return List.of(
        torchvision(
            "vgg16",
            "vgg16-397923af.pth",
            "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
            553_433_881),
        torchvision(
            "vgg19",
            "vgg19-dcbb9e9d.pth",
            "dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
            574_673_361),
        torchvision(
            "alexnet-torchvision",
            "alexnet-owt-7be5be79.pth",
            "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02",
            244_408_911),
        torchvision("alexnet-torchvision", "alexnet-owt-4df8aa71.pth"),
        torchvision(
            "resnet18",
            "resnet18-f37072fd.pth",
            "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec",
            46_830_571),
        torchvision("resnet18", "resnet18-5c106cde.pth"),
        torchvision(
            "resnet34",
            "resnet34-b627a593.pth",
            "b627a593bcbe140c234610266fe4f8ae95ea42fc881d091c9b6052e6b1d0590f",
            UNKNOWN),
        torchvision("resnet34", "resnet34-333f7ec4.pth"),
        torchvision(
            "resnet50",
            "resnet50-0676ba61.pth",
            "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a",
            102_530_333),
        torchvision("resnet50", "resnet50-19c8e357.pth"),
        // The newer recipe (IMAGENET1K_V2): other numbers than any paper's.
        torchvision("resnet50", "resnet50-11ad3fa6.pth"),
        torchvision(
            "resnet101",
            "resnet101-63fe2227.pth",
            "63fe2227b86e8f1f2063f43a75c84d195911b6a0eace650907dd3dc62dd49a0a",
            UNKNOWN),
        torchvision("resnet101", "resnet101-5d3b4d8f.pth"),
        torchvision("resnet152", "resnet152-394f9c45.pth"),
        torchvision("resnet152", "resnet152-b121ed2d.pth"),
        torchvision(
            "squeezenet1_1",
            "squeezenet1_1-b8a52dc0.pth",
            "b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b",
            4_958_839),
        torchvision("squeezenet1_1", "squeezenet1_1-f364aa15.pth"));
  }

  private static PublishedFile torchvision(String network, String name) {
    return torchvision(
        network,
        name,
        new Checksum(Checksum.Kind.SHA256_PREFIX, name.replaceAll(".*-([0-9a-f]{8})\\.pth", "$1")),
        UNKNOWN);
  }

  private static PublishedFile torchvision(String network, String name, String sha256, long size) {
    return torchvision(network, name, Checksum.sha256(sha256), size);
  }

  private static PublishedFile torchvision(
      String network, String name, Checksum checksum, long size) {
    return file(
        network,
        "torchvision",
        "PyTorch",
        TORCHVISION + name,
        checksum,
        size,
        "code BSD-3-Clause, none stated for the weights");
  }

  private static List<PublishedFile> keras() {
    return List.of(
        keras(
            "vgg16",
            "vgg16/vgg16",
            "64373286793e3c8b2b4e3219cbf3544b",
            553_467_096,
            "CC BY 4.0 (from VGG's)"),
        keras(
            "vgg19",
            "vgg19/vgg19",
            "cbe5617147190e668d6c5d5026f83318",
            574_710_816,
            "CC BY 4.0 (from VGG's)"),
        keras(
            "resnet50-keras",
            "resnet/resnet50",
            "2cb95161c43110f7111970584f804107",
            102_967_424,
            "MIT (from He's)"),
        new PublishedFile(
            "resnet50-keras-old",
            "keras",
            "Keras HDF5",
            URI.create(KERAS_OLD + "resnet50_weights_tf_dim_ordering_tf_kernels.h5"),
            false,
            // The new file has the same name.
            "resnet50_v0.2_weights_tf_dim_ordering_tf_kernels.h5",
            new Checksum(Checksum.Kind.MD5, "a7b3fe01876f51b976af0dea6bc144eb"),
            OptionalLong.empty(),
            "MIT (from He's)"));
  }

  private static PublishedFile keras(
      String network, String path, String md5, long size, String licence) {
    return file(
        network,
        "keras",
        "Keras HDF5",
        KERAS + path + "_weights_tf_dim_ordering_tf_kernels.h5",
        new Checksum(Checksum.Kind.MD5, md5),
        size,
        licence);
  }

  /** Whole networks, graph and all. */
  private static List<PublishedFile> dl4j() {
    return List.of(
        dl4j("vgg16", "vgg16_dl4j_inference.zip", 3501732770L),
        dl4j("vgg16-cifar10", "vgg16_dl4j_cifar10_inference.v1.zip", 2192260131L),
        dl4j("vgg16-vggface", "vgg16_dl4j_vggface_inference.v1.zip", 2706403553L),
        dl4j("vgg19", "vgg19_dl4j_inference.zip", 2782932419L),
        dl4j("resnet50", "resnet50_dl4j_inference.v3.zip", 3914447815L),
        dl4j("squeezenet", "squeezenet_dl4j_inference.v2.zip", 3711411239L),
        dl4j("xception", "xception_dl4j_inference.v2.zip", 3277876097L),
        dl4j("darknet19", "darknet19_dl4j_inference.v2.zip", 691100891L),
        dl4j("darknet19-448", "darknet19_448_dl4j_inference.v2.zip", 1054319943L),
        dl4j("nasnet", "nasnetmobile_dl4j_inference.v1.zip", 3082463801L),
        dl4j("nasnet-large", "nasnetlarge_dl4j_inference.v1.zip", 321395591L),
        dl4j("lenet", "lenet_dl4j_mnist_inference.zip", 1906861161L),
        dl4j("tinyyolo", "tiny-yolo-voc_dl4j_inference.v2.zip", 1256226465L),
        dl4j("yolo2", "yolo2_dl4j_inference.v3.zip", 3658373840L),
        dl4j("unet", "unet_dl4j_segment_inference.v1.zip", 712347958L));
  }

  private static PublishedFile dl4j(String zooModel, String name, long adler32) {
    return file(
        "dl4j-" + zooModel,
        "dl4j",
        "DL4J zip",
        DL4J + name,
        Checksum.adler32(adler32),
        UNKNOWN,
        "code Apache-2.0, none stated for the weights");
  }

  private static PublishedFile file(
      String network,
      String publisher,
      String format,
      String address,
      Checksum checksum,
      long size,
      String licence) {
    return new PublishedFile(
        network,
        publisher,
        format,
        URI.create(address),
        false,
        address.substring(address.lastIndexOf('/') + 1),
        checksum,
        size == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(size),
        licence);
  }
}
