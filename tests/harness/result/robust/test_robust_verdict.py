from collections.abc import Callable
from typing import Any

import pytest

from earmark.result import Difference
from earmark.result.robust.verdict import breaks_first, kept, verdict, worst_of

Make = Callable[..., Any]


def test_a_task_that_reaches_chance_is_said_to_fall(condition: Make, score: Make, task: Make) -> None:
    key = task("key", 0.5, score("mp3:128", 0.45, -0.05), score("mp3:32", 0.14, -0.36))
    ladder = [condition("mp3:128", rung=0), condition("mp3:32", rung=1)]
    assert breaks_first(ladder, [key]) == "key falls to chance at mp3 32 kbit/s."


def test_the_mildest_step_comes_first(condition: Make, score: Make, task: Make) -> None:
    genre = task("genre", 0.5, score("mp3:8", 0.1, -0.4))
    key = task("key", 0.5, score("gain:3", 0.12, -0.38))
    found = breaks_first([condition("mp3:8", rung=2), condition("gain:3", "dB", rung=1)], [genre, key])
    assert found == "key falls to chance at gain 3 dB."


def test_at_the_same_step_the_greatest_share_lost_is_named(condition: Make, score: Make, task: Make) -> None:
    # By hand: 0.36 of 0.4 is 0.9, 0.4 of 0.4 is 1.
    key = task("key", 0.5, score("mp3:8", 0.14, -0.36), score("gain:3", 0.1, -0.4))
    found = breaks_first([condition("mp3:8"), condition("gain:3", "dB")], [key])
    assert found == "key falls to chance at gain 3 dB."


def test_three_tasks_at_most_are_named_by_place(condition: Make, score: Make, task: Make) -> None:
    values = {"era": 0.10, "key": 0.12, "mood": 0.13, "tempo": 0.14}
    tasks = [task(name, 0.5, score("mp3:8", value, value - 0.5)) for name, value in values.items()]
    tasks[1] = task("key", 0.5, score("gain:3", 0.12, -0.38))
    found = breaks_first([condition("mp3:8"), condition("gain:3", "dB")], tasks)
    expected = "era and mood fall to chance at mp3 8 kbit/s, key at gain 3 dB (1 more task does at as mild a step)."
    assert found == expected


def test_less_than_half_is_no_fall_however_wide_the_interval(condition: Make, score: Make, task: Make) -> None:
    weak = task("valence", 0.16, score("mp3:8", 0.135, -0.025))  # its interval, from 0.085, reaches 0.1
    found = breaks_first([condition("mp3:8")], [weak])
    assert found == "Nothing falls to chance; valence loses most: 0.03 of its 0.06 above chance at mp3 8 kbit/s."


def test_without_a_fall_the_greatest_share_lost_is_told(condition: Make, score: Make, task: Make) -> None:
    # Losses of 0.3 of 0.8 and of 0.2 of 0.4: the second is the greater share.
    tasks = [task("genre", 0.9, score("mp3:8", 0.6, -0.3)), task("key", 0.5, score("mp3:8", 0.3, -0.2))]
    found = breaks_first([condition("mp3:8")], tasks)
    assert found == "Nothing falls to chance; key loses most: 0.20 of its 0.40 above chance at mp3 8 kbit/s."


def test_an_unclear_loss_breaks_nothing(condition: Make, score: Make, task: Make) -> None:
    key = task("key", 0.5, score("mp3:8", 0.49, -0.01))
    assert breaks_first([condition("mp3:8")], [key]) == "Nothing breaks: no loss is larger than chance could make it."


def test_a_task_at_chance_is_named_apart(condition: Make, score: Make, task: Make) -> None:
    tasks = [task("key", 0.5, score("mp3:8", 0.1, -0.4)), task("tempo", 0.12, score("mp3:8", 0.05, -0.07))]
    expected = "key falls to chance at mp3 8 kbit/s; tempo is not above chance before anything is changed."
    assert breaks_first([condition("mp3:8")], tasks) == expected


def test_where_nothing_is_above_chance_nothing_breaks(condition: Make, score: Make, task: Make) -> None:
    low = task("tempo", 0.12, score("mp3:8", 0.05, -0.07))
    expected = "No task is above chance before anything is changed, so nothing can break."
    assert breaks_first([condition("mp3:8")], [low]) == expected


def test_without_a_chance_nothing_is_said(condition: Make, score: Make, task: Make) -> None:
    unknown = task("key", 0.5, score("mp3:8", 0.1, -0.4, chance=None), chance=None)
    assert breaks_first([condition("mp3:8")], [unknown]).startswith("Nothing can be said")


def test_an_error_falls_to_chance_by_rising(condition: Make, score: Make, task: Make) -> None:
    era = task("era", 1.0, score("mp3:8", 1.98, 0.98, less=True, chance=2.0), less=True, chance=2.0)
    better = task("mood", 1.0, score("mp3:8", 0.5, -0.5, less=True, chance=2.0), less=True, chance=2.0)
    assert breaks_first([condition("mp3:8")], [era, better]) == "era falls to chance at mp3 8 kbit/s."


def test_the_better_of_both_constants_is_what_there_is_to_beat(score: Make, task: Make) -> None:
    # Clean 0.5; the constant is worth 0.3 under the moved label and 0.1 before: 0.1 of 0.2 is left.
    moved = score("stretch:2", 0.4, -0.1, chance=0.3)
    assert kept(task("tempo", 0.5, moved), moved) == pytest.approx(0.5)
    # Worth nothing under the moved label, 0.1 before: 0.3 of 0.4 is left.
    moved = score("stretch:2", 0.4, -0.1, chance=0.0)
    assert kept(task("tempo", 0.5, moved), moved) == pytest.approx(0.75)


@pytest.mark.parametrize(("change", "less", "expected"), [(-0.1, False, -1), (0.1, False, 1), (0.1, True, -1)])
def test_a_clear_change_has_a_direction(score: Make, change: float, less: bool, expected: int) -> None:
    assert verdict(score("mp3:8", 0.5, change, less=less)) == expected


def test_a_change_within_its_interval_of_zero_has_none(score: Make) -> None:
    assert verdict(score("mp3:8", 0.5, 0.01)) == 0
    assert verdict(score("mp3:8", 0.5, 0.01, change=None)) is None
    assert verdict(score("mp3:8", 0.5, 0, change=Difference(value=-0.4, low=None, high=None, p=None))) is None


def test_the_worst_score_depends_on_the_direction(score: Make) -> None:
    assert worst_of([score("a:1", 0.5, 0), score("b:1", 0.2, 0)]) == "b:1"
    assert worst_of([score("a:1", 0.5, 0, less=True), score("b:1", 0.2, 0, less=True)]) == "a:1"
    assert worst_of([]) == ""


def test_of_a_task_with_few_test_groups_nothing_is_said(condition: Make, score: Make, task: Make) -> None:
    key, mood = task("key", 0.5, score("mp3:8", 0.1, -0.4)), task("mood", 0.5, score("mp3:8", 0.1, -0.4))
    found = breaks_first([condition("mp3:8")], [key, mood], few={("mood", "linear")})
    assert found == "key falls to chance at mp3 8 kbit/s; of mood, with so few test groups, nothing can be said."
    both = breaks_first([condition("mp3:8")], [key, mood], few={("mood", "linear"), ("key", "linear")})
    assert both.startswith("Nothing can be said")
