"""Models before the data of an exam: everything embedded once, before anything is asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from earmark.extract import FULL_PRECISION, Asked, Extraction, Setup, Take, extract_each, windows_at_once
from earmark.model import ModelInfo, OpenedModel
from earmark.perturbation import Condition
from earmark.place import Place
from earmark.progress import Progress
from earmark.protocol.recordings import Exam
from earmark.registry import open_model
from earmark.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a run is done, whatever it measures."""

    place: Place
    device: str
    workers: int | None
    progress: Progress
    seed: int = 0
    probes: tuple[str, ...] = ("linear",)
    layers: tuple[str, ...] = ()
    precision: str = FULL_PRECISION
    trust: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()
    """Under which the test tracks are heard too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """One model's embeddings of one data set: vectors at hand, frames in the store."""

    extraction: Extraction
    vectors: Mapping[str, Mapping[str, npt.NDArray[np.float32]]]
    """Mean over the frames, by layer and id of the track or take: [dim]."""
    audio_s: float
    """Length of all tracks that could be read."""
    unchanged: frozenset[str] = frozenset()
    """Ids of the takes that the condition left as they were, sample for sample."""

    @classmethod
    def of(cls, extraction: Extraction, tracks: Collection[str]) -> "Embedded":
        """Read the vectors once for all tasks; `tracks` are the ids that are no takes."""
        vectors: dict[str, dict[str, npt.NDArray[np.float32]]] = {layer: {} for layer in extraction.layers}
        durations_s, unchanged = {}, set()
        for layer in extraction.layers:
            for track in extraction.keys:
                embeddings = extraction.read(track, layer)
                vectors[layer][track] = embeddings.mean.copy()  # the frames it may be a view beside are let go
                if track in tracks:
                    durations_s[track] = embeddings.duration_s
                if embeddings.same_audio:
                    unchanged.add(track)
        audio_s = sum(durations_s.values())
        return cls(extraction=extraction, vectors=vectors, audio_s=audio_s, unchanged=frozenset(unchanged))

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that were taken."""
        return self.extraction.layers


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One model's embeddings of all data sets of an exam."""

    embedded: Mapping[str, Embedded]

    @property
    def opened(self) -> OpenedModel:
        """The model."""
        return next(iter(self.embedded.values())).extraction.opened

    @property
    def info(self) -> ModelInfo:
        """What is known of the model."""
        return self.opened.info


def sit(
    models: Sequence[str | ModelInfo], beside: Sequence[str], exam: Exam, names: Sequence[str], terms: Terms
) -> tuple[list[Sitting], list[Sitting]]:
    """Embed the named data sets by the models and by those beside them; each recording is decoded once for all.

    Test tracks are heard under the terms' conditions too. Of the models the wanted layers are taken at the wanted
    precision, of those beside the main one at the full.
    """
    asked = [Asked(open_model=_opener(m, terms), layers=terms.layers, precision=terms.precision) for m in models]
    asked += [Asked(open_model=_opener(m, terms)) for m in beside]
    found = {name: _embed(exam, name, asked, terms) for name in names}
    sittings = [Sitting(embedded={name: some[i] for name, some in found.items()}) for i in range(len(asked))]
    return sittings[: len(models)], sittings[len(models) :]


def _opener(model: str | ModelInfo, terms: Terms) -> "partial[OpenedModel]":
    return partial(open_model, model, terms.device, models=terms.place.models, trust=terms.trust)


def _embed(exam: Exam, name: str, asked: Sequence[Asked], terms: Terms) -> list[Embedded]:
    setup = Setup(
        store=Store(terms.place.embeddings),
        device=terms.device,
        batch_size=windows_at_once(terms.device),
    )
    tracks = exam.datasets[name].tracks
    tests = [track for track in tracks if track.split == "test"]
    takes = [Take(track=t, condition=c, seed=terms.seed) for t in tests for c in terms.conditions]
    found = extract_each(tracks, asked, setup, takes=takes, workers=terms.workers, progress=terms.progress)
    ids = {track.id for track in tracks}
    return [Embedded.of(one, ids) for one in found]
