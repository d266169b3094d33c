from collections.abc import Callable
from typing import Any

import pytest

from earmark.errors import ResultError
from earmark.result import Result
from earmark.result.neighbours.table import to_html, to_text

Found, Make = Callable[..., Result], dict[str, Callable[..., Any]]
WIDEST = 105  # the tables must fit a terminal


def line_of(text: str, start: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(start)).split()


def test_the_heading_names_the_tracks_the_neighbours_and_the_versions(found: Found) -> None:
    assert to_text(found()).startswith("m<b> 1.10 on d 1.10 · 600 tracks · 10 neighbours · dim 4")


def test_a_sample_of_queries_is_said(found: Found) -> None:
    assert "600 tracks, 100 of them asked" in to_text(found(queries=100))


def test_retrieval_stands_beside_chance_and_beside_the_own_group(found: Found, make: Make) -> None:
    both = (make["retrieval"]("genre", 0.5), make["retrieval"]("genre", 0.75, same_group=True))
    row = line_of(to_text(found(retrieval=both)), "genre")
    assert row == ["genre", "600", *["0.500", "(0.125)"] * 3, "0.750", "0.750", "0.750"]


def test_without_groups_no_column_is_empty(found: Found) -> None:
    assert "own" not in to_text(found())


def test_groups_that_make_no_difference_have_no_column(found: Found, make: Make) -> None:
    both = tuple(make["retrieval"]("genre", 0.5, same_group=own) for own in (False, True))
    assert "own" not in to_text(found(retrieval=both))


def test_a_lift_is_marked_when_its_interval_excludes_one(found: Found, make: Make) -> None:
    lifts = {"key": 2.0, "era": 0.5, "mood": 1.1}
    text = to_text(found(retrieval=(), locality=tuple(make["locality"](n, lift) for n, lift in lifts.items())))
    assert [line_of(text, name)[-1] for name in lifts] == ["+", "−", "1.30"]
    assert line_of(text, "key") == ["key", "same", "label", "0.200", "0.100", "2.00", "1.80", "–", "2.20", "+"]


def test_what_stands_in_brackets_is_left_out_of_a_measure(found: Found, make: Make) -> None:
    text = to_text(found(locality=(make["locality"]("valence", 1.5, measure="absolute difference (less is nearer)"),)))
    assert "absolute difference " in text
    assert "less is nearer" not in text


def test_euclidean_is_shown_in_full_only(found: Found, make: Make) -> None:
    both = (make["retrieval"]("genre", 0.5), make["retrieval"]("genre", 0.875, distance="euclidean"))
    assert "0.875" not in to_text(found(retrieval=both))
    assert "0.875" in to_text(found(retrieval=both), full=True)


def test_the_shape_is_told_in_sentences(found: Found) -> None:
    text = to_text(found())
    assert "Intrinsic dimension 11.3 (95 % 10.3 – 12.3) of 4; about 6.2 principal directions" in text
    assert "mean cosine of 0.934" in text
    assert "Hubs by cosine: how often a track is among the 10 nearest has skewness 1.8" in text


def test_translations_stand_beside_the_oracle(found: Found, make: Make) -> None:
    some = (make["translation"]("identity", 0.9, 0.0), make["translation"]("oracle", 1.0, 0.1))
    text = to_text(found(translations=some))
    assert line_of(text, "oracle") == [
        "oracle", "×", "1.25", "264", "1.000", "1.000", "–", "1.000", "+0.100", "0.250", "0.500", "–",
    ]  # fmt: skip


def test_every_reservation_is_said(found: Found) -> None:
    text = to_text(found(notes=("Only few.",)))
    assert "Only few." in text
    assert "t7 (holds no samples.)" in text


def test_the_tables_fit_a_terminal(found: Found, make: Make) -> None:
    names = ["instrumentation", "tempo", "valence"]
    retrieval = [make["retrieval"](n, 0.5 + 0.1 * own, same_group=own) for n in names for own in (False, True)]
    measure = "absolute difference (lift: random over neighbours)"
    locality = [
        make["locality"](n, 20.0 + own, measure=measure, same_group=own) for n in names for own in (False, True)
    ]
    leakage = make["leakage"]({(a, b): 0.9 for a in names for b in names}, unknown=("era",))
    text = to_text(found(retrieval=retrieval, locality=locality, leakage=leakage), full=True)
    assert max(len(line) for line in text.splitlines()) <= WIDEST


def test_a_notebook_shows_the_same_escaped(found: Found) -> None:
    page = to_html(found())
    assert "m&lt;b&gt;" in page
    assert "0.500 (0.125)" in page


def test_a_result_without_neighbours_is_refused(make_result: Callable[..., Result]) -> None:
    with pytest.raises(ResultError, match="bench neighbours"):
        to_text(make_result())
