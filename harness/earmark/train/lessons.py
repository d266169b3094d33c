"""What a training hears: clips with their answers, random crops of them, and evenly spaced chunks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from blake3 import blake3

from earmark.audio import Samples
from earmark.dataset import Dataset, Track
from earmark.errors import AudioError, DatasetError
from earmark.extract.recordings import check_skipped, look_at
from earmark.progress import Progress
from earmark.train.heads import Answers, Head, answers_of, check_answers
from earmark.train.waves import Wanted, Waves, decode_missing

FEWEST = 2
"""Clips in a split: a batch normalisation needs two."""
MOST_UNREADABLE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clips:
    """The recordings of one split, decoded, with their answers."""

    waves: Waves
    checksums: tuple[str, ...]
    lengths: npt.NDArray[np.int64]
    """Samples by clip: [clips]."""
    answers: tuple[Answers, ...]
    """By head."""

    def crop(self, clip: int, fraction: float, count: int) -> Samples:
        """Read the crop that starts at `fraction` of where crops of `count` samples can start: [count]."""
        room = max(0, int(self.lengths[clip]) - count)
        return self.waves.read(self.checksums[clip], int(fraction * (room + 1)), count)

    def chunks(self, clip: int, count: int, chunks: int) -> Samples:
        """Read evenly spaced chunks of `count` samples: [chunks, count]; of a clip no longer than one, that one.

        The step is the whole number of samples below (length - count) / chunks, so the last chunk ends a step before
        the clip does (Won et al. 2020).
        """
        step = max(0, int(self.lengths[clip]) - count) // chunks
        starts = [i * step for i in range(chunks)] if step else [0]
        return np.stack([self.waves.read(self.checksums[clip], start, count) for start in starts])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lessons:
    """The training and the validation clips of a data set."""

    train: Clips
    valid: Clips
    fingerprint: str
    """blake3 over the ids, splits, labels and audio of all clips."""
    skipped: tuple[tuple[str, str], ...]
    """Track id and reason of every recording that could not be read."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some crops of an epoch: which clips, and where in them as fractions: both [crops]."""

    clips: npt.NDArray[np.int64]
    fractions: npt.NDArray[np.float64]


def batches(clips: int, crops: int, size: int, seed: Sequence[int]) -> list[Batch]:
    """Draw an epoch: `crops` crops of every clip, shuffled, in batches of at most `size` and of nearly one size.

    It follows from the seed alone, so that a training can be taken up at any step.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(np.tile(np.arange(clips), crops))
    fractions = random.random(len(order))
    parts = np.array_split(np.arange(len(order)), -(-len(order) // size))
    return [Batch(order[part], fractions[part]) for part in parts]


def prepare_lessons(
    dataset: Dataset, heads: Sequence[Head], waves: Waves, *, threads: int, progress: Progress
) -> Lessons:
    """Decode the labelled clips of a data set; raises DatasetError where they do not suffice for a training."""
    names = {head.target.name for head in heads}
    tracks = [t for t in dataset.tracks if t.split in ("train", "valid") and names & set(t.labels)]
    _check_labels(tracks, heads)  # before an hour of decoding
    checksums, skipped = _decoded(tracks, waves, threads, progress)
    found = {split: [t for t in tracks if t.split == split and t.id in checksums] for split in ("train", "valid")}
    clips = {split: _clips(some, heads, waves, checksums) for split, some in found.items()}
    for head, train, valid in zip(heads, clips["train"].answers, clips["valid"].answers, strict=True):
        check_answers(head, train, valid)
    fingerprint = _fingerprint([t for t in tracks if t.id in checksums], names, checksums)
    return Lessons(train=clips["train"], valid=clips["valid"], fingerprint=fingerprint, skipped=skipped)


def _check_labels(tracks: Sequence[Track], heads: Sequence[Head]) -> None:
    splits = {split: [t for t in tracks if t.split == split] for split in ("train", "valid")}
    for head in heads:
        check_answers(head, *(answers_of(head.target, some) for some in splits.values()))
    for split, some in splits.items():
        if len(some) < FEWEST:
            raise DatasetError(f"There are {len(some)} labelled tracks in {split}; a training needs {FEWEST} or more.")


def _decoded(
    tracks: Sequence[Track], waves: Waves, threads: int, progress: Progress
) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Decode what is missing: checksums by track id, and why some tracks have none."""
    seen = look_at(tracks, progress)
    reasons = {track: str(error) for track, error in seen.items() if isinstance(error, AudioError)}
    readable = [t for t in tracks if t.id not in reasons]
    wanted = [Wanted(seen[t.id].checksum, t.source) for t in readable]  # type: ignore[union-attr]
    checksums: dict[str, str] = {}
    for track, answer in zip(readable, decode_missing(waves, wanted, threads), strict=True):
        if isinstance(answer, AudioError):
            reasons[track.id] = str(answer)
        else:
            checksums[track.id] = answer
        progress("decode", len(checksums) + len(reasons), len(tracks), "tracks")
    check_skipped(reasons, len(tracks), MOST_UNREADABLE, what="read")
    return checksums, tuple(reasons.items())


def _clips(tracks: Sequence[Track], heads: Sequence[Head], waves: Waves, checksums: dict[str, str]) -> Clips:
    own = tuple(checksums[track.id] for track in tracks)
    return Clips(
        waves=waves,
        checksums=own,
        lengths=np.array([waves.length(checksum) for checksum in own], np.int64),
        answers=tuple(answers_of(head.target, tracks) for head in heads),
    )


def _fingerprint(tracks: Sequence[Track], names: set[str], checksums: dict[str, str]) -> str:
    # In the data set's order, because it decides which crops an epoch hears.
    rows = [[t.id, t.split, checksums[t.id], {n: t.labels[n] for n in names & set(t.labels)}] for t in tracks]
    return blake3(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
