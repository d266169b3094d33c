"""What a plugin says and does to be measured."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from earmark.errors import PluginError

Array = Any
"""A torch tensor or a numpy array; the harness hands over tensors and takes either."""


class Model(Protocol):
    """Turns audio into embeddings; everything else is the harness's."""

    def embed(self, audio: Array) -> Array:
        """Map audio [batch, samples], float32 in [-1, 1], to embeddings [batch, frames, dim]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What is known of a model without loading it."""

    name: str
    version: str
    sample_rate: int
    """Hz: the harness resamples to it."""
    dim: int
    load: Callable[..., Model]
    """Called with the plugin's options, and ``device`` if it takes one; returns the model ready to embed."""
    window_s: float | None = None
    """Seconds of audio that the model takes at once; None: the whole track."""
    hop_s: float | None = None
    """Seconds from one window to the next; None: windows do not overlap."""
    license: str = ""
    source: str = ""
    """Where it comes from: a paper, a repository, a textbook."""
    training_data: tuple[str, ...] = ()
    """Names of data sets it was trained on; a run on one of them is marked."""
    summary: str = ""
    options: tuple[str, ...] = ()
    """Names that may follow a question mark: ``my-model?layer=7``."""

    def __post_init__(self) -> None:
        if not all(isinstance(text, str) and text for text in (self.name, self.version)):
            raise PluginError(f"A model needs a name and a version as text, not {self.name!r} and {self.version!r}.")
        if isinstance(self.training_data, str):
            raise PluginError(f"Model {self.name!r}: training_data is a tuple of names, not {self.training_data!r}.")
        for what, value in (("sample_rate", self.sample_rate), ("dim", self.dim)):
            if not value > 0:
                raise PluginError(f"Model {self.name!r} has {what} {value}; it must be above 0.")
        for what, seconds in (("window_s", self.window_s), ("hop_s", self.hop_s)):
            if seconds is not None and not seconds > 0:
                raise PluginError(f"Model {self.name!r} has {what} {seconds}; it must be above 0 or None.")
        if self.hop_s is not None and self.window_s is None:
            raise PluginError(f"Model {self.name!r} has a hop_s but no window_s: a whole track has no next window.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedModel:
    """A model ready to embed, with what is known of it."""

    info: ModelInfo
    model: Model
    options: tuple[tuple[str, str], ...] = ()
    """What followed the question mark in its name, sorted."""
