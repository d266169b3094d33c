"""From what was marked to a result, and where it is kept."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from blake3 import blake3

from earmark.extract import FULL_PRECISION
from earmark.protocol.begin import Session
from earmark.protocol.environment import Clock, describe, peak_memory_bytes
from earmark.protocol.marking import RESAMPLES, Marked
from earmark.protocol.predictions import tables_of
from earmark.protocol.records import dataset_record, model_record
from earmark.protocol.sitting import Sitting
from earmark.registry import installed
from earmark.result import Cost, Named, Result
from earmark.result.neighbours.record import Neighbourhood
from earmark.translator import ORACLE

MOST_NAMED = 4
"""So many layers are named in the name of a file; of more the number."""
LONGEST = 80
"""So many characters of a file's name may name perturbations."""


def result_of(
    sitting: Sitting,
    session: Session,
    clock: Clock,
    marked: Sequence[Marked],
    *,
    baseline: Sitting | None = None,
    notes: Sequence[str] = (),
    **parts: Any,
) -> Result:
    """The record of one model in a session; `parts` are fields of a result beyond its tasks."""
    exam, terms = session.exam, session.terms
    environment = describe(terms.device)
    rows = [row for _, some in marked for row in some]
    return Result(
        earmark=environment["earmark"],
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        benchmark=Named(name=exam.benchmark.name, version=exam.benchmark.version),
        model=model_record(sitting, asked=bool(terms.layers)),
        baseline=None if baseline is None else Named(name=baseline.info.name, version=baseline.info.version),
        datasets=tuple(dataset_record(exam.datasets[n], e) for n, e in sitting.embedded.items()),
        tasks=tuple(result for result, _ in marked),
        seed=terms.seed,
        resamples=RESAMPLES,
        limit=session.limit,
        precision=terms.precision,
        asked=session.asked,
        notes=(*session.dropped, *notes),
        environment=environment,
        cost=_cost(clock, sitting, perturbed=bool(terms.conditions)),
        **parts,
    ).with_tables(tables_of(rows, exam.datasets.values()))


def _cost(clock: Clock, sitting: Sitting, *, perturbed: bool) -> Cost:
    """What the run took; the model's speed is not known of a time that perturbations took most of."""
    found = [embedded.extraction for embedded in sitting.embedded.values()]
    computed_s, wall_s = sum(e.audio_s for e in found), sum(e.seconds["embed"] for e in found)
    return Cost(
        phases_s={name: round(seconds, 3) for name, seconds in clock.phases_s.items()},
        embedded_tracks=sum(e.computed for e in found),
        stored_tracks=sum(e.found for e in found),
        audio_s_per_s=round(computed_s / wall_s, 1) if computed_s and wall_s and not perturbed else None,
        peak_memory_bytes=peak_memory_bytes(),
    )


def result_path(result: Result) -> Path:
    """Where a result is kept unless told otherwise: ``results/<model>/<version>/<benchmark>.json``.

    A model's options stand with its name. A run of some tasks, of a limit or with other probes has a name of its
    own, as have each version of the user's recordings, each list of perturbations and the neighbours: none replaces
    the whole benchmark's result.
    """
    options = [f"{name}={value}" for name, value in sorted(result.model.options.items())]
    parts = ["-".join([result.model.name, *options]), result.model.version, "-".join(_file_name(result))]
    model, version, name = (re.sub(r"[^\w.+=-]+", "-", part).strip(".-") or "unnamed" for part in parts)
    return Path("results") / model / version / f"{name}.json"


def _translators(found: Neighbourhood) -> list[str]:
    """The translators that were judged, without the ceiling that stands above every one."""
    return sorted({one.translator for one in found.translations} - {ORACLE})


def _perturbed(words: Sequence[str]) -> list[str]:
    """The words that named the perturbations; of many their number and hash, for a name has its limits."""
    if len("-".join(words)) <= LONGEST:
        return list(words)
    return [str(len(words)), blake3("\0".join(words).encode()).hexdigest()[:8]]


def _file_name(result: Result) -> list[str]:
    """What the name of a result's file is made of."""
    own = [result.benchmark.version] if result.benchmark.name not in installed().benchmarks else []
    kinds = ["neighbours", *_translators(result.neighbourhood)] if result.neighbourhood else []
    kinds += ["robust", *_perturbed(result.robustness.asked)] if result.robustness else []
    limit = [f"limit-{result.limit}"] if result.limit else []
    probes = sorted({t.probe for t in result.tasks} & {"mlp"})
    layers = result.model.layers
    several = [f"layers-{len(layers)}" if len(layers) > MOST_NAMED else "-".join(["layers", *layers])] if layers else []
    digits = [result.precision] if result.precision != FULL_PRECISION else []
    return [result.benchmark.name, *own, *kinds, *result.asked, *limit, *probes, *several, *digits]
