"""What a comparison of two results found."""

from typing import Literal

from pydantic import Field

from earmark.result.score import Difference, Named, Record, Score

Verdict = Literal["better", "worse", "no difference shown", "not enough data"]


class Compared(Record):
    """One reading of one task, old beside new, on the same tracks."""

    task: str
    family: str
    probe: str
    condition: str = Field(default="", description="As the command line spells it: mp3:32; empty: clean audio.")
    metric: str
    higher_is_better: bool
    tracks: int = Field(description="Test tracks that both answered.")
    groups: int
    old: Score
    new: Score
    difference: Difference = Field(description="New minus old in the metric, by paired bootstrap over groups.")
    error: float | None = Field(default=None, description="Standard error of the difference, over other groups.")
    degrees: float | None = Field(default=None, description="Of freedom with which that is known, for Student's t.")
    p_adjusted: float | None = Field(description="After Holm's correction over all tasks, or all under conditions.")
    verdict: Verdict
    smallest: float = Field(description="The smallest difference worth knowing of.")
    power: float | None = Field(description="The chance to show a difference of that size with these tracks.")
    groups_needed: int | None = Field(description="Groups that would show it with a power of 80 %; null if enough.")
    tracks_needed: int | None = Field(description="The same in tracks, at as many tracks a group as now.")


class ClassChange(Record):
    """What became of one class of a task."""

    task: str
    probe: str
    condition: str = ""
    name: str = Field(description="The class, or the key, or of numbers the third that they fall into.")
    measure: str = Field(description="recall, ap, share of answers, acc1, mean error.")
    higher_is_better: bool = True
    tracks: int
    old: float | None
    new: float | None
    difference: Difference = Field(description="New minus old; interval and p of this class alone, not corrected.")


class TrackChange(Record):
    """A track whose answers changed most."""

    task: str
    probe: str
    condition: str = ""
    track: str
    path: str = Field(default="", description="Of the recording, where it is on this disk.")
    reference: str
    old: str
    new: str
    loss: float = Field(description="How much worse the new answer is, in the task's score of one track.")


class Comparison(Record):
    """Two results on the same questions."""

    schema_version: Literal["1"] = "1"
    old: Named
    new: Named
    benchmark: Named
    resamples: int
    seed: int
    level: float = Field(description="Of the tests, after correction: 0.05.")
    tasks: tuple[Compared, ...] = Field(description="On clean audio.")
    conditions: tuple[Compared, ...] = Field(default=(), description="Under each condition that both were tried with.")
    classes: tuple[ClassChange, ...] = Field(description="Those that changed most, worst first.")
    tracks: tuple[TrackChange, ...] = Field(description="Those that lost most, worst first.")
    notes: tuple[str, ...] = Field(default=(), description="What a reader of the verdicts must know.")
