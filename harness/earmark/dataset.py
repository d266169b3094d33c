"""Recordings with labels and a split that no group crosses."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from blake3 import blake3

from earmark.audio import Audio, AudioSource, decode
from earmark.errors import DatasetError, UnknownName
from earmark.target import Label, Target, check_label, portable

SPLITS = ("train", "valid", "test")
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One recording: id, group (artist, song or composer), split, and labels by target."""

    id: str
    group: str
    split: str
    source: AudioSource
    labels: Mapping[str, Label]
    """By name of the target; a target that is not labelled is left out."""

    def load(self) -> Audio:
        """Decode the recording; raises AudioError."""
        return decode(self.source.read(), self.source.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Versioned, licensed tracks with their split; no group stands on both sides of a split."""

    name: str
    version: str
    license: str
    source: str
    targets: tuple[Target, ...]
    tracks: tuple[Track, ...]
    drawn_split: bool = False
    """The split was drawn here and not found with the data: it is kept beside the result."""
    notes: tuple[str, ...] = ()
    """What a reader of a result must know, such as a split that was drawn here."""

    def __post_init__(self) -> None:
        problems = [
            *_doubled_ids(self.tracks),
            *_unknown_splits(self.tracks),
            *_torn_groups(self.tracks),
            *self._wrong_labels(),
        ]
        if problems:
            raise DatasetError(f"Data set {self.name!r} is not sound:", problems)

    def target(self, name: str) -> Target:
        """The target of that name; raises UnknownName."""
        for target in self.targets:
            if target.name == name:
                return target
        raise UnknownName(f"target of {self.name}", name, [t.name for t in self.targets])

    def _wrong_labels(self) -> list[str]:
        found = [
            (track.id, target.name, check_label(target, track.labels[target.name]))
            for target in self.targets
            for track in self.tracks
            if target.name in track.labels
        ]
        return [f"track {track!r}, {target}: {wrong}" for track, target, wrong in found if wrong][:MOST_PROBLEMS]


def answers_checksum(answers: Iterable[tuple[str, str, Label]]) -> str:
    """blake3 over the id, group and label of tracks, in any order and on any machine; who has it needs no data."""
    rows = sorted([track, group, portable(label)] for track, group, label in answers)
    return blake3(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _doubled_ids(tracks: tuple[Track, ...]) -> list[str]:
    return [f"track {i!r} stands {n} times" for i, n in Counter(t.id for t in tracks).items() if n > 1]


def _unknown_splits(tracks: tuple[Track, ...]) -> list[str]:
    return [f"track {t.id!r}: split {t.split!r} is none of {SPLITS}" for t in tracks if t.split not in SPLITS]


def _torn_groups(tracks: tuple[Track, ...]) -> list[str]:
    splits: dict[str, set[str]] = defaultdict(set)
    for track in tracks:
        splits[track.group].add(track.split)
    return [f"group {g!r} stands in {' and '.join(sorted(s))}" for g, s in splits.items() if len(s) > 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetInfo:
    """What is known of a data set without making or reading it."""

    name: str
    version: str
    license: str
    source: str
    targets: tuple[Target, ...]
    load: Callable[..., Dataset]
    """``load(folder, workers=..., progress=..., **options) -> Dataset``: makes or reads it in `folder`."""
    folder: Callable[..., Path]
    """``folder(root, **options) -> Path``: where below `root` it is kept; whether it exists says if it was made."""
    options: tuple[str, ...] = ()
    """Names that may follow a question mark: ``etudes?soundfont=my.sf2``."""
    summary: str = ""
    checksum: str = ""
    """Of this version's audio, labels and splits, as a result's data set record has it; empty: not registered, so
    that no result can be submitted on it. A file ``checksums.json`` beside the plugin's module, as
    `bench data checksums NAME` prints it, says it and the next."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """By target, the `answers_checksum` of the test split."""
    generated: bool = False
    """Its audio is computed from its version, so that two machines may differ in the last bit of a sample in a
    million: the checksum is then of labels and splits alone."""
    tracks: Mapping[str, int] = field(default_factory=dict)
    """By split, how many there are."""
    labelled: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By target and split, how many of them bear its label."""
    chance: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    """By target and metric, what the constant answer scores that is best on the training split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderInfo:
    """What opens the user's own recordings: a kind of table or folder."""

    name: str
    accepts: Callable[[Path], bool]
    read: Callable[..., Dataset]
    """``read(path, columns={"path": "file"}, targets={"genre": "category"}, seed=0) -> Dataset``.

    Raises DatasetError with every problem that it finds.
    """
    summary: str = ""
    formats: tuple[str, ...] = field(default=())
