"""A recording as it is heard for a test: as it is, or changed."""

from dataclasses import dataclass

from earmark.dataset import Track
from earmark.perturbation import Condition

MARK = " @ "
"""Between the id of a track and the name of a condition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A track, as it is or under a condition."""

    track: Track
    condition: Condition | None = None
    seed: int = 0
    """Of the condition's chance."""

    @property
    def id(self) -> str:
        """The track's id, and the condition: ``song-7 @ mp3:32``."""
        return self.track.id if self.condition is None else f"{self.track.id}{MARK}{self.condition.name}"
