"""A board: every model that is filed on a benchmark, with what can be said of their order."""

from typing import Literal, NamedTuple

from pydantic import Field

from earmark.result.score import Named, Record


class Key(NamedTuple):
    """What tells a model on a board from every other: its name with its options, and its version."""

    name: str
    version: str


class Rank(Record):
    """The places that a model may have: models that cannot be told apart share them."""

    best: int = Field(description="1 and as many as are clearly better.")
    worst: int = Field(description="As many as there are, less those that are clearly worse.")


class Cell(Record):
    """A score on the board."""

    value: float | None
    low: float | None = None
    high: float | None = None
    rank: Rank | None = Field(default=None, description="None of chance, and where there is no score.")


class Column(Record):
    """What is asked in one column."""

    name: str = Field(description="A family or a task; `above chance` is the mean over the families.")
    family: str
    metric: str = Field(description="Of a family with several tasks, their metrics.")
    tasks: tuple[str, ...] = Field(description="Those whose main scores are averaged.")
    higher_is_better: bool = True


class Row(Record):
    """A model version on the board, or chance."""

    kind: Literal["model", "baseline", "chance"]
    model: Named = Field(description="The name with its options.")
    overall: Cell = Field(description="Above chance: mean over families of (score - chance) / (perfect - chance).")
    families: dict[str, Cell]
    tasks: dict[str, Cell] = Field(description="By the name of the task, its main metric.")
    parameters: int | None = None
    dim: int | None = None
    audio_s_per_s: float | None = Field(default=None, description="Seconds of audio embedded per second, if measured.")
    machine: str = Field(default="", description="Where that was measured: device, cores.")
    overlap: tuple[str, ...] = Field(default=(), description="Data sets of the benchmark that it was trained on.")
    training_data: tuple[str, ...] = ()
    license: str = ""
    source: str = ""
    breaks_first: str = Field(default="", description="The sentence of its robustness result, where one is filed.")
    path: str = Field(default="", description="Of the result, below the folder of the board.")

    @property
    def key(self) -> Key:
        """Of the model."""
        return Key(self.model.name, self.model.version)


class Board(Record):
    """One benchmark's models, the highest above chance first."""

    schema_version: Literal["1"] = "1"
    benchmark: Named
    resamples: int
    tests: dict[str, int] = Field(description="Test tracks by task.")
    families: tuple[Column, ...]
    tasks: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = Field(default=(), description="What a reader of the ranks must know.")
