from collections.abc import Callable
from typing import Any

from earmark.result import Result
from earmark.result.neighbours.words import known, leak_lines, readable

Found, Make = Callable[..., Result], dict[str, Callable[..., Any]]


def test_the_strongest_leaks_come_first(make: Make) -> None:
    lines = leak_lines(make["leakage"]({("a", "b"): 0.5, ("b", "a"): 0.9}))
    assert lines == [
        "Found inside another's directions, beyond what random ones know: a in b 0.90 (random 0.20), "
        "b in a 0.50 (random 0.20)."
    ]


def test_a_target_in_its_own_span_is_no_leak(make: Make) -> None:
    lines = leak_lines(make["leakage"]({("a", "a"): 1.0, ("b", "b"): 1.0}))
    assert lines == ["No target is found inside the directions of another beyond what random ones know."]


def test_what_its_interval_does_not_tell_from_random_is_not_named(make: Make) -> None:
    lines = leak_lines(make["leakage"]({("a", "b"): 0.24, ("b", "a"): 0.9}))  # 0.19 – 0.29 around 0.2
    assert "b in a" not in lines[0]


def test_what_is_kept_out_is_named(make: Make) -> None:
    lines = leak_lines(make["leakage"]({("a", "b"): 0.0, ("b", "a"): 0.9}))
    assert "Kept out of them, below what random ones know: b in a 0.00 (random 0.20)." in lines


def test_many_leaks_are_counted(make: Make) -> None:
    names = "abc"
    lines = leak_lines(make["leakage"]({(a, b): 0.9 for a in names for b in names}))
    assert lines[0].endswith(" and 1 more.")


def test_a_target_that_is_not_known_is_not_asked(make: Make) -> None:
    leakage = make["leakage"]({("a", "b"): 0.9, ("b", "a"): 0.9}, unknown=("era",))
    assert known(leakage) == ("a", "b")
    assert len(readable(leakage)) == 4
    assert leak_lines(leakage)[-1] == "Not asked, for the whole embedding is not clearly above chance: era."


def test_without_leakage_nothing_is_said() -> None:
    assert leak_lines(None) == []
