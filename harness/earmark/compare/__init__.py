"""Two results on the same questions: where they differ, by how much, how surely, and what is to blame."""

from earmark.compare.main import SMALLEST, compare, nowhere
from earmark.compare.paired import RESAMPLES, paired
from earmark.compare.record import ClassChange, Compared, Comparison, TrackChange

__all__ = [
    "RESAMPLES",
    "SMALLEST",
    "ClassChange",
    "Compared",
    "Comparison",
    "TrackChange",
    "compare",
    "nowhere",
    "paired",
]
