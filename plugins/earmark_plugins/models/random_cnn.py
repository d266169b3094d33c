"""Random CNN: an untrained convolutional network over log-mel, which shows what architecture alone gives.

Five blocks of 3 × 3 convolution, ReLU and 2 × 2 max pooling, as in the VGG-like nets of music tagging, with He's
initial weights from a fixed seed; never trained.
Source: Choi et al. 2016, https://arxiv.org/abs/1606.00298 (the blocks); He et al. 2015,
https://arxiv.org/abs/1502.01852 (the weights); Pons and Serra 2019, https://arxiv.org/abs/1805.00237 (the idea).
Licence: Apache-2.0, as the rest of earmark.
"""

from typing import TYPE_CHECKING

import numpy as np

from earmark import ModelInfo, hookimpl
from earmark_plugins.models import log_mel

if TYPE_CHECKING:
    from torch import Tensor, nn

WINDOW_S = 3.0
CHANNELS = (16, 32, 64, 128, 128)
KERNEL = 3
POOL = 2
LAST_BANDS = log_mel.BANDS // POOL ** len(CHANNELS)  # 3: low, middle and high stay apart
DIM = CHANNELS[-1] * LAST_BANDS
LEAST_FRAMES = POOL ** len(CHANNELS)  # fewer log-mel frames would pool to nothing
SEED = 20_240_229


def convolutions(seed: int) -> "nn.Sequential":
    """Return the five blocks: log-mel [batch, 1, frames, 96] to features [batch, 128, frames // 32, 3].

    The weights come from numpy, whose stream for a seed does not depend on the platform or the version of torch.
    """
    import torch  # noqa: PLC0415 - listing models imports no torch

    random = np.random.default_rng(seed)
    layers: list[nn.Module] = []
    for before, after in zip((1, *CHANNELS), CHANNELS, strict=False):
        layer = torch.nn.Conv2d(before, after, KERNEL, padding=KERNEL // 2, bias=False)
        deviation = np.sqrt(2.0 / (before * KERNEL**2))  # keeps the power through a ReLU (He et al. 2015, eq. 10)
        weights = random.normal(0.0, deviation, layer.weight.shape).astype(np.float32)
        layer.weight = torch.nn.Parameter(torch.from_numpy(weights), requires_grad=False)
        layers += [layer, torch.nn.ReLU(), torch.nn.MaxPool2d(POOL)]
    return torch.nn.Sequential(*layers)


class RandomCnn:
    """Embeds each window of 3 s as the mean over time of an untrained network's last features."""

    def __init__(self, device: str = "cpu") -> None:
        self.network = convolutions(SEED).to(device).eval()
        self.log_mel = log_mel.LogMel(device)

    def embed(self, audio: "Tensor") -> "Tensor":
        """Map audio [batch, samples] to one frame for each row: [batch, 1, 384]; silence is zero."""
        import torch  # noqa: PLC0415 - listing models imports no torch

        mel = self.log_mel.embed(audio)
        missing = max(0, LEAST_FRAMES - mel.shape[1])
        mel = torch.nn.functional.pad(mel, (0, 0, 0, missing))
        features: Tensor = self.network(mel[:, None])  # [batch, 128, time, 3]
        return features.mean(2).flatten(1)[:, None]  # [batch, 1, 384]


@hookimpl
def provide_models() -> list[ModelInfo]:
    """Return the one model of this file."""
    return [
        ModelInfo(
            name="random-cnn",
            version="1",
            sample_rate=log_mel.RATE_HZ,
            dim=DIM,
            window_s=WINDOW_S,
            load=RandomCnn,
            license="Apache-2.0",
            gain="heard",
            source="Choi et al. 2016, arXiv:1606.00298, with the weights of He et al. 2015, arXiv:1502.01852",
            summary="An untrained convolutional network: what architecture alone gives.",
        )
    ]
