"""Whole Keras models in HDF5, as Keras 2.4's model.save("model.h5") lays them out, and their logits.

    python3 keras_models.py

writes keras-sequential.h5, keras-functional.h5 and keras-models.json (input and scores before
softmax, computed by PyTorch in double precision) into src/test/resources/org/gradcam4j/cli.

Written with Debian 12: h5py 3.7.0, PyTorch 1.13.1, NumPy 1.24.2, Python 3.11.
"""

import json
import pathlib

import h5py
import numpy as np
import torch
import torch.nn.functional as F

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources/org/gradcam4j/cli"
HEIGHT, WIDTH, CLASSES = 24, 20, 5


def common(name, **config):
    return {"name": name, "trainable": True, "dtype": "float32", **config}


def initial(kind):
    return {"class_name": kind, "config": {}}


def convolution(name, filters, kernel, strides=1, padding="valid", activation="linear", **more):
    return common(
        name, filters=filters, kernel_size=[kernel, kernel], strides=[strides, strides],
        padding=padding, data_format="channels_last", dilation_rate=[1, 1], groups=1,
        activation=activation, use_bias=True, kernel_initializer=initial("GlorotUniform"),
        bias_initializer=initial("Zeros"), kernel_regularizer=None, bias_regularizer=None,
        activity_regularizer=None, kernel_constraint=None, bias_constraint=None, **more)


def dense(name, units, activation):
    return common(
        name, units=units, activation=activation, use_bias=True,
        kernel_initializer=initial("GlorotUniform"), bias_initializer=initial("Zeros"),
        kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
        kernel_constraint=None, bias_constraint=None)


class Weights:
    """Random weights by layer, in Keras's order of axes."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.layers = {}

    def add(self, layer, name, *shape, spread=0.4, centre=0.0):
        values = (centre + spread * self.random.standard_normal(shape)).astype(np.float32)
        if name == "moving_variance":
            values = np.abs(values) + np.float32(0.3)
        self.layers.setdefault(layer, []).append((f"{layer}/{name}:0", values))
        return torch.from_numpy(values.astype(np.float64))


def conv(w, layer, x, out, kernel, stride=1, same=False):
    k = w.add(layer, "kernel", kernel, kernel, x.shape[1], out).permute(3, 2, 0, 1)
    b = w.add(layer, "bias", out)
    return F.conv2d(padded(x, kernel, stride) if same else x, k, b, stride)


def padded(x, kernel, stride):
    """TensorFlow's "same": the odd pixel at the bottom and on the right."""
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


def linear(w, layer, x, out):
    return x @ w.add(layer, "kernel", x.shape[1], out) + w.add(layer, "bias", out)


def save(name, model_config, layers, weights):
    with h5py.File(OUT / name, "w") as file:
        file.attrs["keras_version"] = "2.4.0"
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(model_config)
        root = file.create_group("model_weights")
        root.attrs["layer_names"] = [layer.encode() for layer in layers]
        root.attrs["backend"] = b"tensorflow"
        root.attrs["keras_version"] = b"2.4.0"
        for layer in layers:
            group = root.create_group(layer)
            arrays = weights.layers.get(layer, [])
            group.attrs["weight_names"] = [array.encode() for array, _ in arrays]
            for array, values in arrays:
                group.create_dataset(array, data=values)


def sequential(x):
    w = Weights(1)
    layers = [
        ("Conv2D", convolution(
            "conv1", 4, 3, activation="relu", batch_input_shape=[None, HEIGHT, WIDTH, 3])),
        ("MaxPooling2D", common(
            "pool1", pool_size=[2, 2], padding="valid", strides=[2, 2],
            data_format="channels_last")),
        ("Conv2D", convolution("conv2", 6, 3, strides=2, padding="same", activation="relu")),
        ("Flatten", common("flatten", data_format="channels_last")),
        ("Dense", dense("dense", 8, "relu")),
        ("Dropout", common("dropout", rate=0.5, noise_shape=None, seed=None)),
        ("Dense", dense("predictions", CLASSES, "softmax")),
    ]
    y = F.max_pool2d(F.relu(conv(w, "conv1", x, 4, 3)), 2)
    y = F.relu(conv(w, "conv2", y, 6, 3, 2, same=True))
    y = y.permute(0, 2, 3, 1).flatten(1)
    y = F.relu(linear(w, "dense", y, 8))
    logits = linear(w, "predictions", y, CLASSES)
    config = {
        "class_name": "Sequential",
        "config": {
            "name": "sequential",
            "layers": [{"class_name": kind, "config": layer} for kind, layer in layers]},
    }
    save("keras-sequential.h5", config, [layer["name"] for _, layer in layers], w)
    return logits


def functional(x):
    w = Weights(2)
    nodes = []

    def node(kind, config, *inputs):
        nodes.append({
            "class_name": kind, "config": config, "name": config["name"],
            "inbound_nodes": [[[i, 0, 0, {}] for i in inputs]] if inputs else []})

    node("InputLayer", {
        "batch_input_shape": [None, HEIGHT, WIDTH, 3], "dtype": "float32", "sparse": False,
        "ragged": False, "name": "input_1"})
    node("ZeroPadding2D", common(
        "pad", padding=[[1, 1], [1, 1]], data_format="channels_last"), "input_1")
    node("Conv2D", convolution("conv1", 6, 3, strides=2), "pad")
    y = conv(w, "conv1", F.pad(x, (1, 1, 1, 1)), 6, 3, 2)
    node("BatchNormalization", common(
        "bn1", axis=[3], momentum=0.99, epsilon=0.001, center=True, scale=True,
        beta_initializer=initial("Zeros"), gamma_initializer=initial("Ones"),
        moving_mean_initializer=initial("Zeros"), moving_variance_initializer=initial("Ones"),
        beta_regularizer=None, gamma_regularizer=None, beta_constraint=None,
        gamma_constraint=None), "conv1")
    gamma = w.add("bn1", "gamma", 6, centre=1.0)
    beta = w.add("bn1", "beta", 6)
    mean = w.add("bn1", "moving_mean", 6)
    variance = w.add("bn1", "moving_variance", 6, centre=0.5)
    gamma, beta, mean, variance = (v.reshape(1, -1, 1, 1) for v in (gamma, beta, mean, variance))
    y = gamma * (y - mean) / (variance + 0.001).sqrt() + beta
    node("Activation", common("relu1", activation="relu"), "bn1")
    y = F.relu(y)
    node("SeparableConv2D", common(
        "separable", filters=6, kernel_size=[3, 3], strides=[1, 1], padding="same",
        data_format="channels_last", dilation_rate=[1, 1], groups=1, activation="linear",
        use_bias=True, bias_initializer=initial("Zeros"), bias_regularizer=None,
        activity_regularizer=None, bias_constraint=None, depth_multiplier=1,
        depthwise_initializer=initial("GlorotUniform"),
        pointwise_initializer=initial("GlorotUniform"), depthwise_regularizer=None,
        pointwise_regularizer=None, depthwise_constraint=None, pointwise_constraint=None), "relu1")
    depthwise = w.add("separable", "depthwise_kernel", 3, 3, 6, 1).permute(2, 3, 0, 1)
    pointwise = w.add("separable", "pointwise_kernel", 1, 1, 6, 6).permute(3, 2, 0, 1)
    bias = w.add("separable", "bias", 6)
    z = F.conv2d(F.conv2d(y, depthwise, padding=1, groups=6), pointwise, bias)
    node("LeakyReLU", common("leaky", alpha=0.2), "separable")
    z = F.leaky_relu(z, float(np.float32(0.2)))
    node("Add", common("add"), "relu1", "leaky")
    y = y + z
    node("DepthwiseConv2D", common(
        "dw", kernel_size=[3, 3], strides=[1, 1], padding="valid",
        data_format="channels_last", dilation_rate=[1, 1], groups=1, activation="linear",
        use_bias=True, bias_initializer=initial("Zeros"), bias_regularizer=None,
        activity_regularizer=None, bias_constraint=None, depth_multiplier=1,
        depthwise_initializer=initial("GlorotUniform"), depthwise_regularizer=None,
        depthwise_constraint=None), "add")
    kernel = w.add("dw", "depthwise_kernel", 3, 3, 6, 1).permute(2, 3, 0, 1)
    a = F.conv2d(y, kernel, w.add("dw", "bias", 6), groups=6)
    node("Cropping2D", common(
        "crop", cropping=[[1, 1], [1, 1]], data_format="channels_last"), "add")
    node("Concatenate", common("concatenate", axis=-1), "dw", "crop")
    y = torch.cat((a, y[:, :, 1:-1, 1:-1]), 1)
    node("AveragePooling2D", common(
        "average", pool_size=[2, 2], padding="same", strides=[2, 2],
        data_format="channels_last"), "concatenate")
    y = F.avg_pool2d(y, 2, ceil_mode=True)
    node("UpSampling2D", common(
        "up", size=[2, 2], data_format="channels_last", interpolation="nearest"), "average")
    y = F.interpolate(y, scale_factor=2, mode="nearest")
    node("Conv2D", convolution("last", 7, 3, activation="relu"), "up")
    y = F.relu(conv(w, "last", y, 7, 3))
    node("GlobalAveragePooling2D", common("gap", data_format="channels_last"), "last")
    node("Dense", dense("predictions", CLASSES, "softmax"), "gap")
    logits = linear(w, "predictions", y.mean((2, 3)), CLASSES)
    config = {
        "class_name": "Functional",
        "config": {
            "name": "model", "layers": nodes, "input_layers": [["input_1", 0, 0]],
            "output_layers": [["predictions", 0, 0]]},
    }
    save("keras-functional.h5", config, [n["name"] for n in nodes], w)
    return logits


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    values = np.random.default_rng(3).standard_normal((1, 3, HEIGHT, WIDTH)).astype(np.float32)
    x = torch.from_numpy(values.astype(np.float64))
    models = {
        "input": [float(v) for v in values.flatten()],
        "keras-sequential.h5": sequential(x)[0].tolist(),
        "keras-functional.h5": functional(x)[0].tolist(),
    }
    (OUT / "keras-models.json").write_text(json.dumps(models))
    print({k: v for k, v in models.items() if k != "input"})
