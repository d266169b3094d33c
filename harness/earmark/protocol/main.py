"""The main job: a model, a benchmark, a result."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

from earmark.dataset import SPLITS, Dataset
from earmark.errors import DatasetError, EarmarkError, UnknownName
from earmark.extract import FULL_PRECISION, PRECISIONS, choose_layers, pick_device
from earmark.model import TRUSTS, ModelInfo
from earmark.place import Place
from earmark.probe import PROBES
from earmark.progress import Progress, silent
from earmark.protocol.environment import Clock, describe, peak_memory_bytes
from earmark.protocol.marking import RESAMPLES, Session, mark
from earmark.protocol.predictions import tables_of
from earmark.protocol.reading import gather
from earmark.protocol.recordings import Exam, Recordings, choose, prepare
from earmark.protocol.records import dataset_record, model_record
from earmark.protocol.sitting import Sitting, Terms, sit
from earmark.registry import find_model, folder_of, installed
from earmark.result import Cost, Named, Result
from earmark.task import Task

MOST_NAMED = 4
"""So many layers are named in the name of a file; of more the number."""
BASELINE = "log-mel"
"""The untrained model that stands beside every score."""


class How(TypedDict, total=False):
    """The arguments that `run` hands on, by keyword; `run_each` says what they mean and what they are unless given."""

    tasks: Sequence[str]
    probes: Sequence[str]
    layers: Sequence[str]
    limit: int | None
    seed: int
    device: str
    precision: str
    trust: Sequence[str]
    workers: int | None
    cache: Path | str | None
    progress: Progress


def run(model: str | ModelInfo, on: str | Recordings = "etudes", **how: Unpack[How]) -> Result:
    """Embed the tracks of a benchmark with a frozen model, probe every task, and score with intervals.

    `on` is a benchmark's name or `Recordings`. By keyword: `tasks`, `probes`, `layers`, `limit`, `seed`, `device`,
    `precision`, `trust`, `workers`, `cache` and `progress`, as `run_each` takes them. Raises an EarmarkError for
    whatever a user can mend.
    """
    (result,) = run_each([model], on, **how)
    return result


def run_each(  # noqa: PLR0913 - what is measured, then how; all but two by keyword
    models: Sequence[str | ModelInfo],
    on: str | Recordings = "etudes",
    *,
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
) -> list[Result]:
    """Measure several models on the same data, each recording decoded once: one result a model.

    `tasks` names tasks or families, all when empty. `layers` names layers of models that give several, or is
    ``["all"]``: each is read and the best on validation scored. `limit` keeps only the first tracks of each split, for
    a quick try. `precision` ``"bf16"`` lets an accelerator compute with fewer digits. `trust` grants models "weights"
    or "remote-code" (see `bench run --help`). The same arguments give the same scores, whatever `workers` is. Raises
    an EarmarkError for whatever a user can mend.
    """
    clock = Clock()
    _check_words(probes, limit, precision, trust)
    terms = Terms(
        place=Place.at(cache).claim(), device=pick_device(device), workers=workers, progress=progress, seed=seed,
        probes=tuple(probes), layers=tuple(layers), precision=precision, trust=frozenset(trust),
    )  # fmt: skip
    infos = [_known(model, terms) for model in models]
    with clock.phase("data"):
        exam = prepare(on, terms.place, workers=workers, seed=seed, progress=progress)
        exam = exam if limit is None else _limited(exam, limit)
    wanted, dropped = _askable(choose(exam.benchmark.tasks, exam, tuple(tasks)), exam, limited=limit is not None)
    session = Session(exam=exam, wanted=wanted, terms=terms, limit=limit, asked=tuple(tasks), dropped=dropped)
    with clock.phase("embed"):
        sittings, baseline = _seat(models, infos, session)
    return [_result(sitting, baseline, session, clock.copy()) for sitting in sittings]


def _known(model: str | ModelInfo, terms: Terms) -> ModelInfo:
    """What is known of a model: a misspelt name or layer, or missing weights, must not wait for the data."""
    info, _ = find_model(model, terms.trust)
    folder_of(info, terms.place.models)
    choose_layers(info, terms.layers)
    return info


def _seat(
    models: Sequence[str | ModelInfo], infos: Sequence[ModelInfo], session: Session
) -> tuple[list[Sitting], Sitting | None]:
    """The models' embeddings and the baseline's, which may be one of the models."""
    names = list(dict.fromkeys(task.dataset for task in session.wanted))
    known = installed().models.get(BASELINE)
    among = known in infos and session.terms.precision == FULL_PRECISION  # with fewer digits it is no baseline
    beside = [BASELINE] if known is not None and not among else []
    sittings, others = sit(models, beside, session.exam, names, session.terms)
    found = [*others, *(s for s, info in zip(sittings, infos, strict=True) if info == known)]
    return sittings, found[0] if found else None


def _result(sitting: Sitting, baseline: Sitting | None, session: Session, clock: Clock) -> Result:
    """Read and score everything that the session asks of one model."""
    exam, terms = session.exam, session.terms
    environment = describe(terms.device)
    marking = mark(sitting, baseline, session, clock)
    rows = [row for _, some in marking for row in some]
    return Result(
        earmark=environment["earmark"],
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        benchmark=Named(name=exam.benchmark.name, version=exam.benchmark.version),
        model=model_record(sitting, asked=bool(terms.layers)),
        baseline=None if baseline is None else Named(name=baseline.info.name, version=baseline.info.version),
        datasets=tuple(dataset_record(exam.datasets[n], e) for n, e in sitting.embedded.items()),
        tasks=tuple(result for result, _ in marking),
        seed=terms.seed,
        resamples=RESAMPLES,
        limit=session.limit,
        precision=terms.precision,
        asked=session.asked,
        notes=(*session.dropped, *(() if baseline else (f"No baseline: no plugin brings {BASELINE!r}.",))),
        environment=environment,
        cost=_cost(clock, sitting),
    ).with_tables(tables_of(rows, exam.datasets.values()))


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
    layers = result.model.layers
    several = [f"layers-{len(layers)}" if len(layers) > MOST_NAMED else "-".join(["layers", *layers])] if layers else []
    digits = [result.precision] if result.precision != FULL_PRECISION else []
    benchmark = [result.benchmark.name, *own, *result.asked, *limit, *probes, *several, *digits]
    parts = ["-".join([result.model.name, *options]), result.model.version, "-".join(benchmark)]
    model, version, name = (re.sub(r"[^\w.+=-]+", "-", part).strip(".-") or "unnamed" for part in parts)
    return Path("results") / model / version / f"{name}.json"
