"""What a probe, or a segmenter, reads from one model's embeddings about one task."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.answer import ANSWERS
from earmark.dataset import SPLITS, Dataset, Track
from earmark.errors import DatasetError
from earmark.metric import Metric
from earmark.probe import PROBES, Fold, Readout, Score, Sketch, boundary_probe, foote
from earmark.protocol.sitting import Embedded
from earmark.target import Target, Timeline
from earmark.task import BOUNDARIES, FOOTE, PROBED, Task

Array = npt.NDArray[np.float64]
FEWEST = 2
"""A split with fewer labelled tracks can be neither learnt from nor scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The labelled, readable tracks of one task by split."""

    task: Task
    target: Target
    tracks: Mapping[str, tuple[Track, ...]]

    def labels(self, split: str) -> list[Any]:
        """The target's labels of one split, in the order of its tracks."""
        return [track.labels[self.target.name] for track in self.tracks[split]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The estimated answers of the test tracks, one list a seed, and how they came about."""

    estimated: Sequence[Any]
    """[seeds][tracks, ...] in the form that the metrics take."""
    outputs: Array | None = None
    """[seeds, tracks, outputs] of the probe; None for a timeline."""
    settings: Mapping[str, float | str] = field(default_factory=dict)
    valid_score: float | None = None
    edge: str = ""
    converged: bool = True


def gather(task: Task, dataset: Dataset, readable: Callable[[str], bool]) -> Material:
    """Sort the labelled tracks by split; raises DatasetError when a split has too few."""
    target = dataset.target(task.target)
    labelled = [t for t in dataset.tracks if target.name in t.labels and readable(t.id)]
    tracks = {split: tuple(t for t in labelled if t.split == split) for split in SPLITS}
    for split, found in tracks.items():
        if len(found) < FEWEST:
            raise DatasetError(
                f"Task {task.name!r} has {len(found)} labelled tracks in {split}; it needs at least {FEWEST}."
                " Label more tracks, or leave the task out with --tasks."
            )
    return Material(task=task, target=target, tracks=tracks)


def probe_tracks(material: Material, embedded: Embedded, main: Metric, layer: str, *, probe: str, seed: int) -> Reading:
    """Fit a probe on track vectors: train fits, validation chooses, test is read once."""
    train, valid, test = (fold_of(material, embedded, layer, split) for split in SPLITS)
    link, score = ANSWERS[material.target.form].link, on_validation(material, main)
    readout = PROBES[probe](train, valid, test.embeddings, link=link, score=score, seed=seed)
    return as_reading(material, main, readout)


def on_validation(material: Material, main: Metric) -> Score:
    """By what a probe is chosen: the main metric of its outputs for the valid tracks, higher is better."""
    target, answer = material.target, ANSWERS[material.target.form]
    reference = answer.reference(target, material.labels("valid"))
    sign = 1.0 if main.higher_is_better else -1.0
    return lambda outputs: sign * main(reference, answer.decode(target, outputs))


def as_reading(material: Material, main: Metric, readout: Readout) -> Reading:
    """What a probe read out, in the form that the metrics take."""
    target, answer = material.target, ANSWERS[material.target.form]
    sign = 1.0 if main.higher_is_better else -1.0
    return Reading(
        estimated=[answer.decode(target, outputs) for outputs in readout.outputs],
        outputs=readout.outputs,
        settings=readout.settings,
        valid_score=sign * readout.valid_score,
        edge=readout.edge,
        converged=readout.converged,
    )


def fold_of(material: Material, embedded: Embedded, layer: str, split: str) -> Fold:
    """One split of a task as a probe sees it."""
    tracks = material.tracks[split]
    vectors = np.stack([embedded.vectors[layer][track.id] for track in tracks])
    return Fold(
        embeddings=vectors, answers=ANSWERS[material.target.form].encode(material.target, material.labels(split))
    )


def segment_untrained(material: Material, embedded: Embedded, main: Metric, layer: str) -> Reading:
    """Foote's novelty on the frames of each test track: nothing is learnt.

    Validation tracks are scored only where they are asked which of several layers to take.
    """
    valid_score = None
    if len(embedded.layers) > 1:
        valid_score = main(material.labels("valid"), _by_novelty(_each_sketch(material, embedded, layer, "valid")))
    estimated = _by_novelty(_each_sketch(material, embedded, layer, "test"))
    return Reading(estimated=[estimated], valid_score=valid_score)


def _by_novelty(sketches: Iterable[Sketch]) -> list[Timeline]:
    return [foote(s.frames, s.step_s, s.duration_s) for s in sketches]


def segment_by_probe(material: Material, embedded: Embedded, _: Metric, layer: str) -> Reading:
    """A linear boundary probe on the frames."""
    train, valid = (_sketches(material, embedded, layer, split) for split in ("train", "valid"))
    readout = boundary_probe(train, valid, _each_sketch(material, embedded, layer, "test"))
    return Reading(
        estimated=[list(readout.timelines)],
        settings=readout.settings,
        valid_score=readout.valid_score,
        edge=readout.edge,
        converged=readout.converged,
    )


def _sketches(material: Material, embedded: Embedded, layer: str, split: str) -> list[Sketch]:
    return list(_each_sketch(material, embedded, layer, split))


def _each_sketch(material: Material, embedded: Embedded, layer: str, split: str) -> Iterator[Sketch]:
    """One after the other: the frames of all test tracks under many conditions would fill the memory."""
    for track, reference in zip(material.tracks[split], material.labels(split), strict=True):
        embeddings = embedded.extraction.read(track.id, layer)
        yield Sketch(
            frames=embeddings.frames,
            step_s=embeddings.step_s,
            duration_s=embeddings.duration_s,
            reference=reference,
        )


Reader = Callable[[Material, Embedded, Metric, str], Reading]
SEGMENTERS: Mapping[str, Reader] = MappingProxyType({FOOTE: segment_untrained, BOUNDARIES: segment_by_probe})


def readers_of(task: Task, probes: Sequence[str], seed: int) -> dict[str, Reader]:
    """The readings that a task gets: each wanted probe on track vectors, or its one way on frames."""
    if task.recipe == PROBED:
        return {name: partial(probe_tracks, probe=name, seed=seed) for name in probes}
    return {task.recipe: SEGMENTERS[task.recipe]}
