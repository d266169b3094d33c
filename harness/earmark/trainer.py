"""What a trainer brings: an architecture in several sizes, and the recipe by which each size is trained.

The architecture knows no loop and the loop no architecture: `earmark.train` trains whatever a `TrainerInfo` builds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, Protocol

from earmark.errors import PluginError

Tensor = Any
OPTIMIZERS = ("adam", "sgd")


class Network(Protocol):
    """A torch module that can be trained, and that is a `Model` once it is."""

    def __call__(self, audio: Tensor) -> Tensor:
        """Map audio [batch, samples], float32 in [-1, 1], to logits [batch, outputs]."""

    def embed(self, audio: Tensor) -> Mapping[str, Tensor]:
        """Map audio [batch, samples] to embeddings [batch, frames, dim] by layer, input to output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of epochs under one optimizer, which starts from the best weights so far."""

    epochs: int
    optimizer: Literal["adam", "sgd"]
    learning_rate: float
    weight_decay: float = 1e-4
    """L2: added to the gradient."""
    momentum: float = 0.0
    """Nesterov's, of `sgd`."""

    def __post_init__(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            raise PluginError(f"A phase is trained by one of {OPTIMIZERS}, not by {self.optimizer!r}.")
        if self.epochs < 0 or not self.learning_rate > 0:
            raise PluginError(f"A phase of {self.epochs} epochs at a learning rate of {self.learning_rate} cannot be.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one size of a network is trained."""

    phases: tuple[Phase, ...]
    batch_size: int = 16
    crops: int = 1
    """Random crops of every clip in an epoch."""
    chunks: int = 16
    """Evenly spaced chunks of a clip whose probabilities are averaged in validation."""

    def __post_init__(self) -> None:
        # A batch normalisation has no variance over a batch of one.
        for what, least in (("batch_size", 2), ("crops", 1), ("chunks", 1)):
            value: int = getattr(self, what)
            if value < least:
                raise PluginError(f"A recipe's {what} is at least {least}, not {value}.")

    @property
    def epochs(self) -> int:
        """Of all phases together."""
        return sum(phase.epochs for phase in self.phases)

    def lasting(self, epochs: int) -> "Recipe":
        """The same recipe with its phases shrunk or stretched to so many epochs together."""
        ends = [0]
        for phase in self.phases:
            ends.append(ends[-1] + phase.epochs)
        scaled = [round(end * epochs / max(1, ends[-1])) for end in ends]
        lengths = [after - before for before, after in pairwise(scaled)]
        phases = (replace(phase, epochs=n) for phase, n in zip(self.phases, lengths, strict=True))
        return replace(self, phases=tuple(phase for phase in phases if phase.epochs))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerInfo:
    """A family of networks that `bench train` turns, on any labelled data, into checkpoints that load as models."""

    name: str
    version: str
    """Raise it with any change of the architecture: a checkpoint of another version is refused."""
    sample_rate: int
    """Hz: the harness resamples to it."""
    window_samples: int
    """Length of the crops and chunks that the network is trained on, and of the windows that it embeds."""
    recipes: Mapping[str, Recipe]
    """By size, the smallest first."""
    layers: Mapping[str, Mapping[str, int]]
    """By size: the layers that `Network.embed` answers with and their dims, input to output; the last is the one
    taken unless a user asks for another."""
    build: Callable[[str, int], Network]
    """``build(size, outputs)``: a new network with random weights, drawn from torch's generator."""
    license: str = ""
    source: str = ""
    summary: str = ""

    def __post_init__(self) -> None:
        if not self.recipes or set(self.recipes) != set(self.layers):
            raise PluginError(f"Trainer {self.name!r} needs a recipe and the layers of each of its sizes.")
        for what, value in (("sample_rate", self.sample_rate), ("window_samples", self.window_samples)):
            if not value > 0:
                raise PluginError(f"Trainer {self.name!r} has {what} {value}; it must be above 0.")

    @property
    def window_s(self) -> float:
        """Seconds of audio that the network takes at once."""
        return self.window_samples / self.sample_rate
