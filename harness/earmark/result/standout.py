"""What a reader of a result should notice first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earmark.result.record import Result, TaskResult
    from earmark.result.score import Score

LEVEL = 0.05


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down correction: adjusted p values in the given order."""
    adjusted = [1.0] * len(p_values)
    floor = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        floor = max(floor, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = floor
    return adjusted


def against_baseline(result: Result) -> dict[tuple[str, str], int]:
    """By task and probe: 1 clearly better than the baseline, -1 clearly worse, 0 not to be told apart."""
    compared = [(t, t.gain.p) for t in result.tasks if t.gain is not None and t.gain.p is not None]
    adjusted = holm([p for _, p in compared])
    return {(t.task, t.probe): _sign(t) if p < LEVEL else 0 for (t, _), p in zip(compared, adjusted, strict=True)}


def _sign(task: TaskResult) -> int:
    gain = task.gain.value if task.gain is not None and task.gain.value is not None else 0.0
    direction = 1 if task.main.higher_is_better else -1
    return direction * ((gain > 0) - (gain < 0))


def above_chance(score: Score, chance: Score) -> bool | None:
    """Whether the whole interval lies on the better side of chance; None where there is no interval."""
    if score.low is None or score.high is None or chance.value is None:
        return None
    return score.low > chance.value if score.higher_is_better else score.high < chance.value


def sentences(result: Result) -> list[str]:
    """Say where the model differs clearly from the baseline, and where it is not above chance."""
    verdicts = against_baseline(result)
    name = result.baseline.name if result.baseline else ""
    found = [
        _clause(f"Clearly above {name}", [t for t in result.tasks if verdicts.get((t.task, t.probe)) == 1]),
        _clause(f"Clearly below {name}", [t for t in result.tasks if verdicts.get((t.task, t.probe)) == -1]),
        _clause("Not above chance", _by_chance(result, False), gain=False),
        _clause("No interval, so nothing can be said", _by_chance(result, None), gain=False),
    ]
    if verdicts and not any(verdicts.values()):
        found.insert(0, f"No task tells it apart from {name}.")
    return [f for f in found if f]


def _by_chance(result: Result, verdict: bool | None) -> list[TaskResult]:
    return [t for t in result.tasks if above_chance(t.main, t.chance[0]) is verdict]


def _clause(start: str, tasks: Sequence[TaskResult], *, gain: bool = True) -> str:
    named = [f"{t.task}{' (mlp)' if t.probe == 'mlp' else ''}{_amount(t) if gain else ''}" for t in tasks]
    return f"{start}: {', '.join(named)}." if named else ""


def _amount(task: TaskResult) -> str:
    return f" ({task.gain.value:+.3f})" if task.gain is not None and task.gain.value is not None else ""
