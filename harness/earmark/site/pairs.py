"""Every two models of a board beside each other, as `bench compare` compares them."""

from dataclasses import dataclass, field, fields
from itertools import combinations

from earmark.compare import RESAMPLES, SMALLEST
from earmark.compare.common import Pair
from earmark.compare.judged import Draw, judge
from earmark.leaderboard.entries import Entries, Entry
from earmark.metric import Metric, Scores, Weights
from earmark.progress import Progress, silent
from earmark.recount import Answered
from earmark.site.section import Key, Versus

MOST = 30
"""Models of which every two are compared: 435 comparisons, each a tenth of a second and some 500 bytes of the page.
Of more, the page shows scores and intervals, and names the command that tells."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Remembered(Answered):
    """Answers that are marked once: each model is compared with every other over the same resamples."""

    _marks: dict[tuple[str, int], Scores] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Answered) -> "Remembered":
        """The same answers."""
        return cls(**{one.name: getattr(found, one.name) for one in fields(found)})

    def marks(self, metric: Metric, weights: Weights) -> Scores:
        """The scores of all resamples; `weights` must live as long as this."""
        key = (metric.name, id(weights))
        if key not in self._marks:
            self._marks[key] = Answered.marks(self, metric, weights)
        return self._marks[key]


def pairs_of(found: Entries, progress: Progress = silent) -> dict[tuple[Key, Key], tuple[Versus, ...]]:
    """Each two models on a board, compared on clean audio; nothing where there are more than MOST."""
    entries = found.entries
    if len(entries) > MOST:
        return {}
    draw = Draw(resamples=RESAMPLES, seed=0, drawn={})
    marked = [(entry, {task: Remembered.of(said) for task, said in entry.answers.items()}) for entry in entries]
    every, compared = list(combinations(marked, 2)), {}
    for done, ((one, ours), (other, theirs)) in enumerate(every, start=1):
        compared[Key(*one.key), Key(*other.key)] = _versus(one, ours, theirs, draw)
        progress("compare", done, len(every), "pairs")
    return compared


def _versus(one: Entry, ours: dict[str, Remembered], theirs: dict[str, Remembered], draw: Draw) -> tuple[Versus, ...]:
    pairs = [Pair(old=ours[task], new=theirs[task], dataset=one.tasks[task].dataset) for task in one.tasks]
    return tuple(
        Versus(
            task=found.task, value=found.difference.value, low=found.difference.low, high=found.difference.high,
            verdict=found.verdict,
        )
        for found in judge(pairs, draw, SMALLEST)
    )  # fmt: skip
