"""A model under examination: opened as the harness opens it, and asked as the harness asks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from earmark.audio import Audio, Samples
from earmark.check import signals
from earmark.check.elsewhere import Elsewhere
from earmark.extract.embed import Loaded, Way, checked, embed_layers, fetched, kind, windows_at_once
from earmark.extract.embeddings import Embeddings, Vectors
from earmark.extract.layers import choose_layers, split_layers
from earmark.model import ModelInfo, OpenedModel

CLIP_S = 4.0
"""How much a model without a window is given where little will do."""
TOLERANCE, TOLERANCE_ELSEWHERE = 1e-5, 1e-4
"""Protocol 1: relative to the largest number. An accelerator sums in an order that depends on the batch."""
TINY = 1e-30

Answer = Mapping[str, Vectors]
"""By layer: [batch, frames, dim]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """A model under examination, with what was noted when it was opened."""

    opened: OpenedModel
    device: str
    elsewhere: Elsewhere
    """The same model in another process."""
    fingerprint: str
    weights: Mapping[str, bytes] = field(default_factory=dict)
    """The hash of each array that it held once it was open."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Of the whole process, once it was open."""
    changed_by_load: tuple[str, ...] = ()
    """Settings that loading it changed."""
    chance: Mapping[str, object] = field(default_factory=dict)
    """States of the global random generators, once it was open."""
    quick: bool = False

    @property
    def info(self) -> ModelInfo:
        """What the plugin says of it."""
        return self.opened.info

    @property
    def clip_s(self) -> float:
        """Seconds of audio that the model takes at once."""
        return self.info.window_s or CLIP_S

    @property
    def layers(self) -> tuple[str, ...]:
        """All of its layers; the one layer ``""`` where it names none."""
        return choose_layers(self.info, ("all",)) if self.info.layers else ("",)

    @property
    def tolerance(self) -> float:
        """How far two answers may lie apart that ought to be the same."""
        return TOLERANCE if kind(self.device) == "cpu" else TOLERANCE_ELSEWHERE

    def clip(self, seed: int, level: float = signals.LEVEL) -> Samples:
        """Some music, as long as the model takes at once: [samples]."""
        return signals.music(self.clip_s, self.info.sample_rate, seed, level)

    def embed(self, *rows: Samples, layers: tuple[str, ...] | None = None) -> Answer:
        """Hand a batch of equally long rows [samples] straight to the model; raises PluginError."""
        names = self.layers if layers is None else layers
        answer = self.bare(torch.from_numpy(np.stack(rows)).to(self.device))
        parts = split_layers(answer, self.info, names)
        return {n: checked(fetched(part), self.info, len(rows), "this clip", n) for n, part in parts.items()}

    def bare(self, audio: torch.Tensor) -> Any:
        """The model's own answer, whatever it is."""
        model: Any = self.opened.model
        with torch.inference_mode():
            return model.embed(audio)

    def tracks(self, **audio: Audio) -> dict[str, dict[str, Embeddings]]:
        """Embed recordings together the way a run does, by name and layer; raises PluginError."""
        way = Way(device=self.device, batch_size=windows_at_once(self.device), layers=self.layers)
        return embed_layers(self.opened, [Loaded(name, name, one) for name, one in audio.items()], way)

    def track(self, audio: Audio) -> Answer:
        """Embed one recording the way a run does: by layer its track vector [1, 1, dim]."""
        return as_answer(self.tracks(clip=audio)["clip"])


def as_answer(found: Mapping[str, Embeddings]) -> Answer:
    """The track vectors of one recording, by layer: [1, 1, dim]."""
    return {layer: embeddings.mean[np.newaxis, np.newaxis] for layer, embeddings in found.items()}


def row(answer: Answer, index: int) -> Answer:
    """One row of a batch's answer: by layer [1, frames, dim]."""
    return {layer: part[index : index + 1] for layer, part in answer.items()}


def distance(one: Answer, other: Answer) -> float:
    """How far two answers lie apart, relative to the largest number; the worst layer counts, inf: another shape."""
    return max((_apart(part, other[layer]) for layer, part in one.items()), default=0.0)


def _apart(one: Vectors, other: Vectors) -> float:
    if one.shape != other.shape:
        return float("inf")
    largest = max(float(np.abs(one).max()), float(np.abs(other).max()), TINY)
    return float(np.abs(one.astype(np.float64) - other).max()) / largest
