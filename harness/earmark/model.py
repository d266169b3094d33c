"""What a plugin says and does to be measured."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from earmark.audio import Audio
from earmark.errors import PluginError
from earmark.progress import Progress

Array = Any
"""A torch tensor or a numpy array; the harness hands over tensors and takes either."""


class Model(Protocol):
    """Turns audio into embeddings; everything else is the harness's."""

    def embed(self, audio: Array) -> Array:
        """Map audio [batch, samples], float32 in [-1, 1], to embeddings [batch, frames, dim].

        A model whose info names layers returns all of them: [layers, batch, frames, dim], or a mapping from their
        names to [batch, frames, dim].
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recording as a `TrackModel` meets it."""

    id: str
    load: Callable[[], Audio]
    """Decodes it, mono, at the model's sample rate; raises AudioError."""


class TrackModel(Protocol):
    """Answers for whole recordings by their id: embeddings computed elsewhere, or by a program of its own."""

    def embed_tracks(self, tracks: Sequence[Recorded]) -> Iterator[tuple[str, Array | str]]:
        """Yield for each track its id and its embeddings [frames, dim], which span its whole length evenly, or [dim].

        A sentence in their place says why there are none: the track is skipped and named.
        """


GAINS = ("", "heard", "invariant")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What is known of a model without loading it."""

    name: str
    version: str
    sample_rate: int
    """Hz: the harness resamples to it; 0 of a `TrackModel` that hears nothing."""
    dim: int
    load: Callable[..., Model | TrackModel]
    """Returns the model ready to embed. Called with the plugin's options by keyword, and with what it names of:
    ``device``; ``folder``, where `fetch` put things; ``trust``, a subset of TRUSTS that the user grants."""
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
    layers: Mapping[str, int] = field(default_factory=dict)
    """Name and dimension of each layer that `embed` returns, from input to output; empty: it returns one answer."""
    layer: str = ""
    """The layer that is taken unless the user asks for others; empty: the last."""
    fetch: Callable[[Path, Progress], None] | None = None
    """``fetch(folder, progress)`` obtains what `load` needs, such as weights; None: it needs nothing."""
    gain: str = ""
    """How embeddings answer to a gain, one of GAINS: they move with it, or they do not; empty: nobody says."""

    def __post_init__(self) -> None:
        if not all(isinstance(text, str) and text for text in (self.name, self.version)):
            raise PluginError(f"A model needs a name and a version as text, not {self.name!r} and {self.version!r}.")
        if isinstance(self.training_data, str):
            raise PluginError(
                f"Model {self.name!r}: training_data is a tuple of names, not {self.training_data!r}: write "
                f"({self.training_data!r},)."
            )
        for what, value, least in (("sample_rate", self.sample_rate, 0), ("dim", self.dim, 1)):
            if not value >= least:
                raise PluginError(f"Model {self.name!r} has {what} {value}; it must be at least {least}.")
        for what, seconds in (("window_s", self.window_s), ("hop_s", self.hop_s)):
            if seconds is not None and not seconds > 0:
                raise PluginError(f"Model {self.name!r} has {what} {seconds}; it must be above 0 or None.")
        if self.hop_s is not None and self.window_s is None:
            raise PluginError(f"Model {self.name!r} has a hop_s but no window_s: a whole track has no next window.")
        if self.gain not in GAINS:
            raise PluginError(f"Model {self.name!r} has gain {self.gain!r}; it must be one of {GAINS}.")
        self._check_layers()

    def _check_layers(self) -> None:
        if (self.layer or self.layers) and self.main_layer not in self.layers:
            raise PluginError(f"Model {self.name!r} has no layer {self.layer!r}; it has {', '.join(self.layers)}.")
        if self.layers and self.dim != self.layers[self.main_layer]:
            raise PluginError(
                f"Model {self.name!r} has dim {self.dim}, but its layer {self.main_layer!r} has "
                f"{self.layers[self.main_layer]}; they must be the same."
            )

    @property
    def main_layer(self) -> str:
        """The name of the layer that is taken unless the user asks for others; empty without layers."""
        return self.layer or (list(self.layers)[-1] if self.layers else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedModel:
    """A model ready to embed, with what is known of it."""

    info: ModelInfo
    model: Model | TrackModel
    options: tuple[tuple[str, str], ...] = ()
    """What followed the question mark in its name, sorted."""


TRUSTS = {
    "remote-code": "run code that comes with a model (--trust-remote-code)",
    "weights": "load weights that are pickles and may run code (--trust-weights)",
}
"""What a user may grant a model beyond the ordinary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterInfo:
    """A door for models that exist behind some interface, such as ``hear:module`` or ``onnx:model.onnx``."""

    name: str
    """What stands before the colon."""
    describe: Callable[..., ModelInfo]
    """``describe(argument, **options)``, with ``trust`` if it takes it: what is known of the model behind the colon.

    The info's `load` takes no options any more, and its name holds no path of this machine. Raises PluginError.
    """
    argument: str = "FILE"
    """What follows the colon, in a word for the help text."""
    options: tuple[str, ...] = ()
    """Names that may follow a question mark."""
    accepts: Callable[[Path], bool] | None = None
    """Whether a bare path belongs to it; None: it wants its colon."""
    summary: str = ""
