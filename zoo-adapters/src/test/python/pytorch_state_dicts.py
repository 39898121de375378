"""Writes the fixtures of PyTorchStateDictTest: PyTorch's own files, and what they hold as JSON.

The files in src/test/resources were written by PyTorch 1.13.0a0 (Debian 12's python3-torch 1.13.1) and Python 3.11:

    python3 src/test/python/pytorch_state_dicts.py src/test/resources/org/gradcam4j/zoo/weights
"""

import copyreg
import json
import sys
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn

FOLDER = Path(sys.argv[1])
EXPECTED = {}


def save(name, what, arrays, protocol=2):
    """Both forms of a file, and what a reader must find in them: floating-point tensors alone."""
    torch.save(what, FOLDER / f"{name}.zip.pth", pickle_protocol=protocol)
    torch.save(what, FOLDER / f"{name}.legacy.pth", pickle_protocol=protocol, _use_new_zipfile_serialization=False)
    EXPECTED[name] = {
        key: {"shape": list(array.shape), "values": array.detach().double().reshape(-1).tolist()}
        for key, array in arrays.items()
        if array.is_floating_point()
    }


def types():
    """Every type, a scalar, an empty tensor, integers."""
    values = torch.tensor([[1.5, -2.0, 0.1], [1e-7, 3e4, -0.0]], dtype=torch.float64)
    return OrderedDict(
        f32=values.float(),
        f64=values,
        f16=values.half(),
        bf16=values.bfloat16(),
        i64=torch.arange(3),
        i32=torch.arange(3, dtype=torch.int32),
        i16=torch.arange(3, dtype=torch.int16),
        i8=torch.arange(3, dtype=torch.int8),
        u8=torch.arange(3, dtype=torch.uint8),
        bool=torch.tensor([True, False]),
        scalar=torch.tensor(9.25),
        empty=torch.zeros(0, 3),
    )


def strides():
    """Tensors that are not contiguous, and some that share a storage."""
    base = torch.arange(120, dtype=torch.float32) / 8
    cube = base.reshape(2, 3, 4, 5)
    return OrderedDict(
        base=base,
        row=cube[1, 2],
        transposed=cube.reshape(6, 20).t(),
        permuted=cube.permute(3, 1, 0, 2),
        stepped=base[7:100:13],
        channels_last=cube.clone().contiguous(memory_format=torch.channels_last),
        half_transposed=torch.arange(6).half().reshape(2, 3).t(),
    )


def network():
    """What people save: a module's state dict, with its _metadata and num_batches_tracked."""
    torch.manual_seed(1)
    return nn.Sequential(OrderedDict(conv=nn.Conv2d(2, 3, 3), bn=nn.BatchNorm2d(3), fc=nn.Linear(3, 2)))


save("types", types(), types())
save("strides", strides(), strides())
for protocol in 3, 4, 5:
    save(f"protocol{protocol}", types(), types(), protocol)
net = network()
save("network", net.state_dict(), net.state_dict())
save("parameters", dict(net.named_parameters()), dict(net.named_parameters()))
save("parallel", nn.DataParallel(net).state_dict(), net.state_dict())
optimizer = torch.optim.Adam(net.parameters())
for parameter in net.parameters():
    parameter.grad = torch.ones_like(parameter)
optimizer.step()
checkpoint = {
    "epoch": 7,
    "loss": 0.25,
    "arch": "small",
    "best": None,
    "seen": 1 << 70,
    "size": torch.Size([3, 2]),
    "betas": [0.9, (1, 2, 3, 4)],
    "optimizer": optimizer.state_dict(),
}
save("checkpoint", {**checkpoint, "state_dict": net.state_dict()}, net.state_dict())
save("model", {"model": net.state_dict(), "optimizer": optimizer.state_dict()}, net.state_dict())


class As:
    """Is pickled by a given reduction."""

    def __init__(self, kind, *reduction):
        self.kind, self.reduction = kind, reduction

    @property
    def __class__(self):
        return self.kind

    def __reduce_ex__(self, protocol):
        return self.reduction


def oldest(array, number):
    """A parameter as PyTorch wrote it: 0 before 0.2, 1 before 0.4; see Tensor.__setstate__."""
    tensor = As(torch.Tensor, torch._utils._rebuild_tensor, (array.data.storage(), 0, array.shape, array.stride()))
    if number % 2:
        return As(nn.Parameter, nn.Parameter, (tensor,), (True, False, OrderedDict()))
    return As(nn.Parameter, copyreg.__newobj__, (nn.Parameter,), (tensor, None, OrderedDict(), True, False))


# Python 2 pickled an OrderedDict as a call with a list of lists.
pairs = [[name, oldest(array, i)] for i, (name, array) in enumerate(net.named_parameters())]
save("oldest", As(OrderedDict, OrderedDict, (pairs,)), dict(net.named_parameters()))
# PyTorch itself must understand what was made up here.
for name, array in torch.load(FOLDER / "oldest.legacy.pth").items():
    assert isinstance(array, nn.Parameter) and torch.equal(array, dict(net.named_parameters())[name]), name

# One value a line would be long; one file a line can be compared.
lines = [f"{json.dumps(name)}: {json.dumps(arrays)}" for name, arrays in EXPECTED.items()]
(FOLDER / "pytorch.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")

# A whole model is refused: its pickle asks for the model's class.
torch.save(net, FOLDER / "whole-model.zip.pth")
