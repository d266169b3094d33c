"""Every two models of a board beside each other, as `bench compare` compares them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from earmark.compare import RESAMPLES, SMALLEST
from earmark.compare.common import Pair
from earmark.compare.judged import Measured, decide, measure
from earmark.leaderboard.entries import Entries, Entry
from earmark.leaderboard.record import Key
from earmark.progress import Progress, silent
from earmark.result import TaskResult
from earmark.site.section import Versus

MOST = 30
"""Models of which every two are compared: 435 comparisons, each a tenth of a second and some 500 bytes of the page.
Of more, the page shows scores and intervals, and names the command that tells."""


def pairs_of(found: Entries, progress: Progress = silent) -> dict[tuple[Key, Key], tuple[Versus, ...]]:
    """Each two models on a board, compared on clean audio; nothing where there are more than MOST."""
    if len(found.entries) > MOST:
        return {}
    measured: dict[tuple[Key, Key], list[Measured]] = defaultdict(list)
    for done, task in enumerate(found.tasks, start=1):
        for keys, one in _measured(found.entries, task):
            measured[keys].append(one)
        progress("compare", done, len(found.tasks), "tasks")
    return {keys: _versus(some) for keys, some in measured.items()}


def _measured(entries: Sequence[Entry], task: TaskResult) -> Iterator[tuple[tuple[Key, Key], Measured]]:
    """Every two models on one task: groups are drawn once, and each model is marked once."""
    first = entries[0].answers[task.task]
    weights = first.weights(RESAMPLES, 0)
    marked = [(entry, entry.answers[task.task].marks(first.metrics[0], weights)) for entry in entries]
    for (one, old), (other, new) in combinations(marked, 2):
        pair = Pair(old=one.answers[task.task], new=other.answers[task.task], dataset=task.dataset)
        yield (one.key, other.key), measure(pair, old, new, weights)


def _versus(measured: Sequence[Measured]) -> tuple[Versus, ...]:
    return tuple(
        Versus(
            task=found.task, value=found.difference.value, low=found.difference.low, high=found.difference.high,
            verdict=found.verdict,
        )
        for found in decide(measured, SMALLEST)
    )  # fmt: skip
