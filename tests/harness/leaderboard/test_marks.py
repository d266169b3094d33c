"""Groups are drawn once for all tasks of a column."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, r2_score

from earmark.archive import Archive
from earmark.leaderboard.entries import entries_of
from earmark.leaderboard.marks import Bench, height
from earmark.metric import ACCURACY, R2, group_weights

File = Callable[..., Path]
RESAMPLES = 300
SAME = 1e-9  # sums in another order


def bench(board: Path) -> Bench:
    return Bench(entries=entries_of(Archive(folder=board), "small"), resamples=RESAMPLES, seed=5)


def test_a_family_of_unlike_tasks_draws_from_all_their_groups(file: File, board: Path) -> None:
    file("one", labelled={"mood": 40})
    found = bench(board)
    answers = found.entries.entries[0].answers
    counts = group_weights([f"g{i:02}" for i in range(60)], RESAMPLES, 5)
    mood, valence = answers["mood"], answers["valence"]
    marks = found.of(("mood", "valence")).scores[0]
    for draw in (0, 1, 2, 299):
        right = accuracy_score(mood.labels, mood.answers[0], sample_weight=counts[draw, :40])
        near = r2_score(valence.labels, valence.answers[0], sample_weight=counts[draw])
        assert marks[draw] == pytest.approx((right + near) / 2, rel=SAME)


def test_a_task_alone_draws_from_its_own_groups(file: File, board: Path) -> None:
    file("one", labelled={"mood": 40})
    found = bench(board)
    answered = found.entries.entries[0].answers["mood"]
    expected = answered.marks(ACCURACY, answered.weights(RESAMPLES, 5))
    assert found.of(("mood",)).scores[0] == pytest.approx(expected, rel=SAME)


def test_groups_of_two_data_sets_are_drawn_apart_though_they_share_names(file: File, board: Path) -> None:
    file("one", elsewhere={"valence": "other"})
    found = bench(board)
    counts = found.of(("mood", "valence")).weights[1:]
    assert counts.shape == (RESAMPLES, 120)
    assert (counts[:, :60].sum(axis=1) == 60).all()
    assert (counts[:, :60] != counts[:, 60:]).mean() > 0.5


def test_above_chance_is_a_mean_over_families_of_each_draw(file: File, board: Path, chances: dict[str, float]) -> None:
    file("one")
    found = bench(board)
    whole = found.above_chance((("genre",), ("mood", "valence"))).scores[0]
    genre, mood, valence = (found.of((task,)).scores[0] for task in ("genre", "mood", "valence"))
    chance = (chances["mood"] + chances["valence"]) / 2
    expected = (
        (genre - chances["genre"]) / (1 - chances["genre"]) + ((mood + valence) / 2 - chance) / (1 - chance)
    ) / 2
    assert whole == pytest.approx(expected, rel=SAME)


def test_the_height_of_a_score_whose_chance_is_perfect_is_unknown() -> None:
    assert np.isnan(height(np.array([1.0, 0.5]), ACCURACY, 1.0)).all()
    assert np.isnan(height(np.array([1.0, 0.5]), R2, None)).all()
    assert height(np.array([1.0, 0.5, 0.25]), ACCURACY, 0.5).tolist() == [1.0, 0.0, -0.5]
