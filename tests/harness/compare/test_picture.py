"""The forest plot."""

import re
from pathlib import Path

import pytest

from earmark.compare import compare
from earmark.compare.picture import draw
from earmark.errors import ResultError

RESAMPLES = 300


@pytest.fixture
def found(result, right):
    old = result({"tempo": right(80), "key": right(60)})
    return compare(old, result({"tempo": right(50), "key": right(80)}), resamples=RESAMPLES)


def test_each_task_is_marked_by_its_verdict(found, tmp_path: Path) -> None:
    draw(found, tmp_path / "f.svg")
    assert sorted(re.findall(r'id="(better|worse)"', (tmp_path / "f.svg").read_text())) == ["better", "worse"]


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_the_ending_says_what_is_written(found, tmp_path: Path, ending: str, start: bytes) -> None:
    draw(found, tmp_path / f"f.{ending}")
    assert (tmp_path / f"f.{ending}").read_bytes().startswith(start)


def test_the_same_comparison_gives_the_same_picture(found, tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        draw(found, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_another_ending_is_refused(found, tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="A picture is written as"):
        draw(found, tmp_path / "f.gif")


def test_conditions_get_a_panel_each(result, right, tmp_path: Path) -> None:
    heard = {f"x:{i}": right(60).said for i in range(6)}
    asked = result({"a": right(60, conditions=heard)})
    draw(compare(asked, asked, resamples=RESAMPLES), tmp_path / "f.svg")
    assert len(re.findall(r'id="axes_\d+"', (tmp_path / "f.svg").read_text())) >= 7


def test_a_change_beyond_the_panel_bears_its_number(result, sheet, tmp_path: Path) -> None:
    truth = [i / 30 for i in range(30)]
    asked = {f"t{k}": sheet(truth=truth, said=truth, form="number", family="mood", classes=()) for k in range(30)}
    far = sheet(truth=truth, said=[9 - t for t in truth], form="number", family="mood", classes=())
    found = compare(result(asked), result(asked | {"t3": far}), resamples=RESAMPLES)
    draw(found, tmp_path / "f.svg")
    assert f"<!-- {found.tasks[3].difference.value:+.2f} -->" in (tmp_path / "f.svg").read_text()


def test_where_there_is_no_interval_the_change_alone_is_drawn(result, right, tmp_path: Path) -> None:
    old, new = (result({"a": right(n, of=9, groups=["g"] * 9)}) for n in (5, 6))
    draw(compare(old, new, resamples=RESAMPLES), tmp_path / "f.svg")
    assert 'id="not enough data"' in (tmp_path / "f.svg").read_text()
