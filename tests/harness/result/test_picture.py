import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.errors import ResultError
from earmark.result import Result, TaskResult
from earmark.result.picture import draw

MakeTask, MakeResult = Callable[..., TaskResult], Callable[..., Result]


def test_every_task_stands_in_the_picture_beside_chance_and_baseline(
    tmp_path: Path, make_result: MakeResult, make_task: MakeTask
) -> None:
    path = tmp_path / "picture.svg"
    draw(make_result(make_task("key", 0.5), make_task("era", 0.6)), path)
    marks = [e.get("id") for e in ET.parse(path).getroot().iter() if e.get("id") in ("model", "chance", "baseline")]
    assert sorted(marks) == ["baseline", "baseline", "chance", "chance", "model", "model"]


def test_the_same_result_gives_the_same_picture(tmp_path: Path, make_result: MakeResult, make_task: MakeTask) -> None:
    for name in ("a.png", "b.png"):
        draw(make_result(make_task("key", 0.5)), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_another_ending_is_refused(tmp_path: Path, make_result: MakeResult, make_task: MakeTask) -> None:
    with pytest.raises(ResultError, match=r"\.svg, \.png, \.pdf, not '\.gif'"):
        draw(make_result(make_task("key", 0.5)), tmp_path / "picture.gif")
