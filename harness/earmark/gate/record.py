"""What the gate found: every comparison that was asked for, and whether the release may pass."""

from typing import Literal

from pydantic import Field

from earmark.compare.record import ClassChange, Compared, TrackChange
from earmark.result.score import Named, Record

State = Literal["failed", "passed", "cannot tell"]
Reason = Literal[
    "worse",
    "missing",
    "fewer tracks",
    "no score",
    "not enough data",
    "worse, but allowed",
    "no difference shown",
    "better",
]


class Threshold(Record):
    """By how much a score may be worse, and who said so."""

    allowed: float = Field(description="The change that is let pass, 0 or below: -0.01 is 0.01 worse, either way.")
    name: str = Field(description="The name that it was given for: tempo@mp3:32, a task, a family, all; empty: none.")
    source: str = Field(description="the command line, the file with [tool.earmark.gate], caller or default.")


class Judged(Record):
    """One comparison that was asked for."""

    task: str
    family: str
    probe: str
    condition: str = Field(default="", description="As the command line spells it: mp3:32; empty: clean audio.")
    state: State
    reason: Reason
    sentence: str = Field(description="What is wrong, or why nothing can be told, with the numbers.")
    threshold: Threshold
    compared: Compared | None = Field(description="Null where NEW lacks what OLD has.")


class Verdict(Record):
    """Whether a release may pass."""

    schema_version: Literal["1"] = "1"
    passed: bool
    sentence: str = Field(description="The verdict in a line.")
    old: Named
    new: Named
    benchmark: Named
    created: str = Field(description="When NEW was made.")
    level: float = Field(description="Of the tests, after Holm's correction over what is gated.")
    resamples: int
    seed: int
    smallest: float = Field(description="The smallest difference that the data must be able to show.")
    require_data: bool = Field(description="Whether a comparison that cannot tell fails.")
    settings: dict[str, str] = Field(description="Where each setting came from that was not left at its default.")
    judged: tuple[Judged, ...] = Field(description="Every one: what failed, what cannot tell, what passed.")
    classes: tuple[ClassChange, ...] = Field(description="Of what failed, the classes that changed most.")
    tracks: tuple[TrackChange, ...] = Field(description="Of what failed, the tracks that lost most.")
    notes: tuple[str, ...] = Field(description="What a reader must know: what was not gated, reservations.")

    def of(self, state: State) -> list[Judged]:
        """Those in that state."""
        return [one for one in self.judged if one.state == state]
