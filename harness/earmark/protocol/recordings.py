"""The data of a run: a benchmark's own, or the user's recordings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from earmark.dataset import Dataset
from earmark.errors import UnknownName
from earmark.place import Place
from earmark.progress import Progress
from earmark.registry import find_benchmark, find_dataset, find_reader
from earmark.task import Benchmark, Task, tasks_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Recordings:
    """The user's own recordings: a table or folder, and which of its columns mean what."""

    path: Path | None
    targets: Mapping[str, str] = field(default_factory=dict)
    """By target, such as ``{"genre": "category"}``; empty: columns called like a target."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """For path, id, group and split, where the table calls them otherwise."""

    def read(self, seed: int) -> Dataset:
        """Read the table; raises DatasetError with every problem in it."""
        path = Path(self.path or "").expanduser()
        return find_reader(path).read(path, columns=self.columns, targets=self.targets, seed=seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """A benchmark with its data sets at hand."""

    benchmark: Benchmark
    datasets: Mapping[str, Dataset]


def prepare(on: str | Recordings, place: Place, *, workers: int | None, seed: int, progress: Progress) -> Exam:
    """Make or read the data of a benchmark, or of the user's recordings; raises UnknownName or DatasetError."""
    if isinstance(on, Recordings):
        dataset = on.read(seed)
        tasks = tasks_for(dataset.name, dataset.targets)
        benchmark = Benchmark(name=dataset.name, version=dataset.version, tasks=tasks)
        return Exam(benchmark=benchmark, datasets={dataset.name: dataset})
    benchmark, options = find_benchmark(on)
    query = "&".join(f"{k}={v}" for k, v in options.items())
    found = {}
    for name in benchmark.datasets:
        info, checked = find_dataset(f"{name}?{query}")
        found[name] = info.load(place.datasets, workers=workers, progress=progress, **checked)
    return Exam(benchmark=_rename(benchmark, found) if options else benchmark, datasets=found)


def _rename(benchmark: Benchmark, datasets: Mapping[str, Dataset]) -> Benchmark:
    """A variant's results must not pass for the benchmark's own: it takes the names of its data sets."""
    name = "+".join(dataset.name for dataset in datasets.values())
    return replace(benchmark, name=name)


def choose(tasks: tuple[Task, ...], exam: Exam, wanted: tuple[str, ...]) -> tuple[Task, ...]:
    """The tasks that `wanted` names by task, target or family; all when it is empty. Raises UnknownName."""
    labels = {t: {t.name, t.target, exam.datasets[t.dataset].target(t.target).family} for t in tasks}
    known = {name for names in labels.values() for name in names}
    for name in wanted:
        if name not in known:
            raise UnknownName("task or family", name, known)
    return tuple(t for t in tasks if not wanted or labels[t] & set(wanted))
