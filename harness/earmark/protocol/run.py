"""The main job: a model, a benchmark, a result."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import earmark
from earmark.dataset import SPLITS, Dataset
from earmark.errors import DatasetError, EarmarkError, UnknownName
from earmark.extract import extract, pick_device
from earmark.model import ModelInfo
from earmark.place import Place
from earmark.probe import PROBES
from earmark.progress import Progress, silent
from earmark.protocol.environment import Clock, describe, peak_memory_bytes
from earmark.protocol.predictions import rows_of, tables_of
from earmark.protocol.reading import Embedded, Material, gather, readers_of
from earmark.protocol.recordings import Exam, Recordings, choose, prepare
from earmark.protocol.records import dataset_record, model_record
from earmark.protocol.scoring import Jury, score
from earmark.registry import find_model, installed, open_model
from earmark.result import Cost, Named, Result, TaskResult
from earmark.store import Store
from earmark.task import Task

BASELINE = "log-mel"
"""The untrained model that stands beside every score."""
RESAMPLES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One model's embeddings of all data sets of an exam."""

    info: ModelInfo
    options: dict[str, str]
    embedded: dict[str, Embedded]


def run(  # noqa: PLR0913 - what is measured, then how; all but two by keyword
    model: str | ModelInfo,
    on: str | Recordings = "etudes",
    *,
    tasks: Sequence[str] = (),
    probes: Sequence[str] = ("linear",),
    limit: int | None = None,
    seed: int = 0,
    device: str = "auto",
    workers: int | None = None,
    cache: Path | str | None = None,
    progress: Progress = silent,
) -> Result:
    """Embed the tracks of a benchmark with a frozen model, probe every task, and score with intervals.

    `on` is a benchmark's name or `Recordings`; `tasks` names tasks or families, all when empty. `limit` keeps
    only the first tracks of each split, for a quick try. The same arguments give the same scores, whatever
    `workers` is. Raises an EarmarkError for whatever a user can mend.
    """
    clock, place, device = Clock(), Place.at(cache).claim(), pick_device(device)
    _check_words(probes, limit)
    find_model(model)  # a misspelt name must not wait for the data
    with clock.phase("data"):
        exam = prepare(on, place, workers=workers, seed=seed, progress=progress)
        exam = exam if limit is None else _limited(exam, limit)
    wanted, dropped = _askable(choose(exam.benchmark.tasks, exam, tuple(tasks)), exam, limited=limit is not None)
    seat = partial(_sit, exam=exam, wanted=wanted, place=place, device=device, workers=workers, progress=progress)
    with clock.phase("embed"):
        sitting = seat(model)
    with clock.phase("embed baseline"):
        baseline = _baseline(sitting, seat)
    marking = _mark(wanted, exam, sitting, baseline, probes=probes, seed=seed, clock=clock, progress=progress)
    results, rows = [r for r, _ in marking], [row for _, some in marking for row in some]
    return Result(
        earmark=earmark.__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        benchmark=Named(name=exam.benchmark.name, version=exam.benchmark.version),
        model=model_record(sitting.info, sitting.options, next(iter(sitting.embedded.values()))),
        baseline=None if baseline is None else Named(name=baseline.info.name, version=baseline.info.version),
        datasets=tuple(dataset_record(exam.datasets[n], e) for n, e in sitting.embedded.items()),
        tasks=tuple(results),
        seed=seed,
        resamples=RESAMPLES,
        limit=limit,
        asked=tuple(tasks),
        notes=(*dropped, *(() if baseline else (f"No baseline: no plugin brings {BASELINE!r}.",))),
        environment=describe(device),
        cost=_cost(clock, sitting),
    ).with_tables(tables_of(rows, exam.datasets.values()))


def _check_words(probes: Sequence[str], limit: int | None) -> None:
    if not probes:
        raise EarmarkError(f"Name at least one probe: {', '.join(PROBES)}.")
    if limit is not None and limit < 1:
        raise EarmarkError(f"A limit keeps at least one track of each split, not {limit}.")
    for probe in probes:
        if probe not in PROBES:
            raise UnknownName("probe", probe, PROBES)


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


def _sit(
    model: str | ModelInfo, *, exam: Exam, wanted: tuple[Task, ...], place: Place, device: str,
    workers: int | None, progress: Progress,
) -> Sitting:  # fmt: skip
    """Embed all data sets that the wanted tasks need."""
    store, opener = Store(place.embeddings), partial(open_model, model, device)
    info, options = find_model(model)
    embed = partial(extract, open_model=opener, store=store, workers=workers, device=device, progress=progress)
    names = dict.fromkeys(task.dataset for task in wanted)
    embedded = {name: Embedded.of(embed(exam.datasets[name].tracks)) for name in names}
    return Sitting(info=info, options=options, embedded=embedded)


def _baseline(sitting: Sitting, seat: Any) -> Sitting | None:
    """The baseline's embeddings of the same tracks; the model's own when it is the baseline."""
    info = installed().models.get(BASELINE)
    if info is None:
        return None
    if sitting.info == info:
        return sitting
    found: Sitting = seat(BASELINE)
    return found


def _mark(
    wanted: tuple[Task, ...], exam: Exam, sitting: Sitting, baseline: Sitting | None, *, probes: Sequence[str],
    seed: int, clock: Clock, progress: Progress,
) -> list[tuple[TaskResult, list[dict[str, Any]]]]:  # fmt: skip
    """Read and score every task in turn, each with the probes it takes."""
    marked = []
    juries: dict[tuple[str, str], Jury] = {}  # two readings of one target are judged by the same one
    for done, task in enumerate(wanted):
        progress("probe", done, len(wanted), "tasks")
        material = _gather(task, exam, sitting, baseline)
        asked = (task.dataset, task.target)
        jury = juries[asked] = juries.get(asked) or Jury.of(material, resamples=RESAMPLES, seed=seed)
        for probe, reader in readers_of(task, probes, seed).items():
            with clock.phase("probe"):
                reading = reader(material, sitting.embedded[task.dataset], jury.metrics[0])
                other = reading if baseline is sitting else None
                if other is None and baseline is not None:
                    other = reader(material, baseline.embedded[task.dataset], jury.metrics[0])
            with clock.phase("score"):
                marked.append((score(material, probe, reading, other, jury), [*rows_of(material, probe, reading)]))
    progress("probe", len(wanted), len(wanted), "tasks")
    return marked


def _gather(task: Task, exam: Exam, sitting: Sitting, baseline: Sitting | None) -> Material:
    """The tracks that every model of the comparison could read: scores must be over the same ones."""
    found = [s.embedded[task.dataset].vectors for s in (sitting, baseline) if s is not None]
    return gather(task, exam.datasets[task.dataset], lambda track: all(track in vectors for vectors in found))


def _cost(clock: Clock, sitting: Sitting) -> Cost:
    found = [embedded.extraction for embedded in sitting.embedded.values()]
    computed_s, wall_s = sum(e.audio_s for e in found), sum(e.seconds["embed"] for e in found)
    return Cost(
        phases_s={name: round(seconds, 3) for name, seconds in clock.phases_s.items()},
        embedded_tracks=sum(e.computed for e in found),
        stored_tracks=sum(e.found for e in found),
        audio_s_per_s=round(computed_s / wall_s, 1) if computed_s and wall_s else None,
        peak_memory_bytes=peak_memory_bytes(),
    )


def result_path(result: Result) -> Path:
    """Where a result is kept unless told otherwise: ``results/<model>/<version>/<benchmark>.json``.

    A model's options stand with its name. A run of some tasks, of a limit or with other probes has a name of its
    own, as has each version of the user's recordings: none replaces the whole benchmark's result.
    """
    options = [f"{name}={value}" for name, value in sorted(result.model.options.items())]
    own = [result.benchmark.version] if result.benchmark.name not in installed().benchmarks else []
    limit = [f"limit-{result.limit}"] if result.limit else []
    probes = sorted({t.probe for t in result.tasks} & {"mlp"})
    benchmark = [result.benchmark.name, *own, *result.asked, *limit, *probes]
    parts = ["-".join([result.model.name, *options]), result.model.version, "-".join(benchmark)]
    model, version, name = (re.sub(r"[^\w.+=-]+", "-", part).strip(".-") or "unnamed" for part in parts)
    return Path("results") / model / version / f"{name}.json"
