"""Whether two results asked the same of the same: else no difference of theirs means anything."""

from collections.abc import Callable, Iterator, Sequence

from earmark.errors import ResultError
from earmark.result import DatasetRecord, Result
from earmark.result.table import model_name

AGAIN = "run both models with the same command and compare again"


def check_same(old: Result, new: Result) -> None:
    """Raise ResultError where the two results cannot be compared, saying every way in which they differ."""
    if problems := [problem for differs in DIFFERENCES for problem in differs(old, new)]:
        raise ResultError("\n".join(["These results cannot be compared:", *(f"  {problem}" for problem in problems)]))


def label(result: Result) -> str:
    """Which result is meant: the model with its version."""
    return f"{model_name(result)} {result.model.version}"


def _kinds(old: Result, new: Result) -> Iterator[str]:
    for which, result in (("OLD", old), ("NEW", new)):
        if result.neighbourhood is not None:
            yield (
                f"{which} ({label(result)}) is of `bench neighbours`, which keeps no answers to compare; "
                "compare results of `bench run` or `bench robust`."
            )


def _benchmarks(old: Result, new: Result) -> Iterator[str]:
    one, other = old.benchmark, new.benchmark
    if one != other:
        yield f"OLD is on {one.name} {one.version}, NEW on {other.name} {other.version}; {AGAIN}."


def _terms(old: Result, new: Result) -> Iterator[str]:
    for what, one, other in (("--seed", old.seed, new.seed), ("--limit", old.limit, new.limit)):
        if one != other:
            yield f"OLD was run with {what} {_said(one)}, NEW with {what} {_said(other)}; {AGAIN}."


def _said(value: int | None) -> str:
    return "none" if value is None else str(value)


def _data(old: Result, new: Result) -> Iterator[str]:
    others = {dataset.name: dataset for dataset in new.datasets}
    for one in old.datasets:
        if (other := others.get(one.name)) is not None:
            yield from _datasets(one, other)


def _datasets(one: DatasetRecord, other: DatasetRecord) -> Iterator[str]:
    if one.version != other.version:
        yield f"Data set {one.name}: OLD has version {one.version}, NEW {other.version}; {AGAIN}."
    elif one.tracks != other.tracks:
        yield f"Data set {one.name}: OLD has the splits {_splits(one)}, NEW {_splits(other)}; {AGAIN}."
    elif one.checksum != other.checksum:
        yield (
            f"Data set {one.name}: the audio, labels or splits differ (checksum {one.checksum[:8]}… in OLD, "
            f"{other.checksum[:8]}… in NEW); make or fetch the data once and run both models on them."
        )


def _splits(dataset: DatasetRecord) -> str:
    return ", ".join(f"{split} {count}" for split, count in sorted(dataset.tracks.items()))


def _protocols(old: Result, new: Result) -> Iterator[str]:
    others = {(task.task, task.probe): task for task in new.tasks}
    for one in old.tasks:
        other = others.get((one.task, one.probe))
        if other is None:
            continue
        if one.protocol != other.protocol:
            yield f"Task {one.task}: OLD follows protocol {one.protocol}, NEW {other.protocol}; {AGAIN}."
        if (one.form, one.classes, one.main.metric) != (other.form, other.classes, other.main.metric):
            yield f"Task {one.task}: other classes or another metric in OLD than in NEW; {AGAIN}."


def _perturbations(old: Result, new: Result) -> Iterator[str]:
    """The same level of another version is another sound."""
    heard, others = ({c.name: c for c in r.robustness.conditions} if r.robustness else {} for r in (old, new))
    for name, one in heard.items():
        other = others.get(name)
        if other is not None and one.version != other.version:
            versions = f"version {one.version} of {one.perturbation}, NEW by {other.version}"
            yield f"{name}: OLD was changed by {versions}; {AGAIN}."


DIFFERENCES: Sequence[Callable[[Result, Result], Iterator[str]]] = (
    _kinds,
    _benchmarks,
    _terms,
    _data,
    _protocols,
    _perturbations,
)
