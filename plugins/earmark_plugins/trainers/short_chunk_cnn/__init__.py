"""Short-chunk CNN: seven small convolutions over 3.69 s of log-mel, a strong and simple tagger, and its residual twin.

Source: Won et al. 2020, "Evaluation of CNN-based Automatic Music Tagging Models", https://arxiv.org/abs/2006.00751.
Front end, layers and schedule of `full` are the published ones: 16 kHz, 128 mel bands on the HTK scale without area
normalisation, in decibels; 7 blocks of 3 × 3 convolution, batch normalisation, ReLU and 2 × 2 maximum, or 7 residual
blocks of stride 2; maximum over time; 512 units; dropout 0.5; Adam, then SGD in three falling steps, each from the
best weights so far. The authors' optimizer lives through the SGD steps; here each begins with fresh momentum, since
the old one belongs to weights that are gone. `small` and `tiny` are ours: a half and a quarter of the final width,
less in the first blocks, and fewer epochs, of more crops and at higher learning rates, for hundreds of clips.
Licence: Apache-2.0, as the rest of earmark.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from earmark import hookimpl
from earmark.trainer import Phase, Recipe, TrainerInfo

if TYPE_CHECKING:
    from earmark_plugins.trainers.short_chunk_cnn.network import ShortChunkCnn

RATE_HZ = 16_000
WINDOW_SAMPLES = 59_049  # 3.69 s: 3 ** 10, the input of SampleCNN, so that the two can be compared
CHANNELS: Mapping[str, tuple[int, ...]] = {
    "tiny": (8, 16, 32, 64, 64, 64, 128),
    "small": (16, 32, 64, 128, 128, 128, 256),
    "full": (128, 128, 256, 256, 256, 256, 512),
}
"""Width of each block; the first ones, which take most of the time, are narrowed most."""
MOMENTUM = 0.9


def sgd(epochs: int, learning_rate: float) -> Phase:
    """Return a phase of the published second half: SGD with Nesterov's momentum."""
    return Phase(epochs=epochs, optimizer="sgd", learning_rate=learning_rate, momentum=MOMENTUM)


RECIPES: Mapping[str, Recipe] = {
    "tiny": Recipe(
        phases=(Phase(epochs=16, optimizer="adam", learning_rate=4e-3), sgd(4, 1e-2), sgd(4, 1e-3)), crops=4
    ),
    "small": Recipe(
        phases=(Phase(epochs=40, optimizer="adam", learning_rate=1e-3), sgd(10, 1e-2), sgd(10, 1e-3)), crops=4
    ),
    "full": Recipe(
        phases=(Phase(epochs=80, optimizer="adam", learning_rate=1e-4), sgd(20, 1e-3), sgd(20, 1e-4), sgd(80, 1e-5))
    ),
}


def layers(size: str) -> dict[str, int]:
    """Return the dimension of each layer, input to output: the blocks, averaged, and the dense layer."""
    widths = CHANNELS[size]
    return {f"block{i}": width for i, width in enumerate(widths, 1)} | {"penultimate": widths[-1]}


def build(size: str, outputs: int, *, residual: bool) -> "ShortChunkCnn":
    """Return a network with torch's own random weights."""
    from earmark_plugins.trainers.short_chunk_cnn.network import PooledBlock, ResidualBlock, ShortChunkCnn  # noqa: PLC0415 - imports torch

    return ShortChunkCnn(ResidualBlock if residual else PooledBlock, CHANNELS[size], outputs)


def trainer(name: str, summary: str, *, residual: bool) -> TrainerInfo:
    """Return what is known of one of the twins."""
    return TrainerInfo(
        name=name,
        version="1",
        sample_rate=RATE_HZ,
        window_samples=WINDOW_SAMPLES,
        recipes=RECIPES,
        layers={size: layers(size) for size in RECIPES},
        build=partial(build, residual=residual),
        license="Apache-2.0",
        source="Won et al. 2020, arXiv:2006.00751",
        summary=summary,
    )


@hookimpl
def provide_trainers() -> list[TrainerInfo]:
    """Return the plain network and the residual one."""
    return [
        trainer("short-chunk-cnn", "Seven convolutions over 3.69 s: 3.69 M parameters in full.", residual=False),
        trainer("short-chunk-cnn-res", "The same of residual blocks: 12.1 M parameters in full.", residual=True),
    ]
