"""Test tracks under conditions, as tracks of their own with the labels that are then true."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from earmark.dataset import Dataset, Track
from earmark.extract import MARK, Take
from earmark.perturbation import Condition
from earmark.protocol.reading import Material


def with_takes(dataset: Dataset, conditions: Sequence[Condition], seed: int) -> Dataset:
    """The data set with each test track once more under every condition: what a probe is tested on."""
    takes = [
        _heard(dataset, Take(track=track, condition=condition, seed=seed))
        for condition in conditions
        for track in dataset.tracks
        if track.split == "test"
    ]
    return replace(dataset, tracks=(*dataset.tracks, *takes))


def _heard(dataset: Dataset, take: Take) -> Track:
    """The take as a track; a label that is not known under the condition is left out."""
    labels = {}
    for target in dataset.targets:
        if target.name in take.track.labels and take.condition is not None:
            moved = take.condition.moved(target, take.track.labels[target.name])
            labels.update({} if moved is None else {target.name: moved})
    return replace(take.track, id=take.id, labels=labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Those test tracks of a task that are heard under one condition, beside the same tracks on clean audio."""

    heard: tuple[int, ...]
    """Places among the test tracks of the task, takes and all."""
    clean: tuple[int, ...]
    """Places of the same tracks on clean audio."""


def parts_of(material: Material, conditions: Sequence[Condition]) -> tuple[tuple[int, ...], Mapping[str, Part]]:
    """Places of the clean test tracks of a task, and its part under each condition by name."""
    place = {track.id: i for i, track in enumerate(material.tracks["test"])}
    suffixes = {condition.name: f"{MARK}{condition.name}" for condition in conditions}
    ends = frozenset(suffixes.values())
    clean = [track for track in place if not any(e in ends and own in place for own, e in _splits(track))]
    parts = {}
    for name, suffix in suffixes.items():
        both = [(place[f"{track}{suffix}"], place[track]) for track in clean if f"{track}{suffix}" in place]
        parts[name] = Part(heard=tuple(heard for heard, _ in both), clean=tuple(own for _, own in both))
    return tuple(place[track] for track in clean), parts


def _splits(take: str) -> Iterator[tuple[str, str]]:
    """The ways to read an id as that of a track and what follows it."""
    place = take.find(MARK)
    while place >= 0:
        yield take[:place], take[place:]
        place = take.find(MARK, place + 1)


def heard_as(material: Material, part: Part) -> Material:
    """The task as it is asked under a condition: labels as they are then, ids as on clean audio."""
    tests = material.tracks["test"]
    heard = tuple(replace(tests[i], id=tests[own].id) for i, own in zip(part.heard, part.clean, strict=True))
    return replace(material, tracks={**material.tracks, "test": heard})


def only(material: Material, places: Sequence[int]) -> Material:
    """The task with only those of its test tracks."""
    tests = material.tracks["test"]
    return replace(material, tracks={**material.tracks, "test": tuple(tests[i] for i in places)})
