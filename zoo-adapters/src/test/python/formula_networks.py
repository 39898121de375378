"""Published networks with weights from a formula, computed by PyTorch in double precision.

    python3 formula_networks.py [id ...]

writes, into src/test/resources/org/gradcam4j/zoo/formula, for each network

    <id>.arrays.txt   its arrays: shape and name, a column for each publisher who names them otherwise
    <id>.logits.npy   the logits [1000]
    <id>.deep.npy     the Grad-CAM map of the highest class at the last convolutional layer
    <id>.shallow.npy  the same at a shallow layer

Maps are signed (before ReLU); a channel's weight is the mean of the gradients over the cells.

The architectures are written here from their papers and prototxt files with torch.nn.functional
alone. Every array is a hash of its name (first column), so that an array in a wrong place shows:

    stream = CRC-32 of the name ("input" for the input)
    h = (i + 1) * 2654435761 + stream * 40503 * 65536          (64 bits, unsigned)
    h = (h ^ (h >> 15)) & 0xFFFFFFFF
    h = (h * 2246822519) & 0xFFFFFFFF
    h = h ^ (h >> 13)
    u = 2 h / 2^32 - 1

    weight of a convolution or dense layer   float32(sqrt(6 / fan_in) u)
    weight of a batch normalisation          float32(0.5 + 0.1 u)
    bias                                     float32(0.1 u)
    running_mean                             float32(u)
    running_var                              float32(0.5 + |u|)
    input [3, height, width]                 float32(100 u)

Written with Debian 12: PyTorch 1.13.1, NumPy 1.24.2, Python 3.11.
"""

import math
import pathlib
import sys
import zlib

import numpy as np
import torch
import torch.nn.functional as F

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources/org/gradcam4j/zoo/formula"


def uniform(name, count):
    """Numbers in [-1, 1) from the hash of a name and their positions."""
    offset = zlib.crc32(name.encode()) * 40503 * 65536 % 2**64
    result = np.empty(count)
    for start in range(0, count, 1 << 22):
        i = np.arange(start, min(count, start + (1 << 22)), dtype=np.uint64)
        h = (i + np.uint64(1)) * np.uint64(2654435761) + np.uint64(offset)
        h = (h ^ (h >> np.uint64(15))) & np.uint64(0xFFFFFFFF)
        h = (h * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
        h = h ^ (h >> np.uint64(13))
        result[start : start + len(i)] = 2 * h.astype(np.float64) / 2**32 - 1
    return result


def tensor(values, shape):
    return torch.from_numpy(values.astype(np.float32).astype(np.float64)).reshape(shape)


class Network:
    """A forward pass that makes its arrays as it needs them, and keeps some activations."""

    def __init__(self):
        self.arrays = {}
        self.kept = {}

    def array(self, name, *shape):
        assert name not in self.arrays, name
        self.arrays[name] = shape
        kind = name.rsplit(".", 1)[1]
        u = uniform(name, math.prod(shape))
        if kind == "running_var":
            return tensor(0.5 + np.abs(u), shape)
        if kind == "running_mean":
            return tensor(u, shape)
        if kind == "bias":
            return tensor(0.1 * u, shape)
        if len(shape) == 1:
            return tensor(0.5 + 0.1 * u, shape)
        return tensor(math.sqrt(6 / math.prod(shape[1:])) * u, shape)

    def conv(self, x, name, out, kernel, stride=1, padding=0, bias=True):
        weight = self.array(name + ".weight", out, x.shape[1], kernel, kernel)
        return F.conv2d(
            x, weight, self.array(name + ".bias", out) if bias else None, stride, padding)

    def conv_relu(self, x, name, out, kernel, stride=1, padding=0):
        return F.relu(self.conv(x, name, out, kernel, stride, padding))

    def norm(self, x, layer, epsilon, statistics=None):
        """Batch normalisation; Caffe has the statistics in a layer of their own."""
        gamma, beta = (self.array(f"{layer}.{k}", x.shape[1]) for k in ("weight", "bias"))
        mean, variance = (
            self.array(f"{statistics or layer}.{k}", x.shape[1])
            for k in ("running_mean", "running_var"))
        gamma, beta, mean, variance = (
            v.reshape(1, -1, 1, 1) for v in (gamma, beta, mean, variance))
        return gamma * (x - mean) / (variance + epsilon).sqrt() + beta

    def dense(self, x, name, out):
        return F.linear(
            x, self.array(name + ".weight", out, x.shape[1]), self.array(name + ".bias", out))

    def keep(self, place, x):
        self.kept[place] = x
        return x


def vgg(convolutions, shallow):
    def forward(net, x):
        for stage, count in enumerate(convolutions, 1):
            for i in range(1, count + 1):
                x = net.conv_relu(x, f"conv{stage}_{i}", min(512, 32 << stage), 3, padding=1)
                place = f"{stage}_{i}"
                if place in (shallow, f"5_{count}"):
                    net.keep("shallow" if place == shallow else "deep", x)
            x = F.max_pool2d(x, 2, 2)
        x = F.relu(net.dense(x.flatten(1), "fc6", 4096))
        x = F.relu(net.dense(x, "fc7", 4096))
        return net.dense(x, "fc8", 1000)

    return forward


def vgg_names(convolutions):
    """Caffe's names of the layers in torchvision's, Keras's and timm's; timm's dense layers are
    convolutions of the last maps."""
    torchvision, keras, timm = {}, {}, {}
    position = 0
    for stage, count in enumerate(convolutions, 1):
        for i in range(1, count + 1):
            layer = f"conv{stage}_{i}"
            torchvision[layer] = timm[layer] = f"features.{position}"
            keras[layer] = f"block{stage}_conv{i}"
            position += 2
        position += 1
    torchvision.update(fc6="classifier.0", fc7="classifier.3", fc8="classifier.6")
    keras.update(fc6="fc1", fc7="fc2", fc8="predictions")
    timm.update(fc6="pre_logits.fc1", fc7="pre_logits.fc2", fc8="head.fc")
    return torchvision, keras, timm


def caffe_normalization(x):
    """Across 5 channels, alpha 1e-4 on their mean square, beta 0.75, k 1."""
    squares = F.pad(x * x, (0, 0, 0, 0, 2, 2))
    sums = sum(squares[:, i : i + x.shape[1]] for i in range(5))
    return x / (1 + 1e-4 / 5 * sums) ** 0.75


def alexnet_caffe(net, x):
    def grouped(x, name, out, kernel):
        weight = net.array(name + ".weight", out, x.shape[1] // 2, kernel, kernel)
        return F.relu(
            F.conv2d(x, weight, net.array(name + ".bias", out), padding=kernel // 2, groups=2))

    x = F.max_pool2d(caffe_normalization(net.conv_relu(x, "conv1", 96, 11, 4)), 3, 2)
    x = net.keep("shallow", caffe_normalization(grouped(x, "conv2", 256, 5)))
    x = net.conv_relu(F.max_pool2d(x, 3, 2), "conv3", 384, 3, padding=1)
    x = net.keep("deep", grouped(grouped(x, "conv4", 384, 3), "conv5", 256, 3))
    x = F.relu(net.dense(F.max_pool2d(x, 3, 2).flatten(1), "fc6", 4096))
    return net.dense(F.relu(net.dense(x, "fc7", 4096)), "fc8", 1000)


def googlenet(net, x):
    """bvlc_googlenet's deploy.prototxt: poolings with stride 2 round up."""

    def inception(x, name, *channels):
        c1, r3, c3, r5, c5, p = channels
        name = f"inception_{name}/"
        return torch.cat(
            (
                net.conv_relu(x, name + "1x1", c1, 1),
                net.conv_relu(net.conv_relu(x, name + "3x3_reduce", r3, 1), name + "3x3", c3, 3, 1, 1),
                net.conv_relu(net.conv_relu(x, name + "5x5_reduce", r5, 1), name + "5x5", c5, 5, 1, 2),
                net.conv_relu(F.max_pool2d(x, 3, 1, 1), name + "pool_proj", p, 1)),
            1)

    def pool(x):
        return F.max_pool2d(x, 3, 2, ceil_mode=True)

    x = caffe_normalization(pool(net.conv_relu(x, "conv1/7x7_s2", 64, 7, 2, 3)))
    x = net.conv_relu(net.conv_relu(x, "conv2/3x3_reduce", 64, 1), "conv2/3x3", 192, 3, 1, 1)
    x = net.keep("shallow", pool(caffe_normalization(x)))
    x = inception(x, "3a", 64, 96, 128, 16, 32, 32)
    x = pool(inception(x, "3b", 128, 128, 192, 32, 96, 64))
    x = inception(x, "4a", 192, 96, 208, 16, 48, 64)
    x = inception(x, "4b", 160, 112, 224, 24, 64, 64)
    x = inception(x, "4c", 128, 128, 256, 24, 64, 64)
    x = inception(x, "4d", 112, 144, 288, 32, 64, 64)
    x = pool(inception(x, "4e", 256, 160, 320, 32, 128, 128))
    x = inception(x, "5a", 256, 160, 320, 32, 128, 128)
    x = net.keep("deep", inception(x, "5b", 384, 192, 384, 48, 128, 128))
    return net.dense(F.avg_pool2d(x, 7).flatten(1), "loss3/classifier", 1000)


def squeezenet(net, x):
    def fire(x, position, squeeze, expand):
        name = f"features.{position}."
        x = net.conv_relu(x, name + "squeeze", squeeze, 1)
        return torch.cat(
            (
                net.conv_relu(x, name + "expand1x1", expand, 1),
                net.conv_relu(x, name + "expand3x3", expand, 3, 1, 1)),
            1)

    def pool(x):
        return F.max_pool2d(x, 3, 2, ceil_mode=True)

    x = pool(net.conv_relu(x, "features.0", 64, 3, 2))
    x = net.keep("shallow", pool(fire(fire(x, 3, 16, 64), 4, 16, 64)))
    x = pool(fire(fire(x, 6, 32, 128), 7, 32, 128))
    x = fire(fire(fire(fire(x, 9, 48, 192), 10, 48, 192), 11, 64, 256), 12, 64, 256)
    return net.conv_relu(net.keep("deep", x), "classifier.1", 1000, 1).mean((2, 3))


def alexnet_torchvision(net, x):
    x = net.conv_relu(x, "features.0", 64, 11, 4, 2)
    x = net.keep("shallow", F.max_pool2d(x, 3, 2))
    x = F.max_pool2d(net.conv_relu(x, "features.3", 192, 5, padding=2), 3, 2)
    x = net.conv_relu(x, "features.6", 384, 3, padding=1)
    x = net.conv_relu(x, "features.8", 256, 3, padding=1)
    x = net.keep("deep", net.conv_relu(x, "features.10", 256, 3, padding=1))
    x = F.adaptive_avg_pool2d(F.max_pool2d(x, 3, 2), (6, 6)).flatten(1)
    x = F.relu(net.dense(x, "classifier.1", 4096))
    x = F.relu(net.dense(x, "classifier.4", 4096))
    return net.dense(x, "classifier.6", 1000)


def resnet_torchvision(blocks, bottleneck):
    """Version 1.5: a bottleneck's stride is in its 3x3 convolution."""

    def conv_norm(net, x, conv, norm, out, kernel, stride=1):
        x = net.conv(x, conv, out, kernel, stride, kernel // 2, bias=False)
        return net.norm(x, norm, 1e-5)

    def forward(net, x):
        x = F.relu(conv_norm(net, x, "conv1", "bn1", 64, 7, 2))
        x = F.max_pool2d(x, 3, 2, 1)
        for stage, count in enumerate(blocks):
            width = 64 * 2**stage
            for block in range(count):
                name = f"layer{stage + 1}.{block}"
                stride = 2 if block == 0 and stage > 0 else 1
                layers = (
                    ((width, 1, 1), (width, 3, stride), (4 * width, 1, 1))
                    if bottleneck
                    else ((width, 3, stride), (width, 3, 1)))
                y = x
                for i, layer in enumerate(layers, 1):
                    y = conv_norm(net, y, f"{name}.conv{i}", f"{name}.bn{i}", *layer)
                    y = F.relu(y) if i < len(layers) else y
                if y.shape != x.shape:
                    x = conv_norm(
                        net, x, f"{name}.downsample.0", f"{name}.downsample.1", y.shape[1], 1,
                        stride)
                x = F.relu(x + y)
            if stage == 1:
                net.keep("shallow", x)
        return net.dense(net.keep("deep", x).mean((2, 3)), "fc", 1000)

    return forward


def resnet50_original(publisher):
    """The paper's strides, in the first 1x1 convolution, as Keras and the authors have it."""
    epsilon = {"keras": 1.001e-5, "keras-old": 1e-3, "caffe": 1e-5}[publisher]

    def names(stage, block, branch):
        """A convolution's, its normalisation's, and that of the layer of its statistics."""
        if publisher == "keras":
            number = {"1": 0, "2a": 1, "2b": 2, "2c": 3}[branch]
            base = f"conv{stage}_block{block + 1}_{number}"
            return base + "_conv", base + "_bn", None
        base = f"{stage}{'abcdef'[block]}_branch{branch}"
        if publisher == "caffe":
            return "res" + base, "scale" + base, "bn" + base
        return "res" + base, "bn" + base, None

    def conv_norm(net, x, place, out, kernel, stride=1):
        conv, norm, statistics = names(*place)
        padding = 1 if kernel == 3 else 0
        x = net.conv(x, conv, out, kernel, stride, padding, bias=publisher != "caffe")
        return net.norm(x, norm, epsilon, statistics)

    def forward(net, x):
        stem = {
            "keras": ("conv1_conv", "conv1_bn", None),
            "keras-old": ("conv1", "bn_conv1", None),
            "caffe": ("conv1", "scale_conv1", "bn_conv1"),
        }[publisher]
        x = net.conv(F.pad(x, (3, 3, 3, 3)), stem[0], 64, 7, 2)
        x = F.relu(net.norm(x, stem[1], epsilon, stem[2]))
        if publisher == "caffe":
            x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        else:
            x = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)
        for stage, count in zip((2, 3, 4, 5), (3, 4, 6, 3)):
            width = 64 * 2 ** (stage - 2)
            for block in range(count):
                stride = 2 if block == 0 and stage > 2 else 1
                shortcut = x
                if block == 0:
                    shortcut = conv_norm(net, x, (stage, block, "1"), 4 * width, 1, stride)
                x = F.relu(conv_norm(net, x, (stage, block, "2a"), width, 1, stride))
                x = F.relu(conv_norm(net, x, (stage, block, "2b"), width, 3))
                x = F.relu(conv_norm(net, x, (stage, block, "2c"), 4 * width, 1) + shortcut)
            if stage == 3:
                net.keep("shallow", x)
        dense = "predictions" if publisher == "keras" else "fc1000"
        return net.dense(F.avg_pool2d(net.keep("deep", x), 7).flatten(1), dense, 1000)

    return forward


VGG_16, VGG_19 = (2, 2, 3, 3, 3), (2, 2, 4, 4, 4)
TIMM_SHAPES = {"fc6.weight": (4096, 512, 7, 7), "fc7.weight": (4096, 4096, 1, 1)}

# For each network: its forward pass, the rows of its input, other publishers' names.
NETWORKS = {
    "vgg16": (vgg(VGG_16, "4_3"), 224, vgg_names(VGG_16)),
    "vgg19": (vgg(VGG_19, "4_4"), 224, vgg_names(VGG_19)),
    "alexnet": (alexnet_caffe, 227, ()),
    "googlenet": (googlenet, 224, ()),
    "squeezenet1_1": (squeezenet, 224, ()),
    "alexnet-torchvision": (alexnet_torchvision, 224, ()),
    "resnet18": (resnet_torchvision((2, 2, 2, 2), False), 224, ()),
    "resnet34": (resnet_torchvision((3, 4, 6, 3), False), 224, ()),
    "resnet50": (resnet_torchvision((3, 4, 6, 3), True), 224, ()),
    "resnet101": (resnet_torchvision((3, 4, 23, 3), True), 224, ()),
    "resnet152": (resnet_torchvision((3, 8, 36, 3), True), 224, ()),
    "resnet50-keras": (resnet50_original("keras"), 224, ({"predictions": "probs"},)),
    "resnet50-keras-old": (resnet50_original("keras-old"), 224, ()),
    "resnet50-caffe": (resnet50_original("caffe"), 224, ()),
}


def listing(arrays, others):
    lines = []
    for name, shape in arrays.items():
        layer, kind = name.rsplit(".", 1)
        words = ["x".join(map(str, shape)), name]
        for names in others:
            word = f"{names.get(layer, layer)}.{kind}"
            if "pre_logits" in word and kind == "weight":
                word += ":" + "x".join(map(str, TIMM_SHAPES[name]))
            words.append(word)
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"


def write(network):
    forward, size, others = NETWORKS[network]
    net = Network()
    x = tensor(100 * uniform("input", 3 * size * size), (1, 3, size, size)).requires_grad_()
    logits = forward(net, x)[0]
    top = int(logits.argmax())
    for place in ("deep", "shallow"):
        activation = net.kept[place]
        (gradient,) = torch.autograd.grad(logits[top], activation, retain_graph=True)
        map_ = (gradient.mean((2, 3), keepdim=True) * activation).sum(1)[0].detach().numpy()
        np.save(OUT / f"{network}.{place}.npy", map_.astype(np.float32))
    np.save(OUT / f"{network}.logits.npy", logits.detach().numpy().astype(np.float32))
    (OUT / f"{network}.arrays.txt").write_text(listing(net.arrays, others))
    parameters = sum(math.prod(s) for n, s in net.arrays.items() if ".running_" not in n)
    print(f"{network}: {parameters} parameters, class {top}, logit {float(logits[top]):.6g}")


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for network in sys.argv[1:] or NETWORKS:
        write(network)
