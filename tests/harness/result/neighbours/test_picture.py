import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from earmark.errors import ResultError
from earmark.result import Result
from earmark.result.neighbours.picture import draw_leakage, draw_locality

Found, Make = Callable[..., Result], dict[str, Callable[..., Any]]


def marks(path: Path) -> Counter[str]:
    return Counter(e.get("id", "") for e in ET.parse(path).getroot().iter())


def words(path: Path) -> list[str]:
    """What is written in an SVG: matplotlib leaves each text as a comment before its outlines."""
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    root = ET.parse(path, parser).getroot()
    return [(e.text or "").strip() for e in root.iter() if callable(e.tag)]


@pytest.fixture
def leaky(found: Found, make: Make) -> Result:
    leakage = make["leakage"]({("key", "era"): 0.75, ("era", "key"): -0.5, ("key", "key"): 1.25}, unknown=("mood",))
    return found(leakage=leakage)


def test_every_attribute_has_its_lift_and_interval(tmp_path: Path, found: Found, make: Make) -> None:
    some = [make["locality"](name, 2.0 + own, same_group=own) for name in ("genre", "era") for own in (False, True)]
    far = make["locality"]("genre", 9.0, distance="euclidean")
    draw_locality(found(locality=(*some, far)), tmp_path / "lifts.svg")
    count = marks(tmp_path / "lifts.svg")
    assert [count[mark] for mark in ("lift", "interval", "own", "chance")] == [2, 2, 2, 1]


def test_a_lift_of_zero_stands_at_the_edge(tmp_path: Path, found: Found, make: Make) -> None:
    draw_locality(found(locality=(make["locality"]("key", 0.0, width=0.0),)), tmp_path / "lifts.svg")
    assert marks(tmp_path / "lifts.svg")["lift"] == 1


def test_a_lift_that_is_not_known_is_not_drawn(tmp_path: Path, found: Found, make: Make) -> None:
    row = make["locality"]("key", 2.0).model_copy(update={"lift": make["score"](None)})
    draw_locality(found(locality=(row, make["locality"]("era", 2.0))), tmp_path / "lifts.svg")
    assert marks(tmp_path / "lifts.svg")["lift"] == 1


def test_the_share_that_is_kept_stands_in_each_cell(tmp_path: Path, leaky: Result) -> None:
    draw_leakage(leaky, tmp_path / "leaks.svg")
    written = words(tmp_path / "leaks.svg")
    assert {"0.75", "−0.50", "1.25"} <= set(written)
    assert written.count("0.20") == 5  # random beneath each of the four, and kept in one


def test_a_target_that_is_not_known_is_named_below(tmp_path: Path, leaky: Result) -> None:
    draw_leakage(leaky, tmp_path / "leaks.svg")
    written = words(tmp_path / "leaks.svg")
    assert "mood" not in written
    assert any("not shown: mood." in line for line in written)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_same_result_gives_the_same_pictures(tmp_path: Path, leaky: Result, ending: str) -> None:
    for draw in (draw_locality, draw_leakage):
        for name in ("a", "b"):
            draw(leaky, tmp_path / f"{name}.{ending}")
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_leaks_of_one_target_are_no_picture(tmp_path: Path, found: Found, make: Make) -> None:
    with pytest.raises(ResultError, match="two targets"):
        draw_leakage(found(leakage=make["leakage"]({("key", "key"): 1.0})), tmp_path / "leaks.svg")


def test_no_lifts_are_no_picture(tmp_path: Path, found: Found) -> None:
    with pytest.raises(ResultError, match="no lifts"):
        draw_locality(found(locality=()), tmp_path / "lifts.svg")


def test_another_ending_is_refused(tmp_path: Path, leaky: Result) -> None:
    for draw in (draw_locality, draw_leakage):
        with pytest.raises(ResultError, match=r"not '\.gif'"):
            draw(leaky, tmp_path / "a.gif")
