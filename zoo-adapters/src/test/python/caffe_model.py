"""Writes the Caffe models that CaffeModelTest reads, and what is in them.

Run by hand: /usr/bin/python3 caffe_model.py. The files were written with protoc 3.21.12, protobuf 4.21.12 and
numpy 1.24.2 on Python 3.11.2.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).parent
OUT = HERE.parent / "resources/org/gradcam4j/zoo/weights"
with tempfile.TemporaryDirectory() as generated:
    subprocess.run(["protoc", "--python_out", generated, "-I", HERE, "caffe_subset.proto"], check=True)
    sys.path.insert(0, generated)
    import caffe_subset_pb2 as caffe

random = np.random.RandomState(11)
CONVOLUTION, INNER_PRODUCT, SPLIT, RELU = 4, 14, 22, 18


def numbers(*shape):
    return random.uniform(-1, 1, shape).astype("f4")


def entry(value):
    value = np.asarray(value)
    return {"shape": list(value.shape), "values": [float(v) for v in value.ravel()]}


def legacy(blob, value):
    """Always four sizes: leading ones are put before those that there are."""
    sizes = (1,) * (4 - value.ndim) + value.shape
    blob.num, blob.channels, blob.height, blob.width = sizes
    blob.data.extend(value.ravel())


def shaped(blob, value, double=False):
    blob.shape.dim.extend(value.shape)
    (blob.double_data if double else blob.data).extend(value.ravel())


def v1():
    net = caffe.NetParameter(name="v1", input=["data"])
    expected = {}
    for name, kind, weight, bias in [
        # Groups: four outputs a group see three inputs each.
        ("conv1", CONVOLUTION, numbers(8, 3, 3, 2), numbers(8)),
        # One output and one input: leading ones that stay.
        ("conv2", CONVOLUTION, numbers(1, 1, 2, 2), numbers(1)),
        ("relu1", RELU, None, None),
        ("conv1_split", SPLIT, None, None),
        ("fc6", INNER_PRODUCT, numbers(5, 12), numbers(5)),
        ("fc7", INNER_PRODUCT, numbers(1, 5), numbers(1)),
    ]:
        layer = net.layers.add(name=name, type=kind, bottom=["x"], top=["y"])
        if weight is not None:
            legacy(layer.blobs.add(), weight)
            legacy(layer.blobs.add(), bias)
            # A trained model may hold gradients too.
            layer.blobs[0].diff.extend(weight.ravel() * 2)
            expected[name + ".weight"] = entry(weight)
            expected[name + ".bias"] = entry(bias)
    (OUT / "caffe-v1.caffemodel").write_bytes(net.SerializeToString())
    return expected


def v2():
    net = caffe.NetParameter(name="v2", input=["data"])
    expected = {}

    def add(name, kind, *blobs, double=False):
        layer = net.layer.add(name=name, type=kind, bottom=["x"], top=["y"])
        for value in blobs:
            shaped(layer.blobs.add(), value, double)
        return layer

    weight, bias = numbers(4, 3, 2, 3), numbers(4)
    add("conv1", "Convolution", weight, bias)
    expected["conv1.weight"], expected["conv1.bias"] = entry(weight), entry(bias)
    add("relu1", "ReLU")
    mean, variance, factor = numbers(4), numbers(4) ** 2, np.float32([0.999])
    add("bn1", "BatchNorm", mean, variance, factor)
    scale = np.float64(factor[0])
    expected["bn1.running_mean"] = entry(mean.astype("f8") / scale)
    expected["bn1.running_var"] = entry(variance.astype("f8") / scale)
    gamma, beta = numbers(4), numbers(4)
    add("scale1", "Scale", gamma, beta)
    expected["scale1.weight"], expected["scale1.bias"] = entry(gamma), entry(beta)
    add("bn2", "BatchNorm", numbers(3), numbers(3), np.float32([0]))
    expected["bn2.running_mean"] = expected["bn2.running_var"] = entry(np.zeros(3))
    weight = numbers(3, 4, 1, 1)
    add("conv2", "Convolution", weight)
    expected["conv2.weight"] = entry(weight)
    weight, bias = random.uniform(-1, 1, (5, 6)), random.uniform(-1, 1, 5)
    add("fc", "InnerProduct", weight, bias, double=True).inner_product_param.num_output = 5
    expected["fc.weight"], expected["fc.bias"] = entry(weight), entry(bias)
    # Upgraded from V1: four sizes, in a layer of V2.
    layer = net.layer.add(name="fc8", type="InnerProduct")
    weight, bias = numbers(2, 5), numbers(2)
    legacy(layer.blobs.add(), weight)
    legacy(layer.blobs.add(), bias)
    expected["fc8.weight"], expected["fc8.bias"] = entry(weight), entry(bias)
    slope = numbers(4)
    add("prelu", "PReLU", slope)
    expected["prelu.blob0"] = entry(slope)
    (OUT / "caffe-v2.caffemodel").write_bytes(net.SerializeToString())
    return expected


def loose():
    net = caffe.LooseNetParameter(name="loose")
    weight, bias = numbers(4, 3, 2, 3), numbers(4)
    layer = net.layer.add(name="conv1", type="Convolution")
    shaped(layer.blobs.add(), weight)
    shaped(layer.blobs.add(), bias)
    (OUT / "caffe-loose.caffemodel").write_bytes(net.SerializeToString())
    return {"conv1.weight": entry(weight), "conv1.bias": entry(bias)}


def bad():
    def one(name, *values, kind="InnerProduct", layer_name="fc", twice=False, shape=None, transpose=False):
        net = caffe.NetParameter()
        for _ in range(2 if twice else 1):
            layer = net.layer.add(name=layer_name, type=kind)
            for value in values:
                shaped(layer.blobs.add(), value)
            if shape is not None:
                layer.blobs[0].shape.dim[:] = shape
            if transpose:
                layer.inner_product_param.transpose = True
        (OUT / f"caffe-{name}.caffemodel").write_bytes(net.SerializeToString())

    one("twice", numbers(2, 2), twice=True)
    one("too-few", numbers(2, 2), shape=[2, 3])
    one("huge", numbers(2, 2), shape=[1 << 40, 1 << 40])
    one("negative", numbers(2, 2), shape=[-2, -2])
    one("rank", numbers(2, 2, 2))
    one("three-blobs", numbers(2, 2), numbers(2), numbers(2))
    one("no-factor", numbers(2), numbers(2), kind="BatchNorm")
    one("control", numbers(2, 2), layer_name="fc\nfc")
    one("transposed", numbers(2, 2), transpose=True)
    net = caffe.NetParameter()
    legacy(net.layers.add().layer.blobs.add(), numbers(2, 2))
    (OUT / "caffe-v0.caffemodel").write_bytes(net.SerializeToString())
    (OUT / "caffe-none.caffemodel").write_bytes(caffe.NetParameter(name="none").SerializeToString())


if __name__ == "__main__":
    (OUT / "caffe.json").write_text(json.dumps({"v1": v1(), "v2": v2(), "loose": loose()}))
    bad()
