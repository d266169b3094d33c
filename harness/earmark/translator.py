"""What moves an embedding to where the same music at another speed would be, without hearing it (McCallum 2024)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from earmark.errors import PluginError

Vectors = npt.NDArray[np.float32]
Translate = Callable[[Vectors, float], Vectors]
"""(track vectors [tracks, dim], speed) -> vectors [tracks, dim] of the same music at that speed; 1.25 is faster."""
ORACLE = "oracle"
"""What stands above every translator: the vectors of the stretched audio themselves."""


class Embedder(Protocol):
    """What a translator is told of the model whose vectors it moves; a `ModelInfo` is one."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def version(self) -> str:
        """Other vectors bear another version."""

    @property
    def dim(self) -> int:
        """Of its vectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatorInfo:
    """A way to translate the vectors of one model, or of any, to another tempo."""

    name: str
    version: str
    load: Callable[[Any], Translate]
    """``load(model)`` returns the function for an `Embedder`; raises PluginError for a model that it does not know."""
    license: str = ""
    source: str = ""
    """Where it comes from: a paper, a repository, a textbook."""
    summary: str = ""

    def __post_init__(self) -> None:
        for what, text in (("name", self.name), ("version", self.version)):
            if not (isinstance(text, str) and text):
                raise PluginError(f"A translator needs name and version as text; its {what} is {text!r}.")
        if self.name == ORACLE:
            raise PluginError(f"A translator cannot be called {ORACLE!r}: that is what hears the audio at that speed.")
        if not callable(self.load):
            raise PluginError(f"Translator {self.name!r} has load {self.load!r}, which cannot be called.")

    def open(self, model: Embedder) -> Translate:
        """The function for one model, which raises PluginError where it fails or returns what are no such vectors."""
        try:
            translate = self.load(model)
        except PluginError:
            raise
        except Exception as error:  # the plugin border: whatever a plugin raises is the plugin's
            raise PluginError(
                f"Translator {self.name!r} could not be loaded for {model.name!r}: {type(error).__name__}: {error}"
            ) from error
        return lambda vectors, speed: self._checked(translate, vectors, speed)

    def _checked(self, translate: Translate, vectors: Vectors, speed: float) -> Vectors:
        if not speed > 0:
            raise ValueError(f"A speed is above 0, not {speed}; 1.25 is a quarter faster.")
        try:
            found = np.asarray(translate(vectors.copy(), speed))  # the plugin may write to them
        except Exception as error:  # the plugin border
            raise PluginError(
                f"Translator {self.name!r} failed at × {speed:g} speed: {type(error).__name__}: {error}"
            ) from error
        if wrong := _fault(found, vectors):
            raise PluginError(f"Translator {self.name!r} returned {wrong} at × {speed:g} speed.")
        return found.astype(np.float32)


def _fault(found: npt.NDArray[Any], given: Vectors) -> str:
    """Say what keeps an answer from being the vectors of the tracks given, or nothing."""
    if found.dtype.kind not in "fiu" or found.shape != given.shape:
        return f"{found.dtype} {list(found.shape)} for vectors {list(given.shape)}; it must keep the shape"
    bad = int((~(np.abs(found) <= np.finfo(np.float32).max)).any(axis=1).sum())
    return f"NaN or infinite values for {bad} of {len(found)} tracks" if bad else ""
