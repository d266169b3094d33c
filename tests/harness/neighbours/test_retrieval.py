"""Retrieval: against scikit-learn, chance against shuffled labels, and who counts."""

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, pairwise_distances
from sklearn.neighbors import KNeighborsClassifier

from earmark.metric import ACC1
from earmark.neighbours.retrieval import retrieval
from earmark.neighbours.space import Space
from earmark.result.neighbours.record import Retrieval
from earmark.target import KEYS, Label, Target

NAMES = tuple("abcd")
GENRE = Target(name="genre", family="genre", form="class", classes=NAMES)
KEY = Target(name="key", family="key", form="key")
TEMPO = Target(name="tempo", family="tempo", form="tempo")
TAGS = Target(name="tags", family="mood", form="classes", classes=NAMES)
VALENCE = Target(name="valence", family="mood", form="number")

TRACKS = 90
SAME = 1e-12  # means of the same numbers
DRAWN = 0.02  # five deviations of a share over VOTES drawn votes
SHUFFLES = 40
CHANCE = 0.03  # four deviations of the mean over SHUFFLES, of which one has up to 0.05


def world(tracks: int = TRACKS, per_group: int = 3, seed: int = 0) -> tuple[Space, np.ndarray]:
    """Vectors that lean towards their class, three tracks a song."""
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, len(NAMES), tracks)
    vectors = (rng.normal(size=(tracks, 6)) + np.eye(len(NAMES), 6)[classes]).astype(np.float32)
    ids, groups = [f"t{i:04d}" for i in range(tracks)], [f"g{i // per_group}" for i in range(tracks)]
    return Space.of(vectors, ids=ids, groups=groups, seed=0), classes


def named(classes: Sequence[int]) -> list[str]:
    return [NAMES[c] for c in classes]


def only(found: tuple[Retrieval, ...], distance: str = "euclidean", *, same_group: bool = True) -> Retrieval:
    (one,) = [r for r in found if (r.distance, r.same_group) == (distance, same_group)]
    return one


def values(found: Retrieval) -> dict[str, float | None]:
    return {score.metric: score.value for score in found.scores}


def chances(found: Retrieval) -> dict[str, float | None]:
    return {score.metric: score.value for score in found.chance}


def far(space: Space, distance: str, *, same_group: bool) -> np.ndarray:
    """All distances [tracks, tracks], infinite to what is no candidate."""
    apart = pairwise_distances(space.vectors.astype(np.float64), metric=distance)
    same = np.array(space.groups)[:, None] == np.array(space.groups)
    return np.where(np.eye(len(apart), dtype=bool) | (same & (not same_group)), np.inf, apart)


@pytest.mark.parametrize("distance", ["cosine", "euclidean"])
@pytest.mark.parametrize("same_group", [True, False])
def test_the_mean_average_precision_is_scikit_learns(distance: str, same_group: bool) -> None:
    space, classes = world()
    apart = far(space, distance, same_group=same_group)
    theirs = [
        average_precision_score(classes[others] == classes[i], -apart[i][others])
        for i in range(TRACKS) if (classes[others := np.isfinite(apart[i])] == classes[i]).any()
    ]  # fmt: skip
    found = only(retrieval(space, GENRE, named(classes), 0), distance, same_group=same_group)
    assert values(found)["map"] == pytest.approx(np.mean(theirs), abs=SAME)
    assert found.queries == TRACKS


@pytest.mark.parametrize("k", [1, 10])
def test_the_accuracy_is_scikit_learns_where_no_votes_are_equal(k: int) -> None:
    space, classes = world()
    labels = classes % 2 if k == 1 else (np.arange(TRACKS) % 9 == 0).astype(int)  # a rare class: never five of ten
    order = np.argsort(far(space, "euclidean", same_group=True), axis=1)[:, :k]
    assert not (2 * labels[order].sum(axis=1) == k).any()
    right = [
        KNeighborsClassifier(k).fit(np.delete(space.vectors, i, 0), np.delete(labels, i)).predict([v])[0] == labels[i]
        for i, v in enumerate(space.vectors)
    ]
    found = values(only(retrieval(space, GENRE, named(labels), 0)))
    assert found[f"{k}-nn"] == pytest.approx(np.mean(right), abs=SAME)


@pytest.mark.parametrize("same_group", [True, False])
def test_precision_is_the_share_of_the_nearest(same_group: bool) -> None:
    space, classes = world()
    order = np.argsort(far(space, "cosine", same_group=same_group), axis=1)
    found = values(only(retrieval(space, GENRE, named(classes), 0), "cosine", same_group=same_group))
    for k in (1, 5, 10):
        assert found[f"p@{k}"] == pytest.approx((classes[order[:, :k]] == classes[:, None]).mean(), abs=SAME)
    assert found["p@1"] == found["1-nn"]


def test_the_nearest_tempo_is_scored_as_acc1() -> None:
    space, _ = world()
    tempi = np.random.default_rng(1).uniform(60, 90, TRACKS)
    nearest_one = far(space, "euclidean", same_group=True).argmin(axis=1)
    found = values(only(retrieval(space, TEMPO, tempi.tolist(), 0)))
    assert found["1-nn"] == pytest.approx(ACC1(tempi, tempi[nearest_one]), abs=SAME)


def test_several_classes_are_asked_for_one_by_one() -> None:
    space, _ = world()
    hot = np.random.default_rng(1).random((TRACKS, len(NAMES))) < 0.3
    apart = far(space, "euclidean", same_group=False)
    precisions, shares, asked = [], [], np.flatnonzero(hot.any(axis=1))
    for i in asked:
        others, order = np.isfinite(apart[i]), np.argsort(apart[i])[:5]
        chosen = np.flatnonzero(hot[i])
        precisions.append(np.mean([average_precision_score(hot[others, c], -apart[i][others]) for c in chosen]))
        shares.append(np.mean([hot[order, c].mean() for c in chosen]))
    labels = [tuple(name for name, has in zip(NAMES, row, strict=True) if has) for row in hot]
    found = only(retrieval(space, TAGS, labels, 0), same_group=False)
    assert values(found)["map"] == pytest.approx(np.mean(precisions), abs=SAME)
    assert values(found)["p@5"] == pytest.approx(np.mean(shares), abs=SAME)
    assert found.queries == len(asked) < TRACKS


def labels_of(target: Target, seed: int) -> list[Label]:
    """Labels that have nothing to do with the vectors."""
    rng = np.random.default_rng(seed)
    made: dict[str, list[Label]] = {
        "class": named(rng.choice(4, TRACKS, p=[0.4, 0.3, 0.2, 0.1])),
        "key": [KEYS[i] for i in rng.integers(0, 5, TRACKS)],
        "tempo": rng.choice([60.0, 61.0, 90.0, 120.0], TRACKS).tolist(),
        "classes": [tuple(NAMES[c] for c in range(4) if row[c] < 0.4) for row in rng.random((TRACKS, 4))],
    }
    return made[target.form]


@pytest.mark.parametrize("target", [GENRE, KEY, TEMPO, TAGS], ids=lambda t: t.name)
def test_chance_is_what_random_vectors_score(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    space, _ = world()
    labels, rng = labels_of(target, 5), np.random.default_rng(0)
    expected = chances(only(retrieval(space, target, labels, 0), same_group=False))
    monkeypatch.setattr("earmark.neighbours.chance.VOTES", 1)  # the chance of what follows is not looked at
    found = []
    for _ in range(SHUFFLES):
        drawn = Space.of(rng.normal(size=(TRACKS, 5)).astype(np.float32), ids=space.ids, groups=space.groups, seed=0)
        found.append(values(only(retrieval(drawn, target, labels, 0), same_group=False)))
    for name, chance in expected.items():
        assert np.mean([one[name] for one in found]) == pytest.approx(chance, abs=CHANCE), name


def test_the_chance_of_a_vote_is_that_of_shuffled_labels() -> None:
    space, classes = world(per_group=1)
    rng = np.random.default_rng(0)
    right = []
    for _ in range(300):
        drawn = np.argsort(rng.random((TRACKS, TRACKS)) + 9 * np.eye(TRACKS), axis=1)[:, :10]
        votes = np.eye(4)[classes[drawn]].cumsum(axis=1)
        most = votes[:, -1] == votes[:, -1].max(axis=1, keepdims=True)
        firsts = [next(c for c in classes[drawn[i]] if most[i, c]) for i in range(TRACKS)]
        right.append(np.mean(firsts == classes))
    found = chances(only(retrieval(space, GENRE, named(classes), 0)))
    assert found["10-nn"] == pytest.approx(np.mean(right), abs=DRAWN)


def test_copies_of_a_song_are_found_only_where_its_group_counts() -> None:
    rng = np.random.default_rng(0)
    vectors = np.repeat(rng.normal(size=(30, 8)), 2, axis=0).astype(np.float32)
    groups = [f"g{i // 2}" for i in range(60)]
    space = Space.of(vectors, ids=[f"t{i:02d}" for i in range(60)], groups=groups, seed=0)
    labels = named(np.repeat(rng.integers(0, 4, 30), 2))
    found = retrieval(space, GENRE, labels, 0)
    assert values(only(found))["1-nn"] == 1
    assert values(only(found, same_group=False))["1-nn"] < 0.5


def test_unlabelled_tracks_are_nobodys_neighbours() -> None:
    space, classes = world()
    some = [i for i in range(TRACKS) if i % 4]
    labels = [NAMES[c] if i % 4 else None for i, c in enumerate(classes)]
    assert retrieval(space, GENRE, labels, 0) == retrieval(space.among(some), GENRE, named(classes[some]), 0)


def test_the_order_of_the_tracks_changes_nothing() -> None:
    space, classes = world()
    order = np.random.default_rng(3).permutation(TRACKS)
    shuffled = Space.of(space.vectors[order], ids=[space.ids[i] for i in order],
                        groups=[space.groups[i] for i in order], seed=0)  # fmt: skip
    assert retrieval(shuffled, GENRE, named(classes[order]), 0) == retrieval(space, GENRE, named(classes), 0)


def test_a_single_group_has_no_neighbours_beyond_itself() -> None:
    space, classes = world(tracks=20, per_group=20)
    found = only(retrieval(space, GENRE, named(classes), 0), same_group=False)
    assert found.queries == 0
    assert set(values(found).values()) == set(chances(found).values()) == {None}


@pytest.mark.parametrize("tracks", [2, 5])
def test_very_few_tracks_are_measured_with_those_there_are(tracks: int) -> None:
    space, _ = world(tracks=tracks, per_group=1)
    found = only(retrieval(space, GENRE, ["a"] * tracks, 0))
    assert set(values(found).values()) == set(chances(found).values()) == {1.0}


def test_numbers_have_no_retrieval_nor_has_a_single_track() -> None:
    space, _ = world()
    assert retrieval(space, VALENCE, [0.1] * TRACKS, 0) == ()
    assert retrieval(space, GENRE, ["a", *[None] * (TRACKS - 1)], 0) == ()


def test_labels_of_other_tracks_are_refused() -> None:
    with pytest.raises(ValueError, match="3 labels of 'genre' do not fit 90 tracks"):
        retrieval(world()[0], GENRE, ["a"] * 3, 0)


def test_an_embedding_that_says_nothing_scores_at_chance() -> None:
    space, classes = world(per_group=1)
    empty = Space.of(np.zeros((TRACKS, 3), np.float32), ids=space.ids, groups=space.groups, seed=0)
    for distance in ("cosine", "euclidean"):
        found = only(retrieval(empty, GENRE, named(classes), 0), distance)
        assert values(found)["map"] == pytest.approx(chances(found)["p@1"], abs=SAME)


def test_the_interval_lies_around_the_score() -> None:
    space, classes = world()
    for found in retrieval(space, GENRE, named(classes), 0):
        assert all(score.low < score.value < score.high for score in found.scores)
        assert all(score.low is None for score in found.chance)
