"""What every measurement begins with: the user's words checked, the data at hand, the tasks chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

from earmark.dataset import SPLITS, Dataset
from earmark.errors import DatasetError, EarmarkError, UnknownName
from earmark.extract import FULL_PRECISION, PRECISIONS, choose_layers, pick_device
from earmark.model import TRUSTS, ModelInfo
from earmark.perturbation import Condition
from earmark.place import Place
from earmark.probe import PROBES
from earmark.progress import Progress, silent
from earmark.protocol.environment import Clock
from earmark.protocol.reading import gather
from earmark.protocol.recordings import Exam, Recordings, choose, prepare
from earmark.protocol.sitting import Terms
from earmark.registry import find_model, folder_of
from earmark.task import Task


class How(TypedDict, total=False):
    """How something is measured, by keyword; every one may be left out."""

    tasks: Sequence[str]
    """Names of tasks or families; all when empty."""
    probes: Sequence[str]
    """``linear`` unless given, ``mlp``, or both."""
    layers: Sequence[str]
    """Of models that give several, or ``["all"]``: each is read and the best on validation scored."""
    limit: int | None
    """Only so many first tracks of each split, for a quick try."""
    seed: int
    """0 unless given: of drawn splits, the bootstrap, MLP probes and the chance of perturbations."""
    device: str
    """``auto`` unless given."""
    precision: str
    """``bf16`` lets an accelerator compute with fewer digits."""
    trust: Sequence[str]
    """What models are granted: "weights" or "remote-code" (see `bench run --help`)."""
    workers: int | None
    """Processes that embed; the scores do not depend on it."""
    cache: Path | str | None
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What all models of a run are asked, and how."""

    models: tuple[str | ModelInfo, ...]
    infos: tuple[ModelInfo, ...]
    """What is known of each."""
    exam: Exam
    wanted: tuple[Task, ...]
    terms: Terms
    limit: int | None
    asked: tuple[str, ...]
    dropped: tuple[str, ...]
    """Notes on tasks that a limit took away."""
    clock: Clock

    @property
    def datasets(self) -> list[str]:
        """Names of the data sets that the wanted tasks speak of."""
        return list(dict.fromkeys(task.dataset for task in self.wanted))


def begin(  # noqa: PLR0913 - what is measured, then how; all but two by keyword
    models: Sequence[str | ModelInfo],
    on: str | Recordings,
    *,
    conditions: Sequence[Condition] = (),
    tasks: Sequence[str] = (),
    probes: Sequence[str] = ("linear",),
    layers: Sequence[str] = (),
    limit: int | None = None,
    seed: int = 0,
    device: str = "auto",
    precision: str = FULL_PRECISION,
    trust: Sequence[str] = (),
    workers: int | None = None,
    cache: Path | str | None = None,
    progress: Progress = silent,
) -> Session:
    """Check what was asked before hours are spent on it, and bring the data; raises an EarmarkError."""
    clock = Clock()
    _check_words(probes, limit, precision, trust)
    terms = Terms(
        place=Place.at(cache).claim(), device=pick_device(device), workers=workers, progress=progress, seed=seed,
        probes=tuple(probes), layers=tuple(layers), precision=precision, trust=frozenset(trust),
        conditions=tuple(conditions),
    )  # fmt: skip
    infos = tuple(_known(model, terms) for model in models)
    with clock.phase("data"):
        exam = prepare(on, terms.place, workers=workers, seed=seed, progress=progress)
        exam = exam if limit is None else _limited(exam, limit)
    wanted, dropped = _askable(choose(exam.benchmark.tasks, exam, tuple(tasks)), exam, limited=limit is not None)
    return Session(
        models=tuple(models), infos=infos, exam=exam, wanted=wanted, terms=terms, limit=limit, asked=tuple(tasks),
        dropped=dropped, clock=clock,
    )  # fmt: skip


def _known(model: str | ModelInfo, terms: Terms) -> ModelInfo:
    """What is known of a model: a misspelt name or layer, or missing weights, must not wait for the data."""
    info, _ = find_model(model, terms.trust)
    folder_of(info, terms.place.models)
    choose_layers(info, terms.layers)
    return info


def _check_words(probes: Sequence[str], limit: int | None, precision: str, trust: Sequence[str]) -> None:
    if not probes:
        raise EarmarkError(f"Name at least one probe: {', '.join(PROBES)}.")
    if limit is not None and limit < 1:
        raise EarmarkError(f"A limit keeps at least one track of each split, not {limit}.")
    for kind, words, known in (
        ("probe", probes, PROBES), ("precision", [precision], PRECISIONS), ("trust", trust, TRUSTS)
    ):  # fmt: skip
        for word in words:
            if word not in known:
                raise UnknownName(kind, word, known)


def _askable(wanted: tuple[Task, ...], exam: Exam, *, limited: bool) -> tuple[tuple[Task, ...], tuple[str, ...]]:
    """The tasks that have enough labels, checked before anything is embedded; notes on what a limit took away.

    Raises DatasetError for a task without, unless a limit is why.
    """
    kept, notes = [], []
    for task in wanted:
        try:
            gather(task, exam.datasets[task.dataset], lambda _: True)
        except DatasetError as error:
            if not limited or len(wanted) == 1:
                raise
            notes.append(f"Left out for the limit: {error}")
        else:
            kept.append(task)
    return tuple(kept), tuple(notes)


def _limited(exam: Exam, limit: int) -> Exam:
    """The first tracks of each split, in the order of the data set."""
    return replace(exam, datasets={name: _first(dataset, limit) for name, dataset in exam.datasets.items()})


def _first(dataset: Dataset, limit: int) -> Dataset:
    kept = [t for split in SPLITS for t in [t for t in dataset.tracks if t.split == split][:limit]]
    return replace(dataset, tracks=tuple(kept))
