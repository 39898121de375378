"""Published weight files, each written whole by an independent tool, kept without their numbers.

    python3 published_files.py [beginning of a fixture's name ...]

writes, for each file, src/test/resources/org/gradcam4j/zoo/published/<fixture>.skeleton.gz: gzipped lines

    network <id>
    publisher <whose names it has>
    file <the name it is published by>
    length <bytes>
    sha256 <of the whole file>
    hole <offset> <array> <shape> <order of axes> <factor>

a line for each array of formula_networks.py that lies in the file as float32, an empty line, and all bytes
of the file between the holes. A hole's numbers are those of the array (by its first publisher's name) seen in that
shape, axes in that order, times the factor, in float32. So the file of up to 575 MB can be made again byte by byte.

Sources of the layouts are named where they are written. Written with Debian 12: PyTorch 1.13.1, h5py 3.7.0
(HDF5 1.10.8), protobuf 4.21.12, NumPy 1.24.2, Python 3.11; and with safetensors 0.8.0.
"""

import copyreg
import functools
import gzip
import hashlib
import io
import mmap
import pathlib
import pickle
import struct
import subprocess
import sys
import tarfile
import tempfile
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

import formula_networks

OUT = formula_networks.OUT.parent / "published"


@dataclass
class Array:
    """An array as a file holds it: the first publisher's seen in a shape, its axes in an order, times a factor."""

    first: str
    name: str
    view: tuple
    order: tuple
    factor: float
    values: np.ndarray

    def hole(self, offset):
        words = "x".join(map(str, self.view)), "".join(map(str, self.order)), repr(self.factor)
        return f"hole {offset} {self.first} {' '.join(words)}"

    @property
    def layer(self):
        return self.name.rsplit(".", 1)[0]

    @property
    def kind(self):
        return self.name.rsplit(".", 1)[1]

    def seen(self, view, order=None, factor=1.0):
        order = tuple(range(len(view))) if order is None else order
        values = self.values.reshape(view).transpose(order)
        if factor != 1:
            values = (values.astype("f8") * factor).astype("f4")
        return Array(self.first, self.name, view, order, factor, np.ascontiguousarray(values))


def arrays(network, column):
    """A network's arrays by a publisher's names, in the order of the layers."""
    net = formula_networks.Network()
    found = []
    for line in (formula_networks.OUT / f"{network}.arrays.txt").read_text().splitlines():
        words = line.split()
        shape = tuple(map(int, words[0].split("x")))
        name, _, other = words[1 + column].partition(":")
        values = net.array(words[1], *shape).numpy().astype("f4")
        array = Array(words[1], name, shape, tuple(range(len(shape))), 1.0, values)
        found.append(array.seen(tuple(map(int, other.split("x")))) if other else array)
    return found


def place(file, values, start):
    """Where an array's bytes lie."""
    data = memoryview(values).cast("B")
    for begin in (start, 0):
        at = file.find(bytes(data[:64]), begin)
        while at >= 0:
            if memoryview(file)[at : at + len(data)] == data:
                return at
            at = file.find(bytes(data[:64]), at + 1)
    raise AssertionError("an array does not lie in the file as it is")


def cut(path, fixture, network, publisher, held):
    """Writes the skeleton of a file that holds those arrays."""
    digest = hashlib.sha256()
    with open(path, "rb") as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        holes, end = [], 0
        for array in held:
            at = place(whole, array.values, end)
            end = at + array.values.nbytes
            holes.append((at, end, array))
        holes.sort(key=lambda hole: hole[0])
        rest, at = bytearray(), 0
        for begin, end, _ in holes:
            assert begin >= at
            rest += whole[at:begin]
            at = end
        rest += whole[at:]
        digest.update(whole)
        lines = [
            f"network {network}",
            f"publisher {publisher}",
            f"file {path.name}",
            f"length {len(whole)}",
            f"sha256 {digest.hexdigest()}",
            *(array.hole(begin) for begin, _, array in holes)]
        overhead = len(rest)
        length = len(whole)
    text = "\n".join(lines).encode() + b"\n\n"
    skeleton = OUT / f"{fixture}.skeleton.gz"
    with open(skeleton, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as packed:
        packed.write(text + rest)
    print(f"{fixture}: {length} bytes, {overhead} of them outside {len(holes)} arrays, "
          f"packed {skeleton.stat().st_size}")


# PyTorch. torchvision's files: vgg16-397923af and vgg19-dcbb9e9d are in the legacy form, plain tensors. The first files
# of the other networks are in an older form still, a tar; they were written anew in zips in 2021 (torchvision's issue
# 2068): in the old order, statistics first, a ResNet's parameters as Parameter, no num_batches_tracked. The sizes of
# the published files say so too. The file of ResNet-50's second recipe is the state dict that PyTorch makes today.


def old_order(held):
    """Of PyTorch 0.1: a module's buffers before its parameters."""
    rank = {"running_mean": 0, "running_var": 1, "weight": 2, "bias": 3}
    layers = OrderedDict()
    for array in held:
        layers.setdefault(array.layer, []).append(array)
    return [a for layer in layers.values() for a in sorted(layer, key=lambda a: rank[a.kind])]


def state_dict(held, today):
    state = OrderedDict()
    for array in held if today else old_order(held):
        tensor = torch.from_numpy(array.values)
        statistics = array.kind.startswith("running_")
        normalized = any("running_mean" in a.kind for a in held)
        state[array.name] = (
            nn.Parameter(tensor) if not today and normalized and not statistics else tensor)
        if today and array.kind == "running_var":
            state[f"{array.layer}.num_batches_tracked"] = torch.tensor(5004 * 90)
    if today:
        state._metadata = metadata(state)
    return state


def metadata(state):
    """What a module's state_dict says of its modules."""
    found = OrderedDict({"": {"version": 1}})
    for name in state:
        parts = name.split(".")
        for i in range(1, len(parts)):
            module = ".".join(parts[:i])
            norm = f"{module}.num_batches_tracked" in state
            found.setdefault(module, {"version": 2 if norm else 1})
    return found


def pytorch(today=False, legacy=False):
    def write(path, held):
        torch.save(state_dict(held, today), path, _use_new_zipfile_serialization=not legacy)
        return held

    return write


# The tar: no PyTorch that writes it can be had, so it is written here as the first one's _save did, and the PyTorch that
# can be had must read the same from it as from what it wrote itself.


class OldParameter:
    """Is pickled as a Parameter of PyTorch before 0.2: its tensor, gradient, hooks, requires_grad, volatile."""

    def __init__(self, tensor):
        self.tensor = tensor

    @property
    def __class__(self):
        return nn.Parameter

    def __reduce_ex__(self, protocol):
        return copyreg.__newobj__, (nn.Parameter,), (self.tensor, None, OrderedDict(), True, False)


def number(value):
    return struct.pack("<q", value)


def tar(path, held):
    state = state_dict(held, today=False)
    tensors, objects = [], OrderedDict()
    for name, value in state.items():
        tensors.append(value.detach())
        objects[name] = OldParameter(tensors[-1]) if isinstance(value, nn.Parameter) else tensors[-1]
    keys = {id(tensor): 94213426324544 + 96 * i for i, tensor in enumerate(tensors)}

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return str(keys[id(value)]) if type(value) is torch.Tensor else None

    pickled = io.BytesIO()
    Pickler(pickled, 2).dump(objects)
    described = io.BytesIO()
    described.write(pickle.dumps(len(tensors), 2))
    for tensor in tensors:
        described.write(pickle.dumps((keys[id(tensor)], keys[id(tensor)] + 48, torch.FloatTensor), 2))
        described.write(b"".join(map(number, (tensor.dim(), *tensor.shape, *tensor.stride(), 0))))
    stored = io.BytesIO()
    stored.write(pickle.dumps(len(tensors), 2))
    for tensor in tensors:
        stored.write(pickle.dumps((keys[id(tensor)] + 48, "cpu", torch.FloatStorage), 2))
        stored.write(number(tensor.numel()) + tensor.numpy().tobytes())
    stored.write(pickle.dumps([], 2))
    machine = {"protocol_version": 1000, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    with tarfile.open(path, "w:", format=tarfile.PAX_FORMAT) as archive:
        for name, content in (
            ("sys_info", io.BytesIO(pickle.dumps(machine, 2))),
            ("pickle", pickled), ("tensors", described), ("storages", stored)):
            member = tarfile.TarInfo(name)
            # A time with a fraction, as a file's is: it has an extended header.
            member.size, member.mtime = content.getbuffer().nbytes, 1478908800.25
            content.seek(0)
            archive.addfile(member, content)
    read = torch.load(path)
    assert list(read) == list(state)
    for name, value in state.items():
        assert type(read[name]) is type(value) and torch.equal(read[name], value), name
    return held


# safetensors. timm's files of the ResNets hold the integers that PyTorch counts batches with.


def safetensors(counts=False):
    def write(path, held):
        from safetensors.torch import save_file

        state = OrderedDict((a.name, torch.from_numpy(a.values)) for a in held)
        if counts:
            for array in held:
                if array.kind == "running_var":
                    state[f"{array.layer}.num_batches_tracked"] = torch.tensor(0)
        save_file(state, path, metadata={"format": "pt"})
        return held

    return write


# Keras: as its save_weights_to_hdf5_group writes them. The names of VGG's arrays and of those of the first
# ResNet-50 are Keras 1's; running_std holds variances. The later ResNet-50 is of Keras 2.


def keras_values(array, suffixes, flattened):
    """Kernels [kH, kW, in, out] and [in, out], the rows of the first dense layer in the order [H, W, C]."""
    if array.kind == "weight" and len(array.view) == 4:
        array = array.seen(array.view, (2, 3, 1, 0))
    elif array.kind == "weight" and len(array.view) == 2:
        out = array.view[0]
        if array.layer == flattened:
            array = array.seen((out, 512, 7, 7), (2, 3, 1, 0))
            array.values = array.values.reshape(-1, out)
        else:
            array = array.seen(array.view, (1, 0))
    kind = ("gamma" if array.values.ndim == 1 else "kernel") if array.kind == "weight" else array.kind
    return array, suffixes.get(kind, kind)


def keras(layers, name, flattened=None, suffixes={}, attributes={}, fixed=True):
    """name: of a weight, of its layer and its role. fixed: whether lists of names are of strings of a fixed length, as
    h5py before 3.0 wrote them."""

    def strings(values):
        values = [value.encode() for value in values]
        return np.asarray(values) if fixed else values

    def write(path, held):
        import h5py

        normalized = {a.layer for a in held if a.kind == "running_mean"}
        of_layer, written = OrderedDict(), []
        for array in held:
            array, role = keras_values(array, suffixes, flattened)
            if role == "bias":
                role = suffixes["beta"] if array.layer in normalized else suffixes["bias"]
            of_layer.setdefault(array.layer, []).append((name.format(array.layer, role), array))
        with h5py.File(path, "w") as f:
            f.attrs["layer_names"] = strings(layers)
            for key, value in attributes.items():
                f.attrs[key] = value.encode()
            for layer in layers:
                group = f.create_group(layer)
                weights = of_layer.pop(layer, [])
                group.attrs["weight_names"] = strings(weight for weight, _ in weights)
                for weight, array in weights:
                    dataset = group.create_dataset(weight, array.values.shape, array.values.dtype)
                    dataset[:] = array.values
                    written.append(array)
        assert not of_layer, of_layer
        return written

    return write


OLD_KERAS = {
    "kernel": "W", "bias": "b", "gamma": "gamma", "beta": "beta",
    "running_mean": "running_mean", "running_var": "running_std"}
NEW_KERAS = {
    "kernel": "kernel", "bias": "bias", "gamma": "gamma", "beta": "beta",
    "running_mean": "moving_mean", "running_var": "moving_variance"}


def keras_vgg(convolutions):
    layers = ["input_1"]
    for stage, count in enumerate(convolutions, 1):
        layers += [f"block{stage}_conv{i}" for i in range(1, count + 1)] + [f"block{stage}_pool"]
    layers += ["flatten", "fc1", "fc2", "predictions"]
    return keras(layers, "{0}_{1}_1:0", "fc1", OLD_KERAS)


BLOCKS = {2: 3, 3: 4, 4: 6, 5: 3}


def keras_old_resnet():
    activations, layers = 1, ["input_1", "zeropadding2d_1", "conv1", "bn_conv1", "activation_1", "maxpooling2d_1"]
    blocks = [f"{stage}{'abcdef'[block]}" for stage, count in BLOCKS.items() for block in range(count)]
    for number, block in enumerate(blocks, 1):
        for branch in "2a", "2b":
            activations += 1
            layers += [f"res{block}_branch{branch}", f"bn{block}_branch{branch}", f"activation_{activations}"]
        branches = ["2c", "1"] if block[1] == "a" else ["2c"]
        layers += [f"{kind}{block}_branch{branch}" for kind in ("res", "bn") for branch in branches]
        activations += 1
        layers += [f"merge_{number}", f"activation_{activations}"]
    return keras(layers + ["avg_pool", "flatten_1", "fc1000"], "{0}_{1}:0", None, OLD_KERAS)


def keras_resnet(dense, version, fixed):
    layers = ["input_1", "conv1_pad", "conv1_conv", "conv1_bn", "conv1_relu", "pool1_pad", "pool1_pool"]
    for block in (f"conv{stage}_block{block + 1}" for stage, count in BLOCKS.items() for block in range(count)):
        for number in "1", "2":
            layers += [f"{block}_{number}_{kind}" for kind in ("conv", "bn", "relu")]
        numbers = ["0", "3"] if block.endswith("block1") else ["3"]
        layers += [f"{block}_{number}_{kind}" for kind in ("conv", "bn") for number in numbers]
        layers += [f"{block}_add", f"{block}_out"]
    return keras(
        layers + ["avg_pool", dense], "{0}/{1}:0", None, NEW_KERAS,
        {"backend": "tensorflow", "keras_version": version}, fixed)


# Caffe: the networks of the published prototxt files, as a solver's snapshot holds them. Of version 1 a layer's type is
# a number and a blob's shape always four sizes.

V1_TYPES = {
    "Concat": 3, "Convolution": 4, "Data": 5, "Dropout": 6, "InnerProduct": 14, "LRN": 15, "Pooling": 17,
    "ReLU": 18, "Softmax": 20, "SoftmaxWithLoss": 21, "Split": 22}
SCALE_FACTOR = float(np.float32(999.982236))


@functools.cache
def protobuf():
    with tempfile.TemporaryDirectory() as generated:
        here = pathlib.Path(__file__).parent
        subprocess.run(["protoc", "--python_out", generated, "-I", here, "caffe_published.proto"], check=True)
        sys.path.insert(0, generated)
        import caffe_published_pb2

        return caffe_published_pb2


class CaffeNet:
    """A network's layers in their order, with a model's blobs."""

    def __init__(self, name, version, held, data=None):
        self.proto = protobuf().Net(name=name)
        self.version = version
        self.held = {(a.layer, a.kind): a for a in held}
        self.written = []
        if data:
            layer = self.layer("data", "Data", (), ("data", "label"))
            layer.data_param.MergeFrom(protobuf().Data(source=data, batch_size=32, backend=1))
            layer.transform_param.MergeFrom(protobuf().Transformation(mirror=True, crop_size=224))
        else:
            self.proto.input.append("data")

    def layer(self, name, kind, bottoms, tops):
        if self.version == 1:
            return self.proto.layers.add(name=name, type=V1_TYPES[kind], bottom=bottoms, top=tops)
        return self.proto.layer.add(name=name, type=kind, bottom=bottoms, top=tops, phase=0)

    def blob(self, layer, array, shape=None):
        blob = layer.blobs.add()
        shape = shape or array.values.shape
        if self.version == 1:
            blob.num, blob.channels, blob.height, blob.width = (1,) * (4 - len(shape)) + shape
        else:
            blob.shape.dim.extend(shape)
        blob.data.extend(array.values.ravel())
        self.written.append(array)

    def weights(self, layer, name, rates=True):
        bias = self.held.pop((name, "bias"), None)
        for array in (self.held.pop((name, "weight")), bias):
            if array is not None:
                self.blob(layer, array)
        if rates and self.version == 1:
            layer.blobs_lr.extend((1, 2))
            layer.weight_decay.extend((1, 0))
        elif rates:
            layer.param.add(lr_mult=1, decay_mult=1)
            layer.param.add(lr_mult=2, decay_mult=0)
        return bias is not None

    def convolution(self, bottom, name, kernel, stride=1, pad=0, group=1, filler=None, rates=True):
        layer = self.layer(name, "Convolution", (bottom,), (name,))
        what = layer.convolution_param
        what.num_output = self.held[name, "weight"].view[0]
        if not self.weights(layer, name, rates):
            what.bias_term = False
        for field, value, default in (
            ("pad", pad, 0), ("kernel_size", kernel, None), ("stride", stride, 1)):
            if value != default:
                getattr(what, field).append(value)
        if group != 1:
            what.group = group
        self.fill(what, filler)
        return name

    def dense(self, bottom, name, filler=None, rates=True):
        layer = self.layer(name, "InnerProduct", (bottom,), (name,))
        layer.inner_product_param.num_output = self.held[name, "weight"].view[0]
        self.weights(layer, name, rates)
        self.fill(layer.inner_product_param, filler)
        return name

    @staticmethod
    def fill(what, filler):
        if filler:
            kind, spread, value = filler
            what.weight_filler.MergeFrom(protobuf().Filler(type=kind, std=spread))
            what.bias_filler.MergeFrom(protobuf().Filler(type="constant", value=value))

    def relu(self, bottom, name):
        self.layer(name, "ReLU", (bottom,), (bottom,))
        return bottom

    def dropout(self, bottom, name, ratio):
        self.layer(name, "Dropout", (bottom,), (bottom,)).dropout_param.dropout_ratio = ratio
        return bottom

    def pool(self, bottom, name, kernel, stride, pad=0, mean=False):
        what = self.layer(name, "Pooling", (bottom,), (name,)).pooling_param
        what.pool, what.kernel_size, what.stride = int(mean), kernel, stride
        if pad:
            what.pad = pad
        return name

    def normalization(self, bottom, name):
        what = self.layer(name, "LRN", (bottom,), (name,)).lrn_param
        what.local_size, what.alpha, what.beta = 5, 1e-4, 0.75
        return name

    def split(self, bottom, name, count):
        """Caffe puts one where several layers read a blob."""
        tops = [f"{bottom}_{name}_split_{i}" for i in range(count)]
        self.layer(f"{bottom}_{name}_split", "Split", (bottom,), tops)
        return tops

    def concat(self, bottoms, name):
        self.layer(name, "Concat", bottoms, (name,))
        return name

    def loss(self, bottom, name, label, weight=None):
        layer = self.layer(name, "SoftmaxWithLoss", (bottom, label), (name,))
        if weight:
            layer.loss_weight.append(weight)

    def batch_norm(self, x, name, scale):
        layer = self.layer(name, "BatchNorm", (x,), (x,))
        layer.batch_norm_param.use_global_stats = True
        for kind in "running_mean", "running_var":
            array = self.held.pop((name, kind))
            self.blob(layer, array.seen(array.view, factor=SCALE_FACTOR))
        factor = layer.blobs.add()
        factor.shape.dim.append(1)
        factor.data.append(SCALE_FACTOR)
        layer = self.layer(scale, "Scale", (x,), (x,))
        layer.scale_param.bias_term = True
        self.weights(layer, scale, rates=False)

    def write(self, path):
        assert not self.held, self.held
        path.write_bytes(self.proto.SerializeToString())
        return self.written


def caffe_vgg(depth, convolutions):
    def write(path, held):
        net, x = CaffeNet(f"VGG_ILSVRC_{depth}_layers", 1, held), "data"
        for stage, count in enumerate(convolutions, 1):
            for i in range(1, count + 1):
                x = net.convolution(x, f"conv{stage}_{i}", 3, pad=1, rates=False)
                net.relu(x, f"relu{stage}_{i}")
            x = net.pool(x, f"pool{stage}", 2, 2)
        for i in 6, 7:
            x = net.dropout(net.relu(net.dense(x, f"fc{i}", rates=False), f"relu{i}"), f"drop{i}", 0.5)
        net.layer("prob", "Softmax", (net.dense(x, "fc8", rates=False),), ("prob",))
        return net.write(path)

    return write


def caffe_alexnet(version):
    def write(path, held):
        net, x = CaffeNet("AlexNet", version, held, "examples/imagenet/ilsvrc12_train_lmdb"), "data"
        for i, kernel, stride, pad, group in (
            (1, 11, 4, 0, 1), (2, 5, 1, 2, 2), (3, 3, 1, 1, 1), (4, 3, 1, 1, 2), (5, 3, 1, 1, 2)):
            filler = ("gaussian", 0.01, 0.1 if i in (2, 4, 5) else 0)
            x = net.relu(net.convolution(x, f"conv{i}", kernel, stride, pad, group, filler), f"relu{i}")
            if i < 3:
                x = net.normalization(x, f"norm{i}")
            if i in (1, 2, 5):
                x = net.pool(x, f"pool{i}", 3, 2)
        for i in 6, 7:
            x = net.relu(net.dense(x, f"fc{i}", ("gaussian", 0.005, 0.1)), f"relu{i}")
            net.dropout(x, f"drop{i}", 0.5)
        net.loss(net.dense(x, "fc8", ("gaussian", 0.01, 0)), "loss", "label")
        return net.write(path)

    return write


GOOGLENET_HEADS = {
    "conv": (128, None, 1, 1), "fc": (1024, 2048), "classifier": (1000, 1024)}


def head_arrays(number, channels):
    """A head that served in training alone: by the formula too, though no network has it."""
    net = formula_networks.Network()
    for part, shape in GOOGLENET_HEADS.items():
        shape = tuple(size or channels for size in shape)
        for kind, sizes in (("weight", shape), ("bias", shape[:1])):
            name = f"loss{number}/{part}.{kind}"
            values = net.array(name, *sizes).numpy().astype("f4")
            yield Array(name, name, sizes, tuple(range(len(sizes))), 1.0, values)


def caffe_googlenet(version):
    xavier = ("xavier", 0.03, 0.2)

    def conv(net, bottom, name, kernel, stride=1, pad=0, relu=None):
        x = net.convolution(bottom, name, kernel, stride, pad, filler=xavier)
        folder, last = name.rsplit("/", 1)
        return net.relu(x, f"{folder}/{relu or 'relu_' + last}")

    def inception(net, x, place):
        name = f"inception_{place}/"
        a, b, c, d = net.split(x, "0", 4)
        return net.concat(
            (
                conv(net, a, name + "1x1", 1),
                conv(net, conv(net, b, name + "3x3_reduce", 1), name + "3x3", 3, 1, 1),
                conv(net, conv(net, c, name + "5x5_reduce", 1), name + "5x5", 5, 1, 2),
                conv(net, net.pool(d, name + "pool", 3, 1, 1), name + "pool_proj", 1)),
            name + "output")

    def head(net, x, number, label):
        name = f"loss{number}/"
        x = net.pool(x, name + "ave_pool", 5, 3, mean=True)
        x = conv(net, x, name + "conv", 1, relu="relu_conv")
        x = net.relu(net.dense(x, name + "fc", ("xavier", 0.02, 0.2)), name + "relu_fc")
        x = net.dense(net.dropout(x, name + "drop_fc", 0.7), name + "classifier", ("xavier", 0.0009765625, 0))
        net.loss(x, name + "loss", label, 0.3)

    def write(path, held):
        held = held + [*head_arrays(1, 512), *head_arrays(2, 528)]
        net = CaffeNet("GoogleNet", version, held, "examples/imagenet/ilsvrc12_train_lmdb")
        labels = net.split("label", "data_1", 3)
        x = net.pool(conv(net, "data", "conv1/7x7_s2", 7, 2, 3, "relu_7x7"), "pool1/3x3_s2", 3, 2)
        x = conv(net, net.normalization(x, "pool1/norm1"), "conv2/3x3_reduce", 1)
        x = net.normalization(conv(net, x, "conv2/3x3", 3, 1, 1), "conv2/norm2")
        x = inception(net, net.pool(x, "pool2/3x3_s2", 3, 2), "3a")
        x = net.pool(inception(net, x, "3b"), "pool3/3x3_s2", 3, 2)
        x = inception(net, x, "4a")
        head(net, x, 1, labels[0])
        x = inception(net, inception(net, inception(net, x, "4b"), "4c"), "4d")
        head(net, x, 2, labels[1])
        x = net.pool(inception(net, x, "4e"), "pool4/3x3_s2", 3, 2)
        x = inception(net, inception(net, x, "5a"), "5b")
        x = net.dropout(net.pool(x, "pool5/7x7_s1", 7, 1, mean=True), "pool5/drop_7x7_s1", 0.4)
        x = net.dense(x, "loss3/classifier", ("xavier", 0.0009765625, 0))
        net.loss(x, "loss3/loss3", labels[2], 1)
        return net.write(path)

    return write


def caffe_resnet(path, held):
    net = CaffeNet("ResNet-50", 2, held)

    def conv(x, place, kernel, stride=1, pad=0):
        x = net.convolution(x, "res" + place, kernel, stride, pad, rates=False)
        net.batch_norm(x, "bn" + place, "scale" + place)
        return x

    x = net.convolution("data", "conv1", 7, 2, 3, rates=False)
    net.batch_norm(x, "bn_conv1", "scale_conv1")
    x = net.pool(net.relu(x, "conv1_relu"), "pool1", 3, 2)
    for stage, count in BLOCKS.items():
        for i in range(count):
            block = f"{stage}{'abcdef'[i]}"
            stride = 2 if i == 0 and stage > 2 else 1
            shortcut = conv(x, block + "_branch1", 1, stride) if i == 0 else x
            x = net.relu(conv(x, block + "_branch2a", 1, stride), f"res{block}_branch2a_relu")
            x = net.relu(conv(x, block + "_branch2b", 3, 1, 1), f"res{block}_branch2b_relu")
            x = conv(x, block + "_branch2c", 1)
            net.layer(f"res{block}", "Eltwise", (shortcut, x), (f"res{block}",))
            x = net.relu(f"res{block}", f"res{block}_relu")
    x = net.dense(net.pool(x, "pool5", 7, 1, mean=True), "fc1000", rates=False)
    net.layer("prob", "Softmax", (x,), ("prob",))
    return net.write(path)


# A fixture: network, publisher, the column of its names, the file's name, how it is written.
VGG_16, VGG_19 = formula_networks.VGG_16, formula_networks.VGG_19
ZIP, LEGACY = pytorch(), pytorch(legacy=True)
KERAS_RESNET = "resnet50_weights_tf_dim_ordering_tf_kernels.h5"
FILES = {
    "squeezenet1_1.zip": ("squeezenet1_1", "torchvision", 0, "squeezenet1_1-b8a52dc0.pth", ZIP),
    "squeezenet1_1.tar": ("squeezenet1_1", "torchvision", 0, "squeezenet1_1-f364aa15.pth", tar),
    "squeezenet1_1.legacy": ("squeezenet1_1", "torchvision", 0, "squeezenet1_1.pth", LEGACY),
    "squeezenet1_1.safetensors": ("squeezenet1_1", "torchvision", 0, "squeezenet1_1.safetensors", safetensors()),
    "resnet18.zip": ("resnet18", "torchvision", 0, "resnet18-f37072fd.pth", ZIP),
    "resnet18.tar": ("resnet18", "torchvision", 0, "resnet18-5c106cde.pth", tar),
    "resnet18.legacy": ("resnet18", "torchvision", 0, "resnet18.pth", LEGACY),
    "resnet34.zip": ("resnet34", "torchvision", 0, "resnet34-b627a593.pth", ZIP),
    "resnet34.legacy": ("resnet34", "torchvision", 0, "resnet34.pth", LEGACY),
    "resnet50.zip": ("resnet50", "torchvision", 0, "resnet50-0676ba61.pth", ZIP),
    "resnet50.zip.today": ("resnet50", "torchvision", 0, "resnet50-11ad3fa6.pth", pytorch(today=True)),
    "resnet50.tar": ("resnet50", "torchvision", 0, "resnet50-19c8e357.pth", tar),
    "resnet50.legacy": ("resnet50", "torchvision", 0, "resnet50.pth", LEGACY),
    "resnet101.zip": ("resnet101", "torchvision", 0, "resnet101-63fe2227.pth", ZIP),
    "resnet101.legacy": ("resnet101", "torchvision", 0, "resnet101.pth", LEGACY),
    "resnet152.zip": ("resnet152", "torchvision", 0, "resnet152-394f9c45.pth", ZIP),
    "resnet152.legacy": ("resnet152", "torchvision", 0, "resnet152.pth", LEGACY),
    **{
        f"{network}.safetensors": (network, "torchvision", 0, f"{network}.safetensors", safetensors(counts=True))
        for network in ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")},
    "resnet50-keras": ("resnet50-keras", "Keras Applications", 1, KERAS_RESNET, keras_resnet("probs", "2.2.4", True)),
    "resnet50-keras.today": ("resnet50-keras", "Keras", 0, "resnet50.h5", keras_resnet("predictions", "2.11.0", False)),
    "resnet50-keras-old": ("resnet50-keras-old", "Keras until 2.2.4", 0, KERAS_RESNET, keras_old_resnet()),
    "resnet50-caffe": ("resnet50-caffe", "Caffe", 0, "ResNet-50-model.caffemodel", caffe_resnet),
    "googlenet.v1": ("googlenet", "Caffe", 0, "bvlc_googlenet.caffemodel", caffe_googlenet(1)),
    "googlenet.v2": ("googlenet", "Caffe", 0, "bvlc_googlenet.v2.caffemodel", caffe_googlenet(2)),
    "alexnet.v1": ("alexnet", "Caffe", 0, "bvlc_alexnet.caffemodel", caffe_alexnet(1)),
    "alexnet.v2": ("alexnet", "Caffe", 0, "bvlc_alexnet.v2.caffemodel", caffe_alexnet(2)),
    "alexnet-torchvision.zip": ("alexnet-torchvision", "torchvision", 0, "alexnet-owt-7be5be79.pth", ZIP),
    "alexnet-torchvision.tar": ("alexnet-torchvision", "torchvision", 0, "alexnet-owt-4df8aa71.pth", tar),
    "alexnet-torchvision.legacy": ("alexnet-torchvision", "torchvision", 0, "alexnet-torchvision.pth", LEGACY),
    "alexnet-torchvision.safetensors": (
        "alexnet-torchvision", "torchvision", 0, "alexnet.safetensors", safetensors()),
    "vgg16.caffe": ("vgg16", "Caffe", 0, "VGG_ILSVRC_16_layers.caffemodel", caffe_vgg(16, VGG_16)),
    "vgg16.zip": ("vgg16", "torchvision", 1, "vgg16.pth", ZIP),
    "vgg16.legacy": ("vgg16", "torchvision", 1, "vgg16-397923af.pth", LEGACY),
    "vgg16.keras": ("vgg16", "Keras", 2, "vgg16_weights_tf_dim_ordering_tf_kernels.h5", keras_vgg(VGG_16)),
    "vgg16.safetensors": ("vgg16", "torchvision", 1, "vgg16.safetensors", safetensors()),
    "vgg16.timm.safetensors": ("vgg16", "timm", 3, "model.safetensors", safetensors()),
    "vgg19.caffe": ("vgg19", "Caffe", 0, "VGG_ILSVRC_19_layers.caffemodel", caffe_vgg(19, VGG_19)),
    "vgg19.zip": ("vgg19", "torchvision", 1, "vgg19.pth", ZIP),
    "vgg19.legacy": ("vgg19", "torchvision", 1, "vgg19-dcbb9e9d.pth", LEGACY),
    "vgg19.keras": ("vgg19", "Keras", 2, "vgg19_weights_tf_dim_ordering_tf_kernels.h5", keras_vgg(VGG_19)),
    "vgg19.safetensors": ("vgg19", "torchvision", 1, "vgg19.safetensors", safetensors()),
    "vgg19.timm.safetensors": ("vgg19", "timm", 3, "model.safetensors", safetensors()),
}


# Files that must be refused: SqueezeNet's, each wrong in one way.


def renamed(held, names):
    return [Array(a.first, names.get(a.name, a.name), a.view, a.order, a.factor, a.values) for a in held]


def swapped(held):
    """Two layers' arrays have each other's names."""
    one, other = "features.3.squeeze", "features.4.squeeze"
    pairs = {f"{one}.{kind}": f"{other}.{kind}" for kind in ("weight", "bias")}
    return renamed(held, pairs | {b: a for a, b in pairs.items()})


def shapes(held):
    """The classes of another data set."""
    return [
        Array(a.first, a.name, (10, *a.view[1:]), a.order, a.factor, a.values[:10].copy())
        if a.layer == "classifier.1" else a
        for a in held]


def names(held):
    """A layer's position as in SqueezeNet 1.0."""
    return renamed(held, {f"features.6.{layer}.{kind}": f"features.5.{layer}.{kind}"
                          for layer in ("squeeze", "expand1x1", "expand3x3") for kind in ("weight", "bias")})


REFUSED = {
    f"refused/{wrong.__name__}.{form}": (
        "squeezenet1_1", "torchvision", 0, f"{wrong.__name__}.{ending}", writer, wrong)
    for wrong in (swapped, shapes, names)
    for form, ending, writer in (
        ("zip", "pth", ZIP), ("legacy", "pth", LEGACY), ("safetensors", "safetensors", safetensors()))}


def write(fixture):
    network, publisher, column, name, writer, *wrong = (FILES | REFUSED)[fixture]
    held = arrays(network, column)
    for change in wrong:
        held = change(held)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        held = writer(path, held)
        cut(path, fixture, network, publisher, held)


if __name__ == "__main__":
    (OUT / "refused").mkdir(parents=True, exist_ok=True)
    for fixture in FILES | REFUSED:
        if len(sys.argv) == 1 or any(fixture.startswith(word) for word in sys.argv[1:]):
            write(fixture)
