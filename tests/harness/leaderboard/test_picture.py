"""The picture of a board."""

from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.errors import EarmarkError, ResultError
from earmark.leaderboard import boards_of
from earmark.leaderboard.picture import draw_boards
from earmark.result import Named

File = Callable[..., Path]


def test_every_model_and_column_is_drawn_the_same_each_time(file: File, board: Path, tmp_path: Path) -> None:
    file("log-mel", baseline=Named(name="log-mel", version="1"))
    file("cash$x$cow", skill=0.9, baseline=Named(name="log-mel", version="1"))
    for name in ("a.svg", "b.svg"):
        draw_boards(boards_of(board), tmp_path / name)
    drawn = (tmp_path / "a.svg").read_text()
    assert drawn == (tmp_path / "b.svg").read_text()
    assert all(f"<!-- {words} -->" in drawn for words in ("cash$x$cow 1", "log-mel 1", "genre", "mean of 2"))


def test_of_one_family_the_tasks_are_drawn(file: File, board: Path, tmp_path: Path) -> None:
    file("one")
    draw_boards(boards_of(board), tmp_path / "a.svg", family="mood")
    drawn = (tmp_path / "a.svg").read_text()
    assert "<!-- valence -->" in drawn
    assert "<!-- genre -->" not in drawn


def test_a_picture_shows_one_board(file: File, board: Path, tmp_path: Path) -> None:
    file("one")
    file("one", stem="other", benchmark=Named(name="other", version="1"))
    with pytest.raises(EarmarkError, match="results on other, small: choose one"):
        draw_boards(boards_of(board), tmp_path / "a.svg")


def test_another_ending_is_refused(file: File, board: Path, tmp_path: Path) -> None:
    file("one")
    with pytest.raises(ResultError, match=r"not '.gif'"):
        draw_boards(boards_of(board), tmp_path / "a.gif")
