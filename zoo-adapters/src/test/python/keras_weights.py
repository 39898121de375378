"""Writes the Keras weight files that KerasWeightsTest and WeightLoaderTest read, and what is in them.

Run by hand: /usr/bin/python3 keras_weights.py. The files were written with h5py 3.7.0 (HDF5 1.10.8), numpy 1.24.2
and torch 1.13.0 on Python 3.11.2.
"""
import json
import pathlib
import zlib

import h5py
import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
OUT = HERE.parent / "resources/org/gradcam4j/zoo/weights"
random = np.random.RandomState(7)


def numbers(*shape, dtype="<f4"):
    return random.uniform(-1, 1, shape).astype(dtype)


def names(group, key, values):
    # As Keras does: bytes of a fixed length; an empty list is an array of no float64.
    group.attrs[key] = np.asarray([v.encode() for v in values])


def write_layers(root, layers, **options):
    names(root, "layer_names", layers)
    for layer, weights in layers.items():
        group = root.create_group(layer)
        names(group, "weight_names", weights)
        for name, value in weights.items():
            group.create_dataset(name, data=value, **(options if value.size > 8 else {}))


def flat(value):
    return [float(v) for v in np.asarray(value, dtype="f8").ravel()]


def expected(layers, roles):
    found = {}
    for name, (layer, weight) in roles.items():
        value = layers[layer][weight]
        found[name] = {"shape": list(value.shape), "values": flat(value)}
    return found


LAYERS = {
    "input_1": {},
    # keras-applications' VGG files.
    "block1_conv1": {"block1_conv1_W_1:0": numbers(3, 3, 2, 5), "block1_conv1_b_1:0": numbers(5)},
    # Its first ResNet-50 files: running_std holds the variance.
    "bn2a_branch2a": {
        "bn2a_branch2a_1/gamma:0": numbers(5),
        "bn2a_branch2a_1/beta:0": numbers(5),
        "bn2a_branch2a_1/running_mean:0": numbers(5),
        "bn2a_branch2a_1/running_std:0": numbers(5),
    },
    # Its later files.
    "conv1_conv": {"conv1_conv/kernel:0": numbers(1, 2, 5, 3, dtype="<f8"), "conv1_conv/bias:0": numbers(3, dtype=">f4")},
    "conv1_bn": {
        "conv1_bn/gamma:0": numbers(3, dtype="<f2"),
        "conv1_bn/beta:0": numbers(3),
        "conv1_bn/moving_mean:0": numbers(3),
        "conv1_bn/moving_variance:0": numbers(3),
    },
    "flatten": {},
    "predictions": {"predictions/kernel:0": numbers(36, 7), "predictions/bias:0": numbers(7), "seed:0": np.arange(2)},
    # A weight that has no name elsewhere keeps its own.
    "sepconv": {"sepconv/depthwise_kernel:0": numbers(3, 3, 5, 1)},
}
ROLES = {
    "block1_conv1.weight": ("block1_conv1", "block1_conv1_W_1:0"),
    "block1_conv1.bias": ("block1_conv1", "block1_conv1_b_1:0"),
    "bn2a_branch2a.weight": ("bn2a_branch2a", "bn2a_branch2a_1/gamma:0"),
    "bn2a_branch2a.bias": ("bn2a_branch2a", "bn2a_branch2a_1/beta:0"),
    "bn2a_branch2a.running_mean": ("bn2a_branch2a", "bn2a_branch2a_1/running_mean:0"),
    "bn2a_branch2a.running_var": ("bn2a_branch2a", "bn2a_branch2a_1/running_std:0"),
    "conv1_conv.weight": ("conv1_conv", "conv1_conv/kernel:0"),
    "conv1_conv.bias": ("conv1_conv", "conv1_conv/bias:0"),
    "conv1_bn.weight": ("conv1_bn", "conv1_bn/gamma:0"),
    "conv1_bn.bias": ("conv1_bn", "conv1_bn/beta:0"),
    "conv1_bn.running_mean": ("conv1_bn", "conv1_bn/moving_mean:0"),
    "conv1_bn.running_var": ("conv1_bn", "conv1_bn/moving_variance:0"),
    "predictions.weight": ("predictions", "predictions/kernel:0"),
    "predictions.bias": ("predictions", "predictions/bias:0"),
    "sepconv.depthwise_kernel": ("sepconv", "sepconv/depthwise_kernel:0"),
}


def good():
    with h5py.File(OUT / "keras.h5", "w") as f:
        write_layers(f, LAYERS)
    with h5py.File(OUT / "keras-gzip.h5", "w") as f:
        write_layers(f, LAYERS, compression="gzip", chunks=True)
    with h5py.File(OUT / "keras-shuffle.h5", "w") as f:
        names(f, "layer_names", ["dense", "conv", "plain", "packed"])
        for layer, shape, chunks, options in [
            ("dense", (36, 7), (5, 3), {"compression": "gzip", "shuffle": True}),
            ("conv", (3, 3, 2, 5), (2, 2, 2, 4), {"compression": "gzip", "shuffle": True}),
            ("plain", (36, 7), (8, 7), {}),
            ("packed", (36, 7), (36, 7), {"shuffle": True}),
        ]:
            group = f.create_group(layer)
            names(group, "weight_names", ["kernel:0"])
            group.create_dataset("kernel:0", data=numbers(*shape), chunks=chunks, **options)
        packed = {n.decode(): f[n]["kernel:0"][()] for n in f.attrs["layer_names"]}
    with h5py.File(OUT / "keras-model.h5", "w") as f:
        f.attrs["keras_version"] = b"2.2.4"
        f.attrs["backend"] = b"tensorflow"
        f.attrs["model_config"] = json.dumps({"class_name": "Sequential"}).encode()
        weights = f.create_group("model_weights")
        weights.attrs["backend"] = b"tensorflow"
        write_layers(weights, LAYERS)
        f.create_group("optimizer_weights").create_dataset("iterations:0", data=np.int64(3))
    content = {"keras": expected(LAYERS, ROLES)}
    content["shuffle"] = {n + ".weight": {"shape": list(v.shape), "values": flat(v)} for n, v in packed.items()}
    (OUT / "keras.json").write_text(json.dumps(content))


def one(name, write, root=lambda f: f, libver=None):
    with h5py.File(OUT / name, "w", libver=libver) as f:
        names(root(f), "layer_names", ["dense"])
        group = root(f).create_group("dense")
        names(group, "weight_names", ["kernel:0"])
        write(group)


def bad():
    one("keras-external-link.h5", lambda g: g.__setitem__("kernel:0", h5py.ExternalLink("/etc/other.h5", "/kernel")))
    one("keras-soft-link.h5", lambda g: g.__setitem__("kernel:0", h5py.SoftLink("/elsewhere")))
    one("keras-external-data.h5", lambda g: g.create_dataset("kernel:0", (8, 8), "<f4", external=[("keras.h5", 0, 256)]))
    one("keras-variable.h5", lambda g: g.create_dataset("kernel:0", (2,), h5py.vlen_dtype(np.float32)))
    one("keras-compound.h5", lambda g: g.create_dataset("kernel:0", (2,), [("a", "<f4"), ("b", "<f4")]))
    one("keras-no-data.h5", lambda g: g.create_dataset("kernel:0", (1 << 20, 1 << 20), "<f4"))
    one("keras-no-chunks.h5", lambda g: g.create_dataset("kernel:0", (1 << 20, 1 << 20), "<f4", chunks=(1024, 1024)))
    one("keras-fletcher.h5", lambda g: g.create_dataset("kernel:0", data=numbers(4, 4), fletcher32=True))
    one("keras-latest.h5", lambda g: g.create_dataset("kernel:0", data=numbers(4, 4), chunks=(2, 2)), libver="latest")

    # 16 MiB of zeros in 16 KiB of file.
    one("keras-bomb.h5", lambda g: g.create_dataset(
        "kernel:0", data=np.zeros((16, 1 << 18), "<f4"), chunks=(4, 1 << 18), compression=9))

    # The dataset says 256 bytes a chunk, its stream inflates to 8 MiB.
    def lying(g):
        d = g.create_dataset("kernel:0", (8, 8), "<f4", chunks=(8, 8), compression=9)
        d.id.write_direct_chunk((0, 0), zlib.compress(bytes(1 << 23), 9))
    one("keras-lying.h5", lying)

    with h5py.File(OUT / "keras-theano.h5", "w") as f:
        f.attrs["backend"] = b"theano"
        write_layers(f, {"dense": {"kernel:0": numbers(4, 4)}})
    with h5py.File(OUT / "keras-twice.h5", "w") as f:
        write_layers(f, {"dense": {"kernel:0": numbers(4, 4), "dense_W_1:0": numbers(4, 4)}})
    with h5py.File(OUT / "keras-none.h5", "w") as f:
        f.create_dataset("x", data=numbers(4))


def network():
    """conv 3x3 2->3, ReLU, conv 2x2 3->6, ReLU, flatten, dense, as Keras computes it: [H, W, C]."""
    kernel1, bias1 = numbers(3, 3, 2, 3), numbers(3)
    kernel2, bias2 = numbers(2, 2, 3, 6), numbers(6)
    dense, bias = numbers(4 * 2 * 6, 5), numbers(5)
    with h5py.File(OUT / "keras-network.h5", "w") as f:
        write_layers(f, {
            "conv1": {"conv1/kernel:0": kernel1, "conv1/bias:0": bias1},
            "conv2": {"conv2/kernel:0": kernel2, "conv2/bias:0": bias2},
            "dense": {"dense/kernel:0": dense, "dense/bias:0": bias},
        })
    x = numbers(2, 7, 5, 2)  # [N, H, W, C]

    def convolution(x, kernel, bias):
        # A product a place, in numpy alone: neither library's order of axes is trusted.
        n, h, w, _ = x.shape
        kh, kw, _, out = kernel.shape
        y = np.zeros((n, h - kh + 1, w - kw + 1, out))
        for i in range(kh):
            for j in range(kw):
                y += x[:, i:i + y.shape[1], j:j + y.shape[2]] @ kernel[i, j].astype("f8")
        return np.maximum(y + bias, 0)

    y = convolution(convolution(x.astype("f8"), kernel1, bias1), kernel2, bias2)
    logits = y.reshape(2, -1) @ dense.astype("f8") + bias

    t = torch.tensor(x.astype("f8")).permute(0, 3, 1, 2)
    for kernel, b in ((kernel1, bias1), (kernel2, bias2)):
        k = torch.tensor(kernel.astype("f8")).permute(3, 2, 0, 1)
        t = torch.relu(torch.nn.functional.conv2d(t, k, torch.tensor(b.astype("f8"))))
    t = t.permute(0, 2, 3, 1).reshape(2, -1) @ torch.tensor(dense.astype("f8")) + torch.tensor(bias.astype("f8"))
    assert np.abs(t.numpy() - logits).max() < 1e-12

    (OUT / "keras-network.json").write_text(json.dumps(
        {"input_nchw": flat(x.transpose(0, 3, 1, 2)), "logits": flat(logits)}))


if __name__ == "__main__":
    good()
    bad()
    network()
