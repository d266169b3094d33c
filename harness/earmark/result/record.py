"""The record of a run: one model version, one benchmark version, and everything that made the numbers.

The pydantic models here are the JSON Schema of a result file. Any change of a field raises SCHEMA_VERSION.
"""

from typing import Any, Literal

import pandas as pd
from pydantic import Field, PrivateAttr

from earmark.errors import ResultError
from earmark.result.neighbours.record import Neighbourhood
from earmark.result.robust.record import Robustness
from earmark.result.score import Difference, Named, Record, Score
from earmark.result.shown import html_of, text_of

SCHEMA_VERSION: Literal["3"] = "3"
SCORE_COLUMNS = ("task", "family", "probe", "metric", "value", "low", "high", "chance", "baseline")


class LayerScore(Record):
    """What one layer of the model gave."""

    layer: str
    valid_score: float | None = Field(description="What the layer was picked by.")
    score: Score = Field(description="The main score on the test split.")


class TaskResult(Record):
    """What one reading of one task gave."""

    task: str
    dataset: str
    target: str
    family: str
    form: str
    protocol: str
    probe: Literal["linear", "mlp", "foote", "boundary-probe"]
    classes: tuple[str, ...] = ()
    tracks: dict[str, int] = Field(description="Labelled tracks by split.")
    groups: int = Field(description="Groups in the test split, the units of the bootstrap.")
    scores: tuple[Score, ...] = Field(description="The first is the main one.")
    chance: tuple[Score, ...] = Field(description="The constant answer that scores best on the training split.")
    baseline: tuple[Score, ...] = Field(default=(), description="The untrained baseline, read in the same way.")
    gain: Difference | None = Field(default=None, description="Over the baseline, in the main metric.")
    unscored_classes: tuple[str, ...] = Field(default=(), description="Without a positive in the test split.")
    settings: dict[str, float | str] = Field(default={}, description="What validation chose.")
    valid_score: float | None = None
    edge: Literal["", "strongest", "weakest"] = Field(default="", description="The grid's edge, if chosen.")
    converged: bool = True
    seed_deviation: float | None = Field(default=None, description="Of the main score over the probe's seeds.")
    layer: str = Field(default="", description="The layer that validation picked, of a model that gives several.")
    by_layer: tuple[LayerScore, ...] = Field(default=(), description="From input to output, where several were read.")

    @property
    def main(self) -> Score:
        """The main score."""
        return self.scores[0]


class ModelRecord(Record):
    """The model as it was measured."""

    name: str
    version: str
    fingerprint: str
    dim: int = Field(description="Of the layer that was read; of several, of the last.")
    parameters: int
    sample_rate: int
    window_s: float | None
    hop_s: float | None
    license: str
    source: str
    training_data: tuple[str, ...]
    options: dict[str, str]
    layers: tuple[str, ...] = Field(default=(), description="Those that the user asked for; empty: the main one.")


class Skipped(Record):
    """A track that could not be embedded, and why."""

    track: str
    reason: str


class DatasetRecord(Record):
    """The data as they were read."""

    name: str
    version: str
    license: str
    source: str
    checksum: str = Field(
        description="blake3 over the ids, splits, groups, labels and audio of all tracks; of generated data without "
        "the audio, in which machines differ by the last bit of a sample in a million."
    )
    tracks: dict[str, int] = Field(description="Tracks by split.")
    audio_s: float
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]


class Cost(Record):
    """What the run took on the machine that `environment` names."""

    phases_s: dict[str, float]
    embedded_tracks: int
    stored_tracks: int = Field(description="Found in the store, so not embedded again.")
    audio_s_per_s: float | None = Field(
        description="Seconds of audio embedded per second; null if all was stored, or changed first."
    )
    peak_memory_bytes: int


class TableFile(Record):
    """A table beside the result."""

    file: str
    blake3: str
    rows: int


class Result(Record):
    """One model version × one benchmark version: scores, intervals, predictions and all that made them."""

    schema_version: Literal["1", "2", "3"] = SCHEMA_VERSION
    earmark: str
    created: str
    benchmark: Named
    model: ModelRecord
    baseline: Named | None
    datasets: tuple[DatasetRecord, ...]
    tasks: tuple[TaskResult, ...]
    seed: int
    resamples: int
    limit: int | None = None
    precision: str = Field(default="float32", description="Of the model's arithmetic: fewer digits only if asked.")
    asked: tuple[str, ...] = Field(default=(), description="Tasks or families that were chosen; empty: all.")
    notes: tuple[str, ...] = ()
    robustness: Robustness | None = Field(default=None, description="From `bench robust`.")
    neighbourhood: Neighbourhood | None = Field(default=None, description="From `bench neighbours`.")
    environment: dict[str, str]
    cost: Cost
    predictions: TableFile | None = Field(default=None, description="Parquet: what was answered for each test track.")
    split: TableFile | None = Field(default=None, description="CSV: the split, where it was drawn for this run.")
    _tables: dict[str, pd.DataFrame] = PrivateAttr(default_factory=dict)

    def task(self, name: str, probe: str = "linear") -> TaskResult:
        """The reading of one task; raises ResultError when the run did not ask it."""
        for found in self.tasks:
            if found.task == name and probe in (found.probe, "linear" if found.probe != "mlp" else "mlp"):
                return found
        raise ResultError(f"This result has no task {name!r}; it has {', '.join(t.task for t in self.tasks)}.")

    def predictions_frame(self) -> pd.DataFrame:
        """Per-track predictions: task, probe, condition, seed, track, group, reference, estimated, outputs."""
        if "predictions" not in self._tables:
            raise ResultError("This result was read without its predictions file.")
        return self._tables["predictions"]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables beside the result that are at hand: ``predictions``, and ``split`` where it was drawn."""
        return self._tables

    def with_tables(self, tables: dict[str, pd.DataFrame]) -> "Result":
        """The same result, holding these tables in memory."""
        held = self.model_copy()
        held._tables = tables
        return held

    def to_pandas(self) -> pd.DataFrame:
        """Every score of the tasks as a row, with SCORE_COLUMNS; none of a result of neighbours, which has no tasks."""
        rows = [row for task in self.tasks for row in _score_rows(task)]
        return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))

    def __str__(self) -> str:
        """What the command that made it ends with."""
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)


def _score_rows(task: TaskResult) -> list[dict[str, Any]]:
    chance = {s.metric: s.value for s in task.chance}
    baseline = {s.metric: s.value for s in task.baseline}
    return [
        {
            "task": task.task,
            "family": task.family,
            "probe": task.probe,
            "metric": score.metric,
            "value": score.value,
            "low": score.low,
            "high": score.high,
            "chance": chance.get(score.metric),
            "baseline": baseline.get(score.metric),
        }
        for score in task.scores
    ]
