"""The same results give the same bytes anywhere, and a file that has fallen behind is found."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.errors import ResultError
from earmark.leaderboard import FORMATS, boards_of, check_current, render
from earmark.leaderboard.current import write

PRINT = """
import sys
from pathlib import Path
from earmark.leaderboard import FORMATS, boards_of, render
boards = boards_of(Path(sys.argv[1]))
for form in FORMATS:
    sys.stdout.buffer.write(render(boards, form, by="tasks").encode())
"""


def printed(board: Path, **environment: str) -> bytes:
    inherited = {name: value for name, value in os.environ.items() if name not in {"LC_ALL", "LANG", "TZ"}}
    done = subprocess.run(
        [sys.executable, "-c", PRINT, str(board)], env=inherited | environment, capture_output=True, check=True
    )
    return done.stdout


def test_threads_hash_seeds_and_places_change_no_byte(file: Callable[..., Path], board: Path) -> None:
    for seed in range(6):
        file(f"m{seed}", skill=0.4 + 0.05 * seed, seed=seed)
    one = printed(board, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    other = printed(
        board, OMP_NUM_THREADS="4", OPENBLAS_NUM_THREADS="4", PYTHONHASHSEED="7", TZ="Asia/Tokyo", LC_ALL="C.UTF-8"
    )
    assert len(one) > 1000
    assert one == other


def test_a_table_holds_no_path_of_this_machine(file: Callable[..., Path], board: Path) -> None:
    file("one")
    for form in FORMATS:
        assert str(board) not in render(boards_of(board), form)


def test_a_written_table_is_current_until_a_result_is_filed(file: Callable[..., Path], board: Path) -> None:
    file("one")
    table = board / "tables" / "small.md"
    write(table, render(boards_of(board), "md"))
    check_current(table, render(boards_of(board), "md"))
    file("two", skill=0.9)
    with pytest.raises(ResultError, match=r"small.md is not what the filed results give now, first in line \d+"):
        check_current(table, render(boards_of(board), "md"))


@pytest.mark.parametrize(("held", "line"), [(b"a\nb\nd\n", 3), (b"a\nb\n", 3), (b"a\r\nb\nc\n", 1), (b"a\nb\nc", 4)])
def test_the_first_other_line_is_named(tmp_path: Path, held: bytes, line: int) -> None:
    (tmp_path / "t.md").write_bytes(held)
    with pytest.raises(ResultError, match=f"first in line {line}:"):
        check_current(tmp_path / "t.md", "a\nb\nc\n")


def test_a_table_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="cannot be read"):
        check_current(tmp_path / "none.md", "")
