#!/usr/bin/env python3
"""Maps of Grad-CAM's successors on SqueezeNet 1.1, straight from their formulas.

    python3 successor_methods.py DATA OUT

DATA is the folder of the real data (weights/, golden/), OUT where the .npy files go. The files in
src/test/resources/successors were written with Python 3.11, PyTorch 1.13 and NumPy 1.24, in double
precision, stored as float32.
"""
import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F

TARGET = 243
DATA, OUT = sys.argv[1:]
torch.set_num_threads(2)


def safetensors(path):
    with open(path, "rb") as f:
        header = json.loads(f.read(int.from_bytes(f.read(8), "little")))
        data = f.read()
    types = {"F16": np.float16, "F32": np.float32}
    return {
        name: torch.from_numpy(
            np.frombuffer(data[slice(*t["data_offsets"])], types[t["dtype"]])
            .reshape(t["shape"])
            .astype(np.float64)
        )
        for name, t in header.items()
        if name != "__metadata__"
    }


W = safetensors(DATA + "/weights/squeezenet1_1_imagenet.safetensors")
X = torch.from_numpy(np.load(DATA + "/golden/both.input.npy").astype(np.float64))[None]


def convolution(x, name, **options):
    return F.relu(F.conv2d(x, W[name + ".weight"], W[name + ".bias"], **options))


def fire(x, name):
    x = convolution(x, name + ".squeeze")
    return torch.cat(
        [convolution(x, name + ".expand1x1"), convolution(x, name + ".expand3x3", padding=1)], 1
    )


def step(x, i):
    """features.i of torchvision's squeezenet1_1; 13 is the classifier."""
    if i == 0:
        return convolution(x, "features.0", stride=2)
    if i == 1:
        return x
    if i in (2, 5, 8):
        return F.max_pool2d(x, 3, 2, ceil_mode=True)
    if i == 13:
        return convolution(x, "classifier.1").mean((2, 3))
    return fire(x, "features.%d" % i)


def run(x, first, last):
    for i in range(first, last + 1):
        x = step(x, i)
    return x


def score(x, first=0):
    return run(x, first, 13)[:, TARGET]


def at_layer(layer):
    """Activation and gradient, [C, H, W]."""
    a = run(X, 0, layer).detach().requires_grad_()
    (g,) = torch.autograd.grad(score(a, layer + 1).sum(), a)
    return a.detach()[0], g[0]


def at_input(x):
    x = x.clone().requires_grad_()
    (g,) = torch.autograd.grad(score(x).sum(), x)
    return g


def weighted(weights, a):
    return (weights[:, None, None] * a).sum(0)


def grad_cam_plus_plus(a, g):
    denominator = 2 * g**2 + a.sum((1, 2), keepdim=True) * g**3
    alpha = g**2 / torch.where(denominator == 0, torch.ones_like(g), denominator)
    return weighted((alpha * F.relu(g)).sum((1, 2)), a)


def xgrad_cam(a, g):
    total = a.sum((1, 2))
    weights = (a * g).sum((1, 2)) / total
    return weighted(torch.where(total == 0, torch.zeros_like(total), weights), a)


def hires_cam(a, g):
    return (a * g).sum(0)


def layer_cam(a, g):
    return F.relu((F.relu(g) * a).sum(0))


def eigen_cam(a, g):
    u, s, v = torch.linalg.svd(a.reshape(len(a), -1).T, full_matrices=False)
    component = u[:, 0] * s[0]
    return (component * component.sum().sign()).reshape(a.shape[1:])


def ablation_cam(a, layer):
    y = score(a[None], layer + 1)
    weights = []
    for k in range(len(a)):
        without = a.clone()
        without[k] = 0
        weights.append((y - score(without[None], layer + 1)) / y)
    return weighted(torch.cat(weights), a)


def bilinear(planes, size):
    return F.interpolate(planes[None], size, mode="bilinear", align_corners=False)[0]


def score_cam(a):
    baseline = score(torch.zeros_like(X))
    raises = []
    for plane in bilinear(a, X.shape[2:]):
        extent = plane.max() - plane.min()
        if extent == 0:
            raises.append(torch.zeros(1, dtype=torch.float64))
        else:
            raises.append(score(X * (plane - plane.min()) / extent) - baseline)
    return F.relu(weighted(torch.softmax(torch.cat(raises), 0), a))


class Random:
    """java.util.Random, as its documentation specifies it."""

    def __init__(self, seed):
        self.seed = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)
        self.next_gaussian = None

    def bits(self, count):
        self.seed = (self.seed * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        return self.seed >> (48 - count)

    def double(self):
        return ((self.bits(26) << 27) + self.bits(27)) / (1 << 53)

    def below(self, bound):
        if bound & (bound - 1) == 0:
            return (bound * self.bits(31)) >> 31
        while True:
            bits = self.bits(31)
            if bits - bits % bound + bound - 1 < 1 << 31:
                return bits % bound

    def gaussian(self):
        if self.next_gaussian is not None:
            value, self.next_gaussian = self.next_gaussian, None
            return value
        while True:
            a = 2 * self.double() - 1
            b = 2 * self.double() - 1
            s = a * a + b * b
            if 0 < s < 1:
                factor = math.sqrt(-2 * math.log(s) / s)
                self.next_gaussian = b * factor
                return a * factor


def rise(masks, side, p, seed):
    random = Random(seed)
    height, width = X.shape[2:]
    cell = [-(-height // side), -(-width // side)]
    total = torch.zeros(height, width, dtype=torch.float64)
    for _ in range(masks):
        grid = [1.0 if random.double() < p else 0.0 for _ in range(side * side)]
        top, left = random.below(cell[0]), random.below(cell[1])
        large = bilinear(
            torch.tensor(grid, dtype=torch.float64).reshape(1, side, side),
            [(side + 1) * c for c in cell],
        )[0]
        mask = large[top : top + height, left : left + width]
        total += score(X * mask) * mask
    return total / (masks * p)


def smooth_grad(samples, sigma, seed):
    random = Random(seed)
    deviation = sigma * (X.max() - X.min()).item()
    total = torch.zeros_like(X)
    for _ in range(samples):
        noise = np.array([random.gaussian() for _ in range(X.numel())]).reshape(X.shape)
        noisy = (X.numpy() + deviation * noise).astype(np.float32).astype(np.float64)
        total += at_input(torch.from_numpy(noisy))
    return total[0] / samples


def integrated_gradients(steps, baseline):
    total = torch.zeros_like(X)
    for k in range(steps + 1):
        weight = (0.5 if k in (0, steps) else 1) / steps
        total += weight * at_input(baseline + k / steps * (X - baseline))
    return (total * (X - baseline))[0]


def save(name, values):
    np.save("%s/%s.npy" % (OUT, name), values.detach().numpy().astype(np.float32))


def save_input(name, values):
    """Every 14th pixel from the 7th on: 16 x 16 of 224 x 224."""
    save(name, values[..., 7::14, 7::14].contiguous())


layer_cams = {}
for layer in (4, 12):
    a, g = at_layer(layer)
    name = ".features.%d" % layer
    save("grad-cam++" + name, grad_cam_plus_plus(a, g))
    save("xgrad-cam" + name, xgrad_cam(a, g))
    save("hires-cam" + name, hires_cam(a, g))
    layer_cams[layer] = layer_cam(a, g)
    save("layer-cam" + name, layer_cams[layer])
    save("eigen-cam" + name, eigen_cam(a, g))
    with torch.no_grad():
        save("ablation-cam" + name, ablation_cam(a, layer))
        if layer == 12:
            save("score-cam" + name, score_cam(a))

shallow = layer_cams[4]
deep = bilinear(layer_cams[12][None], shallow.shape)[0]
save(
    "layer-cam.features.4+features.12",
    torch.maximum(torch.tanh(2 * shallow / shallow.max()), deep / deep.max()),
)

save_input("gradient-x-input", (X * at_input(X))[0])
black = torch.tensor([-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225], dtype=torch.float64)
black = black[None, :, None, None].expand_as(X)
save_input("integrated-gradients", integrated_gradients(5, black))
save("integrated-gradients.scores", torch.cat([score(X), score(black)]))
save_input("smooth-grad", smooth_grad(3, 0.15, 7))
with torch.no_grad():
    save_input("rise", rise(30, 7, 0.5, 11))
