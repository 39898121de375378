"""Grad-CAM as pytorch-grad-cam works: hooks on the layer, and a full backward pass.

Answers each line of its input, a number of milliseconds to repeat for, with a JSON line of the
times of the repetitions in milliseconds. Weights and image are random.
"""
import json
import os
import sys
import time

import torch
from torch import nn


def convolution(inputs, outputs, kernel, **options):
    return [nn.Conv2d(inputs, outputs, kernel, **options), nn.ReLU(inplace=True)]


def dense(features):
    return [
        nn.Flatten(), nn.Dropout(), nn.Linear(features, 4096), nn.ReLU(inplace=True),
        nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Linear(4096, 1000)]


def vgg16():
    layers, inputs = [], 3
    for outputs, depth in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(depth):
            layers += convolution(inputs, outputs, 3, padding=1)
            inputs = outputs
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, *dense(512 * 49)), layers[-2], 224


def alexnet_torchvision():
    layers = [
        *convolution(3, 64, 11, stride=4, padding=2), nn.MaxPool2d(3, 2),
        *convolution(64, 192, 5, padding=2), nn.MaxPool2d(3, 2),
        *convolution(192, 384, 3, padding=1), *convolution(384, 256, 3, padding=1),
        *convolution(256, 256, 3, padding=1), nn.MaxPool2d(3, 2)]
    return nn.Sequential(*layers, *dense(256 * 36)), layers[-2], 224


def alexnet():
    layers = [
        *convolution(3, 96, 11, stride=4), nn.LocalResponseNorm(5, 1e-4), nn.MaxPool2d(3, 2),
        *convolution(96, 256, 5, padding=2, groups=2), nn.LocalResponseNorm(5, 1e-4),
        nn.MaxPool2d(3, 2), *convolution(256, 384, 3, padding=1),
        *convolution(384, 384, 3, padding=1, groups=2),
        *convolution(384, 256, 3, padding=1, groups=2), nn.MaxPool2d(3, 2)]
    return nn.Sequential(*layers, *dense(256 * 36)), layers[-2], 227


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.branch = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width),
            nn.ReLU(inplace=True), nn.Conv2d(width, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs))
        self.shortcut = nn.Identity() if inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu_(self.branch(x).add_(self.shortcut(x)))


def resnet50():
    blocks, inputs = [], 64
    for stage, depth in enumerate((3, 4, 6, 3)):
        for block in range(depth):
            blocks.append(Bottleneck(inputs, 64 << stage, 2 if stage and not block else 1))
            inputs = 256 << stage
    stem = [
        nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2, 1)]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000)]
    return nn.Sequential(*stem, *blocks, *head), blocks[-1], 224


def grad_cam(network, layer, image):
    kept = {}

    def keep(module, inputs, output):
        kept["activation"] = output.detach().clone()
        output.register_hook(lambda gradient: kept.update(gradient=gradient))

    handle = layer.register_forward_hook(keep)
    try:
        scores = network(image)
        network.zero_grad()
        scores[0, scores[0].argmax()].backward()
    finally:
        handle.remove()
    weights = kept["gradient"].mean((2, 3), keepdim=True)
    return (weights * kept["activation"]).sum(1).relu()


def check(network, layer, image):
    """The map is that of a backward pass through the layers behind the hooks alone."""
    modules = list(network)
    last = modules.index(layer) + 1
    with torch.no_grad():
        activation = network[:last](image)
    activation.requires_grad_()
    scores = network[last:](activation)
    gradient, = torch.autograd.grad(scores[0, scores[0].argmax()], activation)
    expected = (gradient.mean((2, 3), keepdim=True) * activation.detach()).sum(1).relu()
    found = grad_cam(network, layer, image)
    if not (found - expected).abs().max() <= 1e-4 * expected.max():
        sys.exit("the map of the full backward pass is not that of the head's alone")


torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)
network, layer, size = globals()[sys.argv[1].replace("-", "_")]()
network.eval()
image = torch.randn(1, 3, size, size)
check(network, layer, image)
print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
for line in sys.stdin:
    times = []
    end = time.perf_counter() + float(line) / 1000
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        grad_cam(network, layer, image)
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps(times), flush=True)
