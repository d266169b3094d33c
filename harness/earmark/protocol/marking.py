"""Every task of a run, read from a model's embeddings and from the baseline's, and scored."""

from dataclasses import dataclass
from typing import Any

from earmark.protocol.begin import Session
from earmark.protocol.environment import Clock
from earmark.protocol.layers import read_layers
from earmark.protocol.predictions import rows_of
from earmark.protocol.reading import Material, Reader, gather, readers_of
from earmark.protocol.recordings import Exam
from earmark.protocol.scoring import Jury, score
from earmark.protocol.sitting import Sitting
from earmark.result import TaskResult
from earmark.task import Task

RESAMPLES = 1000
Marked = tuple[TaskResult, list[dict[str, Any]]]
"""The result of a task with its rows of predictions."""


def mark(sitting: Sitting, baseline: Sitting | None, session: Session, clock: Clock) -> list[Marked]:
    """Read and score every task in turn, each with the probes it takes."""
    marked: list[Marked] = []
    terms, pair = session.terms, Pair(sitting=sitting, baseline=baseline)
    juries: dict[tuple[str, str], Jury] = {}  # two readings of one target are judged by the same one
    for done, task in enumerate(session.wanted):
        terms.progress("probe", done, len(session.wanted), "tasks")
        material = pair.gather(task, session.exam)
        asked = (task.dataset, task.target)
        jury = juries[asked] = juries.get(asked) or Jury.of(material, resamples=RESAMPLES, seed=terms.seed)
        for probe, reader in readers_of(task, terms.probes, terms.seed).items():
            marked.append(pair.mark(material, probe, reader, jury, clock))
    terms.progress("probe", len(session.wanted), len(session.wanted), "tasks")
    return marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A model and the baseline beside it, which may be the same, or missing."""

    sitting: Sitting
    baseline: Sitting | None

    def gather(self, task: Task, exam: Exam) -> Material:
        """The tracks that both could read: scores must be over the same ones."""
        both = [s for s in (self.sitting, self.baseline) if s is not None]
        found = [s.embedded[task.dataset].extraction.keys for s in both]
        return gather(task, exam.datasets[task.dataset], lambda track: all(track in keys for keys in found))

    def mark(self, material: Material, probe: str, reader: Reader, jury: Jury, clock: Clock) -> Marked:
        """Read the task from both and score the model beside the baseline."""
        name, main = material.task.dataset, jury.metrics[0]
        with clock.phase("probe"):
            layered = read_layers(reader, material, self.sitting.embedded[name], main)
            other = layered if self.baseline is self.sitting else None
            if other is None and self.baseline is not None:
                other = read_layers(reader, material, self.baseline.embedded[name], main)
        with clock.phase("score"):
            result = score(material, probe, layered, None if other is None else other.best, jury)
            return result, [*rows_of(material, probe, layered.best)]
