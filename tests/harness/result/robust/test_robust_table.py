from collections.abc import Callable
from typing import Any

import pytest

from earmark.errors import ResultError
from earmark.result import Score
from earmark.result.robust.record import Equivariance
from earmark.result.robust.table import signed, to_html, to_text

Make = Callable[..., Any]
WIDTH = 132
"""Characters that twelve tasks may take: what fits on a wide terminal."""
ETUDES = (
    "genre", "era", "mood", "valence", "arousal", "key", "tempo", "instrument", "vocal", "register",
    "segments.foote", "segments.boundary-probe",
)  # fmt: skip


def a_line(text: str, start: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(start)).split()


def test_a_condition_shows_drift_and_the_change_of_each_task(
    robust: Make, condition: Make, score: Make, task: Make
) -> None:
    tasks = [task("key", 0.5, score("mp3:32", 0.3, -0.2)), task("era", 0.5, score("mp3:32", 0.51, 0.01))]
    text = to_text(robust([condition("mp3:32")], tasks))
    assert a_line(text, "· 32") == ["·", "32", "kbit/s", "0.875", "75", "%", "−.200*", "+.010"]
    assert a_line(text, "condition") == ["condition", "cosine", "found", "key", "era"]


def test_conditions_stand_under_their_perturbation_from_mild_to_severe(robust: Make, condition: Make) -> None:
    ladder = [condition("mp3:8", rung=1), condition("gain:3", "dB"), condition("mp3:32", rung=0)]
    lines = [line.split("  ")[0] for line in to_text(robust(ladder, [])).splitlines()]
    start = lines.index("mp3")
    assert lines[start : start + 5] == ["mp3", "· 32 kbit/s", "· 8 kbit/s", "gain", "· 3 dB"]


def test_a_task_shows_its_worst_case_with_its_interval(robust: Make, condition: Make, score: Make, task: Make) -> None:
    key = task("key", 0.5, score("mp3:32", 0.3, -0.2), worst="mp3:32")
    found = a_line(to_text(robust([condition("mp3:32")], [key])), "key ")
    assert found[:10] == ["key", "linear", "m", "0.500", "0.450", "–", "0.550", "0.100", "0.300", "mp3"]
    assert found[10:] == ["32", "kbit/s", "−.200*", "−.220", "to", "−.180"]


def test_where_a_label_moves_the_shares_and_both_scores_are_shown(
    robust: Make, condition: Make, score: Make, task: Make
) -> None:
    moved = Equivariance(tracks=28, follows=0.5, stays=0.25, breaks=0.25)
    shifted = score("shift:1", 0.45, -0.05, unmoved=Score(metric="m", value=0.05), equivariance=moved)
    text = to_text(robust([condition("shift:1", "semitones")], [task("key", 0.5, shifted)]))
    row = next(line for line in text.splitlines() if line.startswith("key ") and "50 %" in line).split()
    assert row[:4] == ["key", "shift", "1", "semitones"]
    assert row[4:] == ["28", "50", "%", "25", "%", "25", "%", "0.450", "0.100", "0.050"]


def test_without_moved_labels_there_is_no_table_of_them(robust: Make, condition: Make, score: Make, task: Make) -> None:
    result = robust([condition("mp3:32")], [task("key", 0.5, score("mp3:32", 0.3, -0.2))])
    assert "follows" not in to_text(result)
    assert to_html(result).count("<table>") == 2


def test_the_etudes_fit_on_a_wide_terminal(robust: Make, condition: Make, score: Make, task: Make) -> None:
    name = "time-stretch-vocoder:0.707107"
    tasks = [task(one, 0.5, score(name, 0.3, -0.2)) for one in ETUDES]
    lines = to_text(robust([condition(name, "× speed")], tasks)).splitlines()
    rule = next(i for i, line in enumerate(lines) if line.startswith("---"))
    assert max(len(line) for line in lines[rule - 3 : rule + 3]) <= WIDTH


def test_more_readings_than_fit_stand_in_blocks(robust: Make, condition: Make, score: Make, task: Make) -> None:
    tasks = [task(one, 0.5, score("mp3:8", 0.3, -0.2), probe=p) for one in ETUDES[:7] for p in ("linear", "mlp")]
    result = robust([condition("mp3:8")], tasks)
    assert to_text(result).count("· 8 kbit/s") == 2
    assert to_html(result).count("· 8 kbit/s") == 1


def test_chance_marks_are_counted(robust: Make, condition: Make, score: Make, task: Make) -> None:
    names = [f"mp3:{level}" for level in range(8, 28)]
    tasks = [task(one, 0.5, *(score(name, 0.5, 0) for name in names)) for one in ("key", "era")]
    text = to_text(robust([condition(name, rung=i) for i, name in enumerate(names)], tasks))
    assert "not corrected for asking 40 times: if nothing had changed, about 2 would be marked" in text  # 5 % of 40


def test_reservations_follow_the_sentence(robust: Make, condition: Make, score: Make, task: Make) -> None:
    key = task("key", 0.5, score("one-channel:left", 0.5, 0, tracks=12))
    result = robust([condition("one-channel:left", "", unchanged=30)], [key], limit=7)
    below = to_text(result).split("This breaks first.\n")[1]
    assert "Tracks that came out as they were, sample for sample: one-channel left (30 of 30)." in below
    assert "not known of every track: key (as few as 12 of 30)." in below
    assert "Only the first 7 tracks of each split: no benchmark score." in below


def test_a_condition_that_leaves_nobody_to_ask_is_a_reservation(
    robust: Make, condition: Make, score: Make, task: Make
) -> None:
    ladder = [condition("mp3:32"), condition("mp3:8", rung=1)]
    text = to_text(robust(ladder, [task("key", 0.5, score("mp3:32", 0.5, 0))]))
    assert "not known of every track: key (as few as 0 of 30)." in text


def test_a_task_that_was_not_asked_is_named(robust: Make, condition: Make, make_task: Make) -> None:
    result = robust([condition("mp3:8")], [], tasks=(make_task("segments.foote", 0.4),))
    assert "Not asked of changed audio: segments.foote." in to_text(result)


def test_what_was_asked_is_named_with_its_version(robust: Make, condition: Make) -> None:
    assert "Changed by won2020 1: 1 condition;" in to_text(robust([condition("mp3:8")], []))


def test_a_score_that_is_missing_is_a_dash(robust: Make, condition: Make, score: Make, task: Make) -> None:
    tasks = [task("key", 0.5), task("era", 0.5, score("mp3:32", 0.3, 0, change=None))]
    assert a_line(to_text(robust([condition("mp3:32")], tasks)), "· 32")[-2:] == ["–", "–"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(-0.1234, "−.123"), (0.9996, "+1.00"), (-12.34, "−12.3"), (0.0004, "±.000"), (-123.4, "−123"), (0.05, "+.050")],
)
def test_a_change_takes_five_characters(value: float, expected: str) -> None:
    assert signed(value) == expected


def test_names_are_escaped_in_a_notebook(robust: Make, condition: Make, score: Make, task: Make) -> None:
    page = to_html(robust([condition("mp3:32")], [task("<script>", 0.5, score("mp3:32", 0.3, -0.2))]))
    assert "<script>" not in page
    assert "m&lt;b&gt;" in page


def test_a_result_of_clean_audio_has_no_such_table(make_result: Make, make_task: Make) -> None:
    with pytest.raises(ResultError, match="bench robust"):
        to_text(make_result(make_task("key", 0.5)))
