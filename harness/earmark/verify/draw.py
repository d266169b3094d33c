"""Which test tracks are asked again: drawn by chance, so that tasks and classes are covered."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from earmark.dataset import Dataset, Track
from earmark.protocol.reading import FEWEST
from earmark.protocol.recordings import Exam
from earmark.target import Label, Target
from earmark.task import Task

Key = tuple[str, str]
"""Of a track: its data set and its id."""
CLASSED = frozenset({"class", "ordered", "classes", "presence", "key"})
"""Forms of answer whose labels are names."""


def every_test(exam: Exam, tasks: Sequence[Task]) -> set[Key]:
    """All test tracks of the data sets that the tasks speak of."""
    names = {task.dataset for task in tasks}
    return {(name, t.id) for name in names for t in exam.datasets[name].tracks if t.split == "test"}


def draw_tracks(exam: Exam, tasks: Sequence[Task], count: int, seed: int) -> set[Key]:
    """Draw about `count` test tracks: the same for the same seed, whatever the order of the data.

    Tasks take turns, whatever their number of tracks, for one that only asks about singers must not fill the sample
    with them. Each takes a track of its class that has fewest, by chance among those: a second of a group comes after
    the first of every other. Every task gets two, even if that makes more.
    """
    drawing = _Drawing.of(exam, tasks, np.random.default_rng(seed))
    while drawing.wants(count):
        drawing.draw()
    return drawing.drawn


def with_tests(exam: Exam, kept: Collection[Key]) -> Exam:
    """The exam with only those of its test tracks; train and validation stay whole."""
    return replace(exam, datasets={name: _with_tests(d, kept) for name, d in exam.datasets.items()})


def _with_tests(dataset: Dataset, kept: Collection[Key]) -> Dataset:
    tracks = [t for t in dataset.tracks if t.split != "test" or (dataset.name, t.id) in kept]
    return replace(dataset, tracks=tuple(tracks))


@dataclass(slots=True, kw_only=True)
class _Drawing:
    """What was drawn so far, and what is left of each class of each task, in an order of chance."""

    left: dict[str, dict[str, list[Key]]]
    """By task and class."""
    counts: dict[str, dict[str, int]]
    labels: dict[Key, list[tuple[str, str]]]
    """By track: the classes of the tasks that it stands in."""
    drawn: set[Key] = field(default_factory=set)
    turns: Counter[str] = field(default_factory=Counter)
    """By task, how often it took a track."""

    @classmethod
    def of(cls, exam: Exam, tasks: Sequence[Task], random: np.random.Generator) -> "_Drawing":
        left: dict[str, dict[str, list[Key]]] = {}
        labels: dict[Key, list[tuple[str, str]]] = defaultdict(list)
        for i in random.permutation(len(tasks)):  # of equals the first is taken, so their order is chance too
            task = sorted(tasks, key=lambda task: task.name)[i]
            strata = _strata(exam.datasets[task.dataset], task, random)
            left[task.name] = strata
            for name, members in strata.items():
                for key in members:
                    labels[key].append((task.name, name))
        counts = {task: dict.fromkeys(strata, 0) for task, strata in left.items()}
        return cls(left=left, counts=counts, labels=dict(labels))

    def wants(self, count: int) -> bool:
        """Whether there are too few yet, and some are left."""
        short = any(self._has(task) < FEWEST for task in self._open())
        return bool(self._open()) and (len(self.drawn) < count or short)

    def draw(self) -> None:
        """Take one more track."""
        task = min(self._open(), key=lambda task: (self._has(task) >= FEWEST, self.turns[task]))
        self.turns[task] += 1
        strata = self.left[task]
        name = min((name for name, members in strata.items() if members), key=self.counts[task].__getitem__)
        key = strata[name][0]
        self.drawn.add(key)
        for where, label in self.labels[key]:
            self.counts[where][label] += 1
            self.left[where][label].remove(key)

    def _open(self) -> list[str]:
        """Tasks that have tracks left."""
        return [task for task, strata in self.left.items() if any(strata.values())]

    def _has(self, task: str) -> int:
        """So many of the drawn tracks the task asks about."""
        return sum(any(where == task for where, _ in self.labels[key]) for key in self.drawn)


def _strata(dataset: Dataset, task: Task, random: np.random.Generator) -> dict[str, list[Key]]:
    """The labelled test tracks of a task by class, classes and tracks in an order of chance."""
    target = dataset.target(task.target)
    found: dict[str, list[Track]] = defaultdict(list)
    for track in _shuffled(dataset, random):
        if target.name in track.labels:
            for name in _classes(target, track.labels[target.name]):
                found[name].append(track)
    names = sorted(found)
    return {
        names[i]: [(dataset.name, t.id) for t in _by_group(found[names[i]])] for i in random.permutation(len(names))
    }


def _shuffled(dataset: Dataset, random: np.random.Generator) -> Iterator[Track]:
    tests = sorted((t for t in dataset.tracks if t.split == "test"), key=lambda t: t.id)
    return (tests[i] for i in random.permutation(len(tests)))


def _by_group(tracks: Sequence[Track]) -> list[Track]:
    """In the same order, but the first of every group before the second of any."""
    met: Counter[str] = Counter()
    turns = []
    for track in tracks:
        turns.append(met[track.group])
        met[track.group] += 1
    order = sorted(range(len(tracks)), key=turns.__getitem__)
    return [tracks[i] for i in order]


def _classes(target: Target, label: Label) -> list[str]:
    """The classes of a label; one for all where there are none, so that every track stands in some."""
    if target.form not in CLASSED:
        return [""]
    return [label] if isinstance(label, str) else [*label] if isinstance(label, tuple) and label else [""]
