"""The vectors of a data set, ready to be searched."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NEAREST = 10
"""So many neighbours of each track are looked at."""
MOST_QUERIES = 10_000
"""With more tracks a sample of so many asks for its neighbours, among all tracks; an interval of 95 % over so many
is narrower than one point of accuracy either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What is searched, and who asks.

    Up to MOST_QUERIES tracks all ask for their neighbours; beyond, a seeded sample without replacement does, so that
    the cost is linear in the number of tracks: below a million tracks no approximate index is needed. Beyond a
    million give a sample of the tracks.
    """

    vectors: npt.NDArray[np.float32]
    """[tracks, dim]"""
    ids: tuple[str, ...]
    groups: tuple[str, ...]
    """The song, artist or composer of each track."""
    seed: int
    most_queries: int
    queries: npt.NDArray[np.int64]
    """Indices of the tracks that ask, rising."""

    @classmethod
    def of(
        cls,
        vectors: npt.NDArray[np.float32],
        *,
        ids: Sequence[str],
        groups: Sequence[str],
        seed: int,
        most_queries: int = MOST_QUERIES,
    ) -> "Space":
        """Draw who asks; the order of the tracks does not matter for it. Raises ValueError when counts differ."""
        if not len(vectors) == len(ids) == len(groups) or len(set(ids)) < len(ids):
            raise ValueError(
                f"A space needs one vector, one id of its own and one group a track, not {len(vectors)} vectors, "
                f"{len(set(ids))} different of {len(ids)} ids and {len(groups)} groups."
            )
        return cls(
            vectors=vectors,
            ids=tuple(ids),
            groups=tuple(groups),
            seed=seed,
            most_queries=most_queries,
            queries=_drawn(ids, most_queries, seed),
        )

    def among(self, positions: Sequence[int]) -> "Space":
        """The space of some of its tracks alone, in that order, with queries drawn among them."""
        return Space.of(
            self.vectors[list(positions)],
            ids=[self.ids[i] for i in positions],
            groups=[self.groups[i] for i in positions],
            seed=self.seed,
            most_queries=self.most_queries,
        )

    def sample(self) -> "Space":
        """The tracks that ask alone: what needs every track to ask, such as hubs, is measured among them."""
        return self if len(self.queries) == len(self.ids) else self.among(self.queries.tolist())

    @property
    def group_numbers(self) -> npt.NDArray[np.int64]:
        """One number a group: [tracks]."""
        return np.unique(np.asarray(self.groups, dtype=str), return_inverse=True)[1].astype(np.int64)


def _drawn(ids: Sequence[str], most: int, seed: int) -> npt.NDArray[np.int64]:
    if len(ids) <= most:
        return np.arange(len(ids))
    by_id = np.argsort(np.asarray(ids, dtype=str), kind="stable")
    return np.sort(by_id[np.random.default_rng(seed).choice(len(ids), size=most, replace=False)])
