import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from earmark.errors import ResultError
from earmark.result import Score
from earmark.result.robust.panel import panels, short
from earmark.result.robust.picture import draw_robust

Make = Callable[..., Any]


def words(path: Path) -> str:
    """All text of an SVG: matplotlib keeps it in comments beside the outlines."""
    return " ".join(line.strip()[5:-4] for line in path.read_text().splitlines() if line.strip().startswith("<!--"))


def marks(path: Path) -> int:
    return sum(element.get("id") == "score" for element in ET.parse(path).getroot().iter())


def test_every_task_has_a_mark_at_every_level(
    tmp_path: Path, robust: Make, condition: Make, score: Make, task: Make
) -> None:
    names = ["mp3:32", "mp3:8", "gain:3"]
    tasks = [task(one, 0.5, *(score(name, 0.3, -0.2) for name in names)) for one in ("key", "era")]
    ladder = [condition("mp3:32"), condition("mp3:8", rung=1), condition("gain:3", "dB", neutral=0.0)]
    draw_robust(robust(ladder, tasks), tmp_path / "picture.svg")
    assert marks(tmp_path / "picture.svg") == 6


def test_a_task_at_chance_is_left_out_and_named(
    tmp_path: Path, robust: Make, condition: Make, score: Make, task: Make
) -> None:
    tasks = [task("key", 0.5, score("mp3:8", 0.3, -0.2)), task("tempo", 0.1, score("mp3:8", 0.1, 0))]
    draw_robust(robust([condition("mp3:8")], tasks), tmp_path / "picture.svg")
    assert marks(tmp_path / "picture.svg") == 1
    assert "Left out, not above chance on clean audio: tempo." in words(tmp_path / "picture.svg")


def test_one_task_shows_its_own_score_and_that_under_the_old_label(
    tmp_path: Path, robust: Make, condition: Make, score: Make, task: Make
) -> None:
    shifted = score("shift:1", 0.45, -0.05, unmoved=Score(metric="m", value=0.05))
    key = task("key", 0.5, shifted, score("shift:2", 0.4, -0.1, unmoved=Score(metric="m", value=0.05)))
    ladder = [condition(f"shift:{level}", "semitones", rung=level - 1, neutral=0.0) for level in (1, 2)]
    draw_robust(robust(ladder, [key]), tmp_path / "picture.svg", "key")
    assert marks(tmp_path / "picture.svg") == 4
    assert "under the label of the clean audio" in words(tmp_path / "picture.svg")


def test_what_lies_far_below_is_said_to_lie_beyond_the_edge(
    tmp_path: Path, robust: Make, condition: Make, score: Make, task: Make
) -> None:
    result = robust([condition("mp3:8")], [task("valence", 0.5, score("mp3:8", -9.5, -10.0))])
    for asked in (None, "valence"):
        draw_robust(result, tmp_path / "picture.svg", asked)
        assert "Three strokes at an edge: beyond it." in words(tmp_path / "picture.svg")


@pytest.mark.parametrize("count", [1, 5, 7, 30])
def test_any_number_of_perturbations_makes_a_picture(
    tmp_path: Path, robust: Make, condition: Make, score: Make, task: Make, count: int
) -> None:
    names = [f"p{i}:{level}" for i in range(count) for level in (1, 2)]
    ladder = [condition(name, "dB", rung=i % 2) for i, name in enumerate(names)]
    result = robust(ladder, [task("key", 0.5, *(score(name, 0.3, -0.2) for name in names))])
    draw_robust(result, tmp_path / "picture.svg")
    assert marks(tmp_path / "picture.svg") == 2 * count


def test_missing_scores_leave_gaps(tmp_path: Path, robust: Make, condition: Make, score: Make, task: Make) -> None:
    nothing = Score(metric="m", value=None)
    key = task("key", 0.5, score("mp3:8", 0, 0, score=nothing, change=None, chance=None))
    result = robust([condition("mp3:32"), condition("mp3:8", rung=1)], [key])
    for asked in (None, "key"):
        draw_robust(result, tmp_path / "picture.svg", asked)
        assert marks(tmp_path / "picture.svg") == 0


def test_the_same_result_gives_the_same_picture(
    tmp_path: Path, robust: Make, condition: Make, score: Make, task: Make
) -> None:
    result = robust([condition("mp3:8")], [task("key", 0.5, score("mp3:8", 0.3, -0.2))])
    for ending in (".png", ".svg"):
        for name in "ab":
            draw_robust(result, tmp_path / f"{name}{ending}")
        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


def test_where_nothing_is_above_chance_the_panels_stay_empty(
    tmp_path: Path, robust: Make, condition: Make, score: Make, task: Make
) -> None:
    result = robust([condition("mp3:8")], [task("key", 0.1, score("mp3:8", 0.1, 0))])
    draw_robust(result, tmp_path / "picture.svg")
    assert marks(tmp_path / "picture.svg") == 0


def test_a_task_that_was_not_asked_is_refused(tmp_path: Path, robust: Make, condition: Make, task: Make) -> None:
    with pytest.raises(ResultError, match=r"'kez'.*there are key"):
        draw_robust(robust([condition("mp3:8")], [task("key", 0.5)]), tmp_path / "picture.svg", "kez")


def test_clean_audio_alone_and_another_ending_are_refused(tmp_path: Path, make_result: Make, make_task: Make) -> None:
    with pytest.raises(ResultError, match="bench robust"):
        draw_robust(make_result(make_task("key", 0.5)), tmp_path / "picture.svg")
    with pytest.raises(ResultError, match=r"not '\.gif'"):
        draw_robust(make_result(make_task("key", 0.5)), tmp_path / "picture.gif")


def test_levels_over_a_decade_stand_on_a_logarithmic_axis(condition: Make) -> None:
    wide, narrow, signed = panels([
        condition("mp3:320"), condition("mp3:32", rung=1), condition("vorbis:192"), condition("vorbis:64", rung=1),
        condition("gain:-24", "dB"), condition("gain:24", "dB", rung=1),
    ])  # fmt: skip
    assert [wide.logarithmic, narrow.logarithmic, signed.logarithmic] == [True, False, False]


def test_named_and_single_levels_stand_apart(condition: Make) -> None:
    named = [condition("compander:film light", ""), condition("compander:speech", "", rung=1)]
    compander, mp3, low = panels([*named, condition("mp3:8"), *(condition(f"low:{x}", "Hz") for x in (9, 8))])
    assert [compander.apart, mp3.apart, low.apart] == [True, True, False]
    assert compander.places == {"compander:film light": 0, "compander:speech": 1}
    assert [compander.unit, mp3.unit, low.unit] == ["", "kbit/s", "Hz"]


def test_a_neutral_level_of_nothing_has_no_place_on_a_logarithmic_axis(condition: Make) -> None:
    (panel,) = panels([condition(f"shift:{ms}", "ms", neutral=0.0) for ms in (1, 1000)])
    assert panel.neutral is None


@pytest.mark.parametrize(
    ("level", "expected"), [(16_000, "16k"), (22_050, "22.1k"), (0.7071, "0.71"), (-6, "−6"), (320, "320"), (0, "0")]
)
def test_a_tick_takes_few_letters(level: float, expected: str) -> None:
    assert short(level) == expected
