"""The report, as it is read."""

import pytest

from earmark.compare import compare
from earmark.compare.text import WIDTH, p_value, signed, to_text

RESAMPLES = 500


@pytest.fixture
def report(result, right) -> str:
    old = result({"tempo": right(80), "key": right(60), "mood": right(70)})
    new = result({"tempo": right(50), "key": right(80), "mood": right(70)}, version="2")
    found = compare(
        old, new, resamples=RESAMPLES, where=lambda _, track: f"/audio/{track}.flac" if track == "t50" else ""
    )
    return to_text(found)


def test_the_table_has_a_row_a_task_in_the_order_of_old(report: str) -> None:
    rows = report.rsplit("-----\n", maxsplit=1)[-1].splitlines()[:3]
    assert [row.split()[:5] for row in rows] == [
        ["tempo", "accuracy", "0.800", "0.500", "-0.300"],
        ["key", "accuracy", "0.600", "0.800", "+0.200"],
        ["mood", "accuracy", "0.700", "0.700", "0.000"],
    ]
    assert [row.split("  ")[-1] for row in rows] == ["worse", "better", "no difference shown"]


def test_what_is_worse_is_said_first_below_the_table(report: str) -> None:
    _, below = report.split("no difference shown\n\n", 1)
    assert below.startswith("Worse: tempo (-0.300 [-0.3")
    assert "\nBetter: key (+0.200 [+0.1" in below


def test_culprits_have_names_intervals_and_paths(report: str) -> None:
    assert "  tempo: yes, recall 0.800 → 0.500 (-0.300 [-0.3" in report
    assert "  tempo, t50: yes; OLD said yes, NEW no\n    /audio/t50.flac" in report


def test_nothing_is_wider_than_the_screen(report: str) -> None:
    assert max(map(len, report.splitlines())) <= WIDTH


def test_what_it_would_take_is_said(result, sheet) -> None:
    old, new = (sheet(truth=["yes"] * 40, said=said * 20) for said in (["yes", "no"], ["no", "yes"]))
    text = to_text(compare(result({"a": old}), result({"a": new}), resamples=RESAMPLES))
    assert "Nothing is clearly better or worse." in text
    assert "Not enough data to show a difference of 0.05, which takes about this many test tracks" in text


def test_a_task_with_fewer_tracks_says_how_many_it_has(result, sheet) -> None:
    halves = {of: [sheet(truth=["yes"] * of, said=said * (of // 2)) for said in (["yes", "no"], ["no", "yes"])]
              for of in (40, 30)}  # fmt: skip
    old, new = (result({"a": halves[40][i], "b": halves[30][i]}) for i in (0, 1))
    text = " ".join(to_text(compare(old, new, resamples=RESAMPLES)).split())
    assert "test tracks (40 here): a " in text
    assert "(here 30)." in text
    assert "(here 40)" not in text


def test_without_any_interval_that_is_said(result, right) -> None:
    old = result({"a": right(5, of=9, groups=["g"] * 9)})
    assert "Not enough data for any interval: a." in to_text(compare(old, old, resamples=RESAMPLES))


def test_conditions_are_counted_and_the_worst_come_first(result, right) -> None:
    heard = {"x:1": right(40).said, "x:2": right(80).said, "x:3": right(60).said}
    old = result({"a": right(60, conditions=dict.fromkeys(heard, right(60).said))})
    text = to_text(compare(old, result({"a": right(60, conditions=heard)}), resamples=RESAMPLES))
    assert "Under changed audio (3 comparisons, corrected together): 1 worse, 1 better, 1 no difference shown." in text
    assert text.index("  x:1: worse a -0.200") < text.index("  x:2: better a +0.200")
    assert "a @ x:1: yes, recall 0.600 → 0.400" in text


def test_a_class_that_is_lost_in_a_task_that_is_not_worse_stands_out(result, sheet) -> None:
    truth = ["no"] * 60 + ["yes"] * 60
    old = ["no"] * 60 + ["no"] * 20 + ["yes"] * 40
    new = ["yes"] * 18 + ["no"] * 42 + ["yes"] * 60
    results = [result({"a": sheet(truth=truth, said=said)}) for said in (old, new)]
    assert "though their task as a whole is not clearly worse:\n  a: no, recall 1.000 → 0.700" in to_text(
        compare(*results, resamples=RESAMPLES)
    )


def test_numbers_are_spelled_alike() -> None:
    assert [signed(value) for value in (0.12345, -0.0001, 0.0, None)] == ["+0.123", "0.000", "0.000", "–"]
    assert [p_value(p) for p in (0.04321, 0.0004999, 1.0, None)] == ["0.043", "<0.001", "1.000", "–"]
