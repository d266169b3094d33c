"""What is searched, and who asks."""

import numpy as np
import pytest

from earmark.neighbours.space import Space

IDS = tuple(f"t{i:03d}" for i in range(100))


def space(order: np.ndarray, **options: int) -> Space:
    vectors = np.arange(100, dtype=np.float32)[:, None]
    names = [IDS[i] for i in order]
    return Space.of(vectors[order], ids=names, groups=[n[:3] for n in names], seed=0, **options)


def asking(of: Space) -> list[str]:
    return sorted(of.ids[i] for i in of.queries)


def test_every_track_asks_where_there_are_few() -> None:
    assert asking(space(np.arange(100))) == list(IDS)


def test_a_sample_without_doubles_asks_where_there_are_many() -> None:
    drawn = asking(space(np.arange(100), most_queries=30))
    assert len(set(drawn)) == len(drawn) == 30


def test_the_order_of_the_tracks_does_not_change_who_asks() -> None:
    shuffled = np.random.default_rng(1).permutation(100)
    assert asking(space(shuffled, most_queries=30)) == asking(space(np.arange(100), most_queries=30))


def test_the_space_of_some_tracks_holds_theirs() -> None:
    part = space(np.arange(100), most_queries=5).among([40, 7, 8])
    assert (part.ids, part.groups) == (("t040", "t007", "t008"), ("t04", "t00", "t00"))
    assert part.vectors[:, 0].tolist() == [40, 7, 8]
    assert part.queries.tolist() == [0, 1, 2]
    assert part.group_numbers.tolist() == [1, 0, 0]


def test_the_sample_alone_holds_the_tracks_that_ask() -> None:
    whole = space(np.arange(100), most_queries=30)
    assert sorted(whole.sample().ids) == asking(whole)
    assert len(whole.sample().queries) == 30


def test_two_tracks_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="1 different of 2 ids"):
        Space.of(np.ones((2, 1), np.float32), ids=["a", "a"], groups=["g", "g"], seed=0)
