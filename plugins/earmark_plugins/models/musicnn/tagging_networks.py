"""The two networks of the package musicnn, with weights by TensorFlow's names.

Imports torch, so a model imports it when it loads and never before.
Source: Pons and Serra 2019, https://arxiv.org/abs/1909.06654, with the code that it releases, read as a specification.
Licence: Apache-2.0, as the rest of earmark.
"""

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

EPSILON = 1e-3  # of TensorFlow's batch normalization, where PyTorch has 1e-5
TAPS = 7  # frames that a timbral or a middle filter spans
VGG_POOLS = (((4, 1), (2, 2)), ((2, 2), (2, 2)), ((2, 2), (2, 2)), ((2, 2), (2, 2)), ((4, 4), (4, 4)))
"""Extent and step of each pooling, [time, frequency]; the first overlaps itself in time, as in the released code."""

Weights = Mapping[str, Tensor]


def numbered(name: str, number: int) -> str:
    """Return what TensorFlow calls the layer with that number, from 0, of those with one name: ``conv2d_1``."""
    return f"{name}_{number}" if number else name


def fixed(weights: Tensor) -> nn.Parameter:
    """Return a parameter that is never trained, in memory of its own."""
    return nn.Parameter(weights.float().contiguous(), requires_grad=False)


def over_channels(numbers: Tensor, features: Tensor) -> Tensor:
    """View one number a channel so that it meets features [batch, channels, ...]."""
    return numbers.view(-1, *(1 for _ in features.shape[2:]))


class Normalized(nn.Module):
    """Batch normalization with the statistics of training: a factor and an offset for each channel."""

    def __init__(self, weights: Weights, name: str) -> None:
        """Take the normalization of that name in the checkpoint."""
        super().__init__()
        part = {key: weights[f"{name}/{key}"].double() for key in ("gamma", "beta", "moving_mean", "moving_variance")}
        factor = part["gamma"] / (part["moving_variance"] + EPSILON).sqrt()
        self.factor = fixed(factor)
        self.offset = fixed(part["beta"] - part["moving_mean"] * factor)

    def forward(self, features: Tensor) -> Tensor:
        """Scale and shift features [batch, channels, ...]."""
        return features * over_channels(self.factor, features) + over_channels(self.offset, features)


class Peaks(nn.Module):
    """Convolution, ReLU, normalization and the maximum over a region, with the maximum taken first.

    The maximum of what is scaled by a factor below 0 is the scaled minimum. So the filters with such a factor are
    stored negated, their peaks are negated back, and ReLU and normalization see only what the pooling left: the same
    numbers with one pass over the large maps instead of three.
    """

    sign: Tensor

    def __init__(self, weights: Weights, names: tuple[str, str], order: tuple[int, ...]) -> None:
        """Take a convolution and a normalization by name.

        The checkpoint's kernels are [time, frequency, channels, filters]; `order` puts the axes as PyTorch wants them.
        """
        super().__init__()
        self.normalized = Normalized(weights, names[1])
        self.register_buffer("sign", torch.where(self.normalized.factor < 0, -1.0, 1.0))
        self.kernel = fixed((weights[f"{names[0]}/kernel"] * self.sign).permute(order))  # filters are the last axis
        self.bias = fixed(weights[f"{names[0]}/bias"] * self.sign)

    def forward(self, bare: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """Call `bare`, convolution and maximum, with kernel and bias: the whole block's [batch, filters, ...]."""
        peaks = bare(self.kernel, self.bias)
        normalized: Tensor = self.normalized((peaks * over_channels(self.sign, peaks)).relu_())
        return normalized


class Middle(nn.Module):
    """Convolution over seven frames of all features, ReLU and normalization."""

    def __init__(self, weights: Weights, names: tuple[str, str]) -> None:
        """Take a convolution and a normalization by name; the checkpoint's kernel is [7, features, 1, filters]."""
        super().__init__()
        self.kernel = fixed(weights[f"{names[0]}/kernel"][:, :, 0].permute(2, 1, 0))  # [filters, features, 7]
        self.bias = fixed(weights[f"{names[0]}/bias"])
        self.normalized = Normalized(weights, names[1])

    def forward(self, features: Tensor) -> Tensor:
        """Map features [batch, features, frames] to [batch, filters, frames]."""
        found = functional.conv1d(features, self.kernel, self.bias, padding=TAPS // 2).relu_()
        normalized: Tensor = self.normalized(found)
        return normalized


class Musicnn(nn.Module):
    """Filters over pitch and over time, a middle with residual connections, and pooling over the whole patch."""

    def __init__(self, weights: Weights) -> None:
        """Take the tensors of a checkpoint; TensorFlow counted the layers as they were built."""
        super().__init__()
        names = [(numbered("conv2d", i), numbered("batch_normalization", i + 1)) for i in range(8)]
        self.input = Normalized(weights, "batch_normalization")
        # Kernels [204, 7, 1, bands]: the seven frames become channels, which a processor likes better than one channel.
        self.timbral = nn.ModuleList(Peaks(weights, pair, (3, 0, 2, 1)) for pair in names[:2])
        self.temporal = nn.ModuleList(Peaks(weights, pair, (3, 2, 0, 1)) for pair in names[2:5])
        self.middle = nn.ModuleList(Middle(weights, pair) for pair in names[5:])
        self.pooled = Normalized(weights, "batch_normalization_9")
        self.dense = fixed(weights["dense/kernel"].t())
        self.bias = fixed(weights["dense/bias"])
        self.last = Normalized(weights, "batch_normalization_10")

    def forward(self, patches: Tensor) -> dict[str, Tensor]:
        """Map patches [batch, frames, bands] to each layer [batch, dim]; frames may be any number."""
        parts = self._parts(patches)
        features = torch.cat(list(parts.values()), 1)  # [batch, 753, frames]
        pool = torch.stack([features.amax(2), features.mean(2)], 2).flatten(1)  # [batch, 1506]
        hidden = functional.linear(self.pooled(pool), self.dense, self.bias).relu_()
        means = {name: part.mean(2) for name, part in parts.items()}
        return means | {"pool": pool, "penultimate": self.last(hidden)}

    def _parts(self, patches: Tensor) -> dict[str, Tensor]:
        """Map patches [batch, frames, bands] to front end and middle, each [batch, channels, frames]."""
        mel = self.input(patches[:, None])[:, 0]
        timbral = torch.cat(self._timbral(mel), 1)
        temporal = torch.cat(self._temporal(mel), 1)
        cnn1 = self.middle[0](torch.cat([timbral, temporal], 1))
        cnn2 = self.middle[1](cnn1) + cnn1
        cnn3 = self.middle[2](cnn2) + cnn2
        return {"timbral": timbral, "temporal": temporal, "cnn1": cnn1, "cnn2": cnn2, "cnn3": cnn3}

    def _timbral(self, mel: Tensor) -> list[Tensor]:
        """Filters of 7 frames and 38 or 67 bands, and their maximum over frequency: each [batch, 204, frames]."""
        padded = functional.pad(mel, (0, 0, TAPS // 2, TAPS // 2))
        taps = padded.unfold(1, TAPS, 1).contiguous().permute(0, 3, 1, 2)  # [batch, 7, frames, bands], channels last
        return [
            block(lambda kernel, bias: _over_bands(functional.conv2d(taps, kernel, bias))) for block in self.timbral
        ]

    def _temporal(self, mel: Tensor) -> list[Tensor]:
        """Filters over 128, 64 or 32 frames of one band, and their maximum over bands: each [batch, 51, frames]."""
        bands = mel.transpose(1, 2).flatten(0, 1)[:, None]  # [batch * bands, 1, frames]

        def peaks(kernel: Tensor, bias: Tensor) -> Tensor:
            around = kernel.shape[2] - 1
            padded = functional.pad(bands, (around // 2, around - around // 2))  # TensorFlow's "same": more at the end
            maps = functional.conv1d(padded, kernel[..., 0], bias)
            return maps.view(len(mel), -1, *maps.shape[1:]).amax(1)

        return [block(peaks) for block in self.temporal]


class Vgg(nn.Module):
    """Five blocks of 3 × 3 convolution and pooling."""

    def __init__(self, weights: Weights) -> None:
        """Take the tensors of a checkpoint."""
        super().__init__()
        names = [(f"{number}CNN", f"batch_normalization_{number}") for number in range(1, 6)]
        self.input = Normalized(weights, "batch_normalization")
        self.blocks = nn.ModuleList(Peaks(weights, pair, (3, 2, 0, 1)) for pair in names)

    def forward(self, patches: Tensor) -> dict[str, Tensor]:
        """Map patches [batch, frames, 96], at least 96 frames, to each layer [batch, 128]."""
        return {f"pool{number}": pooled.mean((2, 3)) for number, pooled in enumerate(self.maps(patches), 1)}

    def maps(self, patches: Tensor) -> list[Tensor]:
        """Map patches [batch, frames, 96] to what each pooling leaves: [batch, 128, time, frequency]."""
        found = [self.input(patches[:, None])]
        for block, pool in zip(self.blocks, VGG_POOLS, strict=True):
            features = found[-1].contiguous(memory_format=torch.channels_last)
            found.append(block(partial(_pooled, features, pool)))
        return found[1:]


def _pooled(features: Tensor, pool: tuple[tuple[int, int], tuple[int, int]], kernel: Tensor, bias: Tensor) -> Tensor:
    return functional.max_pool2d(functional.conv2d(features, kernel, bias, padding=1), *pool)


def _over_bands(maps: Tensor) -> Tensor:
    """Return the maximum over the last axis; `amax` says the same, but is ten times slower on channels-last maps."""
    return functional.max_pool2d(maps, (1, maps.shape[3])).squeeze(3)
