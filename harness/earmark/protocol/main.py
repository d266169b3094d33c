"""The main job: a model, a benchmark, a result."""

from collections.abc import Sequence
from typing import Unpack

from earmark.extract import FULL_PRECISION
from earmark.model import ModelInfo
from earmark.protocol.begin import How, Session, begin
from earmark.protocol.environment import Clock
from earmark.protocol.marking import mark
from earmark.protocol.recordings import Recordings
from earmark.protocol.report import result_of
from earmark.protocol.sitting import Sitting, sit
from earmark.registry import installed
from earmark.result import Result

BASELINE = "log-mel"
"""The untrained model that stands beside every score."""


def run(model: str | ModelInfo, on: str | Recordings = "etudes", **how: Unpack[How]) -> Result:
    """Embed the tracks of a benchmark with a frozen model, probe every task, and score with intervals.

    `on` is a benchmark's name or `Recordings`; `How` says what may be given by keyword: `tasks`, `probes`, `layers`,
    `limit`, `seed`, `device`, `precision`, `trust`, `workers`, `cache` and `progress`. Raises an EarmarkError for
    whatever a user can mend.
    """
    (result,) = run_each([model], on, **how)
    return result


def run_each(models: Sequence[str | ModelInfo], on: str | Recordings = "etudes", **how: Unpack[How]) -> list[Result]:
    """Measure several models on the same data, each recording decoded once: one result a model.

    By keyword as `run` takes it. The same arguments give the same scores, whatever `workers` is. Raises an
    EarmarkError for whatever a user can mend.
    """
    session = begin(models, on, **how)
    with session.clock.phase("embed"):
        sittings, baseline = _seat(session)
    return [_result(sitting, baseline, session, session.clock.copy()) for sitting in sittings]


def _seat(session: Session) -> tuple[list[Sitting], Sitting | None]:
    """The models' embeddings and the baseline's, which may be one of the models."""
    known = installed().models.get(BASELINE)
    among = known in session.infos and session.terms.precision == FULL_PRECISION  # with fewer digits it is none
    beside = [BASELINE] if known is not None and not among else []
    sittings, others = sit(session.models, beside, session.exam, session.datasets, session.terms)
    found = [*others, *(s for s, info in zip(sittings, session.infos, strict=True) if info == known)]
    return sittings, found[0] if found else None


def _result(sitting: Sitting, baseline: Sitting | None, session: Session, clock: Clock) -> Result:
    """Read and score everything that the session asks of one model."""
    marked = mark(sitting, baseline, session, clock)
    notes = () if baseline else (f"No baseline: no plugin brings {BASELINE!r}.",)
    return result_of(sitting, session, clock, marked, baseline=baseline, notes=notes)
