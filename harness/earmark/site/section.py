"""What the page shows of one benchmark: the board, and behind it what each model's results tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from earmark.compare.record import Verdict
from earmark.leaderboard.record import Board, Key
from earmark.result import Score
from earmark.result.robust.record import Robustness


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScore:
    """How well one class of a task is found."""

    name: str
    """The class, the key, or the third of the tempi."""
    tracks: int
    """Test tracks of that class."""
    score: Score
    """Recall, AP or Acc1, with its interval over groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the results of one model tell beyond its row."""

    facts: Mapping[str, str] = field(default_factory=dict)
    """Words about the model, such as its sample rate, by what they are about."""
    notes: tuple[str, ...] = ()
    """What stands out, then every reservation."""
    scores: Mapping[str, tuple[tuple[Score, float | None], ...]] = field(default_factory=dict)
    """By task: every metric but the main one, beside what chance gives."""
    classes: Mapping[str, tuple[ClassScore, ...]] = field(default_factory=dict)
    """By task."""
    robustness: Robustness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Versus:
    """Two models on one task."""

    task: str
    value: float | None
    """The second's score minus the first's."""
    low: float | None
    high: float | None
    verdict: Verdict
    """Of the second against the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One benchmark on the page."""

    board: Board
    details: Mapping[Key, Details] = field(default_factory=dict)
    pairs: Mapping[tuple[Key, Key], tuple[Versus, ...]] = field(default_factory=dict)
    """Of two models that were compared, each pair once; empty where there are too many models."""
