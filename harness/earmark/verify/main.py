"""The job: run a model again as a result says it was run, on some of the test tracks, and compare."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypedDict, Unpack

from blake3 import blake3

from earmark.errors import EarmarkError, ResultError, UnknownName
from earmark.extract import FULL_PRECISION
from earmark.extract.recordings import Recording, look_at
from earmark.model import ModelInfo
from earmark.perturbation import Condition
from earmark.progress import Progress
from earmark.protocol import Recordings
from earmark.protocol.begin import Session, begin
from earmark.protocol.marking import Marked, mark
from earmark.protocol.records import checksum
from earmark.protocol.report import result_of
from earmark.protocol.sitting import Sitting, sit
from earmark.registry import find_conditions, installed
from earmark.result import Named, Result, TaskResult
from earmark.result.files import to_json
from earmark.robust.marking import mark as mark_robust
from earmark.verify.claims import check_scores, check_tracks
from earmark.verify.compare import Asked, compare, worst_tracks
from earmark.verify.draw import draw_tracks, every_test, with_tests
from earmark.verify.record import ReadingAgreement, Verification

LEAST_OVERALL = 0.99
"""Of all answers so many must agree: a rare tie may fall to the other side on another machine."""
LEAST_EACH = 0.95
"""Of the answers of each reading so many must: whoever edits one task must not hide among the others."""
CLEAN = "clean"
"""Among conditions: the audio as it is, which is always asked."""
TOLD = ("torch", "numpy", "scipy", "scikit-learn", "soundfile", "soxr", "device", "system")
"""Of the environment: what may move a number most."""


class Where(TypedDict, total=False):
    """Where and with what leave a model is run again; each may be left out. See `earmark.protocol.begin.How`."""

    device: str
    trust: Sequence[str]
    workers: int | None
    cache: Path | str | None
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Which of the claimed answers are asked for again."""

    tracks: int | None = 32
    """So many test tracks; None: all."""
    draw: int | None = None
    """Seed of the draw; None: from the result's content, which whoever made the result can compute too."""
    conditions: tuple[str, ...] | None = None
    """Of a result of `bench robust`: only these, such as ``mp3:32``; ``clean`` is asked anyway. None: all."""
    fresh: bool = True
    """Embed everything anew. The store is keyed by fingerprints and so is as good as the machine that filled it; but
    who verifies wants to see the model answer, not a store, least of all one that came with the result."""


def verify(
    claimed: Result,
    model: str | ModelInfo,
    on: str | Recordings | None = None,
    sample: Sample | None = None,
    **where: Unpack[Where],
) -> Verification:
    """Run `model` as the result says, ask a sample of the test tracks, and compare answer by answer.

    `on` is the benchmark that the result names, unless it is the user's recordings. Probes learn from train and
    validation, so these are always embedded whole. Raises ResultError for a result that cannot be verified, and an
    EarmarkError for whatever else a user can mend.
    """
    sample = sample or Sample()
    _check(claimed, sample)
    session = _session(claimed, model, on, sample, where)
    every = every_test(session.exam, session.wanted)
    check_tracks(claimed, every)
    seed = _seed(claimed) if sample.draw is None else sample.draw
    some = every if sample.tracks is None else draw_tracks(session.exam, session.wanted, sample.tracks, seed)
    found = _run(replace(session, exam=with_tests(session.exam, some)), sample)
    asked = Asked(tracks=frozenset(some), conditions=frozenset({"", *(c.name for c in session.terms.conditions)}))
    readings, answers = compare(claimed, found, asked)
    passed = _passed(readings)
    return Verification(
        model=Named(name=claimed.model.name, version=claimed.model.version),
        benchmark=claimed.benchmark,
        passed=passed,
        sentence=_sentence(readings, len(some), len(every), passed=passed),
        notes=(*_notes(claimed, found, session), *([] if passed else _reasons(claimed, found))),
        draw=seed,
        tracks=len(some),
        of=len(every),
        sample={name: tuple(sorted(t for d, t in some if d == name)) for name in session.datasets},
        fresh=sample.fresh,
        answers=len(answers),
        agree=sum(answer.agreement.agrees for answer in answers),
        least_overall=LEAST_OVERALL,
        least_each=LEAST_EACH,
        readings=readings,
        worst=worst_tracks(answers),
    )


def _passed(readings: Sequence[ReadingAgreement]) -> bool:
    overall = _share(sum(r.agree for r in readings), sum(r.answers for r in readings))
    return overall >= LEAST_OVERALL and all(reading.share >= LEAST_EACH for reading in readings)


def _check(claimed: Result, sample: Sample) -> None:
    """Refuse what holds nothing to verify, or does not agree with itself, before anything is embedded."""
    if sample.tracks is not None and sample.tracks < 1:
        raise EarmarkError(f"A sample has at least one track, not {sample.tracks}.")
    if claimed.neighbourhood is not None:
        raise ResultError("A result of bench neighbours holds no answers: there is nothing to verify track by track.")
    if sample.conditions is not None and claimed.robustness is None:
        raise ResultError("This result is of clean audio alone: conditions are of a result of bench robust.")
    check_scores(claimed)


def _session(
    claimed: Result, model: str | ModelInfo, on: str | Recordings | None, sample: Sample, where: Where
) -> Session:
    """All that the result was made of, at hand again."""
    probes = {task.probe for task in claimed.tasks} & {"linear", "mlp"}
    how: dict[str, Any] = {**where}
    session = begin(
        [model], on or _benchmark(claimed), conditions=_conditions(claimed, sample), tasks=claimed.asked,
        probes=sorted(probes) or ("linear",), layers=claimed.model.layers, limit=claimed.limit, seed=claimed.seed,
        precision=claimed.precision, **how,
    )  # fmt: skip
    here = session.exam.benchmark
    if (here.name, here.version) != (claimed.benchmark.name, claimed.benchmark.version):
        raise ResultError(
            f"The result is on {claimed.benchmark.name} {claimed.benchmark.version}, but here is {here.name} "
            f"{here.version}: install the earmark that made it ({claimed.earmark}), or name its data."
        )
    return session


def _benchmark(claimed: Result) -> str:
    if claimed.benchmark.name not in installed().benchmarks:
        raise ResultError(
            f"{claimed.benchmark.name!r} is no installed benchmark: name the recordings with --data, or the variant "
            "with --benchmark."
        )
    return claimed.benchmark.name


def _conditions(claimed: Result, sample: Sample) -> tuple[Condition, ...]:
    """The conditions of the result, or the wanted ones of them."""
    if claimed.robustness is None:
        return ()
    every = {condition.name: condition for condition in find_conditions(claimed.robustness.asked)[0]}
    wanted = every if sample.conditions is None else [name for name in sample.conditions if name != CLEAN]
    for name in wanted:
        if name not in every:
            raise UnknownName("condition of the result", name, [CLEAN, *every])
    return tuple(every[name] for name in wanted)


def _seed(claimed: Result) -> int:
    """From every byte of the result: whoever edits an answer moves the draw."""
    return int.from_bytes(blake3(to_json(claimed).encode()).digest()[:6], "big")


def _run(session: Session, sample: Sample) -> Result:
    """The session's result, of which only the answers are of interest."""
    with _placed(session, fresh=sample.fresh) as placed:
        with placed.clock.phase("embed"):
            (sitting,), _ = sit(placed.models, [], placed.exam, placed.datasets, placed.terms)
        return result_of(sitting, placed, placed.clock, _marked(sitting, placed))


@contextmanager
def _placed(session: Session, *, fresh: bool) -> Iterator[Session]:
    """The session with a store of its own, which is gone afterwards, or with the one of this machine."""
    if not fresh:
        yield session
        return
    place = session.terms.place
    with tempfile.TemporaryDirectory(prefix="verify-", dir=place.root) as folder:  # as much room as the cache has
        aside = replace(place, aside=Path(folder))
        yield replace(session, terms=replace(session.terms, place=aside))


def _marked(sitting: Sitting, session: Session) -> list[Marked]:
    if session.terms.conditions:
        return mark_robust(sitting, session, session.clock)[0]
    return mark(sitting, None, session, session.clock)


def _share(some: int, every: int) -> float:
    return some / every if every else 1.0


def _sentence(readings: Sequence[ReadingAgreement], tracks: int, of: int, *, passed: bool) -> str:
    answers, agree = sum(r.answers for r in readings), sum(r.agree for r in readings)
    about = f"{agree} of {answers} answers about {tracks} of {of} test tracks agree ({_percent(agree, answers)})"
    if passed:
        return f"The claimed answers come out: {about}."
    low = [r for r in readings if r.share < LEAST_EACH]
    worst = min(readings, key=lambda r: r.share)
    under = f" under {worst.condition}" if worst.condition else ""
    few = f"; {len(low)} of {len(readings)} readings have less than {LEAST_EACH:.0%}" if low else ""
    lowest = f", least {worst.task}{under} ({_percent(worst.agree, worst.answers)})"
    return f"The claimed answers do not come out: {about}{few}{lowest}."


def _percent(some: int, every: int) -> str:
    """Rounded down, so that 100 % means all."""
    return f"{int(1000 * _share(some, every)) / 10:g} %"


def _notes(claimed: Result, found: Result, session: Session) -> Iterator[str]:
    """What differs about the model and the data; the model first, for it is the most likely reason."""
    one, other = claimed.model, found.model
    if one.fingerprint != other.fingerprint:
        yield (
            f"The model here is another one than the result is of: its fingerprint is {other.fingerprint[:12]}…, in "
            f"the result {one.fingerprint[:12]}…. Other code, weights or options are the likely reason for whatever "
            "differs."
        )
    for what in ("name", "version", "options"):
        if getattr(one, what) != getattr(other, what):
            yield f"The model's {what} is {getattr(other, what)!r} here, in the result {getattr(one, what)!r}."
    theirs = {dataset.name: dataset.checksum for dataset in claimed.datasets}
    for name in session.datasets:
        here = _data_checksum(session, name)
        if here != theirs.get(name):
            told = f"{theirs[name][:12]}…" if name in theirs else "missing"
            yield f"The data set {name} is another one here: its checksum is {here[:12]}…, in the result {told}."
    yield from _perturbations(claimed, session)
    yield from (f"Here {len(d.skipped)} tracks of {d.name} could not be embedded." for d in found.datasets if d.skipped)


def _data_checksum(session: Session, name: str) -> str:
    dataset = session.exam.datasets[name]
    found = look_at(dataset.tracks, session.terms.progress)
    return checksum(dataset, {track: r.checksum for track, r in found.items() if isinstance(r, Recording)})


def _perturbations(claimed: Result, session: Session) -> Iterator[str]:
    theirs = {c.perturbation: c.version for c in claimed.robustness.conditions} if claimed.robustness else {}
    for perturbation in {c.perturbation.name: c.perturbation for c in session.terms.conditions}.values():
        if (version := theirs.get(perturbation.name)) != perturbation.version:
            yield f"The perturbation {perturbation.name} is {perturbation.version} here, in the result {version}."


def _reasons(claimed: Result, found: Result) -> Iterator[str]:
    """What else may have moved answers: the machines, and what validation chose on them for the same model."""
    pairs = [(what, claimed.environment.get(what, "none"), found.environment.get(what, "none")) for what in TOLD]
    differing = [f"{what} {theirs} there and {ours} here" for what, theirs, ours in pairs if theirs != ours]
    if differing:
        yield f"The machines differ: {', '.join(differing)}."
    if claimed.precision != FULL_PRECISION:
        yield f"The model computes in {claimed.precision}: its embeddings may differ from machine to machine."
    same = claimed.model.fingerprint == found.model.fingerprint
    ours = {(task.task, task.probe): task for task in found.tasks if same}
    for task in claimed.tasks:
        other = ours.get((task.task, task.probe))
        if other is not None and _chosen(task) != _chosen(other):
            yield (
                f"For {task.task} by {task.probe} validation chose {_chosen(other)} here, in the result "
                f"{_chosen(task)}: a near tie may fall either way."
            )


def _chosen(task: TaskResult) -> str:
    layer = [f"layer {task.layer}"] if task.layer else []
    settings = [f"{n} {v:.6g}" if isinstance(v, float) else f"{n} {v}" for n, v in task.settings.items()]
    return ", ".join([*layer, *settings]) or "nothing"
