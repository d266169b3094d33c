"""The tracks that one target labels: only they are in its index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.answer import ANSWERS
from earmark.neighbourhood import BLOCK_BYTES
from earmark.neighbours.space import Space
from earmark.target import Label, Target

Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A space of labelled tracks, in order of their ids, so that the order of the data set changes nothing."""

    target: Target
    space: Space
    labels: npt.NDArray[Any]
    """As the metrics compare them: [tracks, ...]."""
    groups: Indices
    """One number a group: [tracks]."""

    @classmethod
    def of(cls, space: Space, target: Target, labels: Sequence[Label | None]) -> "Labelled | None":
        """Pick them by labels [tracks], None where there is none; nothing if that leaves no pair of tracks.

        Raises ValueError when there is not one entry a track.
        """
        if len(labels) != len(space.ids):
            raise ValueError(f"{len(labels)} labels of {target.name!r} do not fit {len(space.ids)} tracks.")
        kept = sorted((i for i, label in enumerate(labels) if label is not None), key=lambda i: space.ids[i])
        if len(kept) < 2:
            return None
        part = space.among(kept)
        encoded = ANSWERS[target.form].reference(target, [labels[i] for i in kept])
        return cls(target=target, space=part, labels=encoded, groups=part.group_numbers)

    @property
    def query_groups(self) -> list[str]:
        """The group of every query: [queries]."""
        return [self.space.groups[i] for i in self.space.queries]

    def candidates(self, *, same_group: bool) -> Iterator[tuple[Indices, Bools]]:
        """Yield queries [rows] and who could be their neighbours [rows, tracks], block by block."""
        rows = max(1, BLOCK_BYTES // (8 * len(self.labels)))
        for start in range(0, len(self.space.queries), rows):
            some = self.space.queries[start : start + rows]
            others = np.arange(len(self.labels)) != some[:, None]
            yield some, others if same_group else others & (self.groups != self.groups[some][:, None])
