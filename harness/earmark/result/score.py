"""What every record of a result is made of."""

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    """Strict and immutable: no unknown field, no NaN or infinity (those become null)."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Score(Record):
    """One metric with its 95 % interval by bootstrap over groups; null where it cannot be computed."""

    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    higher_is_better: bool = True
    unit: str = ""


class Difference(Record):
    """One score minus another, of the baseline or on clean audio, by paired bootstrap over the same groups."""

    value: float | None
    low: float | None
    high: float | None
    p: float | None = Field(description="Two-sided, not corrected for asking several questions.")


class Named(Record):
    """A name and its version."""

    name: str
    version: str
