"""Every task of a run: learnt from clean audio once, asked under every condition."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from earmark.perturbation import Condition
from earmark.protocol.begin import Session
from earmark.protocol.environment import Clock
from earmark.protocol.layers import read_layers
from earmark.protocol.marking import RESAMPLES, Marked
from earmark.protocol.predictions import rows_of
from earmark.protocol.reading import Material, Reader, Reading, gather, readers_of
from earmark.protocol.scoring import Jury, score
from earmark.protocol.sitting import Sitting
from earmark.result.robust.record import TaskRobustness
from earmark.robust.heard import Part, heard_as, only, parts_of, with_takes
from earmark.robust.scoring import Sheet, kept, on_clean, robustness_of


def mark(sitting: Sitting, session: Session, clock: Clock) -> tuple[list[Marked], tuple[TaskRobustness, ...]]:
    """The scores on clean audio, with the predictions of all conditions, and the scores under the conditions."""
    conditions, terms, wanted = session.terms.conditions, session.terms, session.wanted
    datasets = {name: with_takes(session.exam.datasets[name], conditions, terms.seed) for name in sitting.embedded}
    found = []
    for done, task in enumerate(wanted):
        terms.progress("probe", done, len(wanted), "tasks")
        keys = sitting.embedded[task.dataset].extraction.keys
        gather(task, session.exam.datasets[task.dataset], keys.__contains__)  # enough of them on clean audio
        asking = _Asking.of(gather(task, datasets[task.dataset], keys.__contains__), conditions, terms.seed)
        for probe, reader in readers_of(task, terms.probes, terms.seed).items():
            found.append(asking.mark(sitting, (probe, reader), clock))
    terms.progress("probe", len(wanted), len(wanted), "tasks")
    return [marked for marked, _ in found], tuple(under for _, under in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """One task and its test tracks, under every condition."""

    material: Material
    clean: tuple[int, ...]
    parts: Sequence[tuple[Condition, Part]]
    jury: Jury
    """Of clean audio."""
    seed: int

    @classmethod
    def of(cls, material: Material, conditions: Sequence[Condition], seed: int) -> "_Asking":
        clean, parts = parts_of(material, conditions)
        jury = Jury.of(only(material, clean), resamples=RESAMPLES, seed=seed)
        return cls(material=material, clean=clean, parts=[(c, parts[c.name]) for c in conditions], jury=jury, seed=seed)

    def mark(self, sitting: Sitting, how: tuple[str, Reader], clock: Clock) -> tuple[Marked, TaskRobustness]:
        """Learn from clean audio, answer about everything, and score each condition."""
        (probe, reader), main = how, self.jury.metrics[0]
        with clock.phase("probe"):
            layered = read_layers(reader, self.material, sitting.embedded[self.material.task.dataset], main)
        constant = self.jury.constants[0]
        sheet = Sheet(material=self.material, reading=layered.best, metric=main, constant=constant, seed=self.seed)
        with clock.phase("score"):
            result = score(only(self.material, self.clean), probe, on_clean(layered, self.clean), None, self.jury)
            under = robustness_of(sheet, result, self.parts)
            return (result, [*self._rows(probe, layered.best)]), under

    def _rows(self, probe: str, reading: Reading) -> Iterator[dict[str, Any]]:
        yield from rows_of(only(self.material, self.clean), probe, kept(reading, self.clean))
        for condition, part in self.parts:
            yield from rows_of(heard_as(self.material, part), probe, kept(reading, part.heard), condition.name)
