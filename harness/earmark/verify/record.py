"""What a second run of a model says of a result."""

from typing import Literal

from pydantic import Field

from earmark.result.score import Named, Record


class ReadingAgreement(Record):
    """How the answers of one reading of one task compare, on the sample."""

    task: str
    probe: str
    condition: str = Field(default="", description="As the command line spells it: mp3:32; empty: clean audio.")
    answers: int = Field(description="Those claimed or found, one a track and seed of the probe.")
    agree: int
    metric: str
    claimed: float | None = Field(description="The main score of the claimed answers on the sample.")
    found: float | None = Field(description="The same of the new answers.")

    @property
    def share(self) -> float:
        """Of the answers, those that agree."""
        return self.agree / self.answers if self.answers else 1.0


class TrackAgreement(Record):
    """A track about which answers differ."""

    track: str
    answers: int
    agree: int
    example: str = Field(description="The first answer that differs, in words.")


class Verification(Record):
    """Whether the claimed answers came out."""

    schema_version: Literal["1"] = "1"
    model: Named = Field(description="As the result says.")
    benchmark: Named
    passed: bool
    sentence: str
    notes: tuple[str, ...] = Field(description="What may explain a difference; the most likely reason first.")
    draw: int = Field(description="The seed of the sample.")
    tracks: int = Field(description="Test tracks in the sample.")
    of: int = Field(description="Test tracks of the benchmark.")
    sample: dict[str, tuple[str, ...]] = Field(description="Their ids, by data set.")
    fresh: bool = Field(description="Everything was embedded anew, whatever the store held.")
    answers: int
    agree: int
    least_overall: float = Field(description="Of all answers so many must agree, as a share.")
    least_each: float = Field(description="Of the answers of each reading so many must agree.")
    readings: tuple[ReadingAgreement, ...]
    worst: tuple[TrackAgreement, ...] = Field(description="Tracks about which most answers differ.")

    def __str__(self) -> str:
        """What the command prints."""
        from earmark.verify.text import text_of  # noqa: PLC0415 - the text reads this record

        return text_of(self)
