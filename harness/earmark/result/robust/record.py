"""What became of the scores, and of the embedding itself, when the audio was changed."""

from pydantic import Field

from earmark.result.score import Difference, Named, Record, Score


class Drift(Record):
    """How far a condition moves the track vectors."""

    cosine: float | None = Field(description="Mean cosine of a changed track's vector to that of its clean self.")
    cosine_low: float | None = Field(description="5th percentile over the tracks.")
    rank: float | None = Field(
        description="Median place, from 1, of its clean self among all clean test tracks, by cosine."
    )
    found: float | None = Field(description="Share of the tracks whose nearest clean track is their clean self.")


class ConditionRecord(Record):
    """A way in which the audio was changed."""

    name: str = Field(description="As the command line spells it: mp3:32.")
    perturbation: str
    version: str
    level: float
    spelled: str = Field(description="The level with its unit, or its name: 32 kbit/s.")
    rung: int = Field(description="Place of the level among those asked on its side, from 0, mild to severe.")
    neutral: float | None = Field(default=None, description="The level that would change nothing.")
    source: str = ""
    tracks: int
    unchanged: int = Field(description="Tracks that came out as they were, sample for sample.")
    drift: Drift = Field(description="Of the layer nearest to the output, where several were taken.")


class Equivariance(Record):
    """Of the answers where the label moves: shares of the test tracks, by what was answered about clean audio."""

    tracks: int
    follows: float = Field(description="The answer moved as the label did.")
    stays: float = Field(description="The answer is what it was.")
    breaks: float = Field(description="Neither.")


class ConditionScore(Record):
    """One task under one condition."""

    condition: str
    tracks: int = Field(description="Test tracks whose label is known then.")
    score: Score = Field(description="The main metric under the label that is then true.")
    change: Difference | None = Field(description="Minus the clean score of the same tracks.")
    chance: float | None = Field(description="The constant answer of clean audio, under the label that is then true.")
    unmoved: Score | None = Field(default=None, description="Under the label of the clean audio, where it moves.")
    equivariance: Equivariance | None = None


class TaskRobustness(Record):
    """One reading of one task, trained on clean audio, under every condition."""

    task: str
    family: str
    probe: str
    clean: Score
    chance: float | None
    conditions: tuple[ConditionScore, ...]
    worst: str = Field(description="The condition of the worst score; empty where there is none.")


class Robustness(Record):
    """What `bench robust` adds to a result."""

    asked: tuple[str, ...] = Field(description="As the user named them: presets, perturbations, levels.")
    presets: tuple[Named, ...]
    conditions: tuple[ConditionRecord, ...]
    tasks: tuple[TaskRobustness, ...]
    sentence: str = Field(description="What breaks first.")
    work_s: dict[str, float] = Field(description="Seconds of work by phase, over all processes.")
