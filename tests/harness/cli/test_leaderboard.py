"""``bench leaderboard`` as it is typed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark import run
from earmark.archive import Archive
from earmark.protocol import Recordings
from earmark.result import write_result

Typed = Callable[..., tuple[object, str, str]]


@pytest.fixture(scope="module")
def board(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two real results of the tiny world, filed."""
    own = Recordings(path=table, targets={"genre": "genre", "tempo": "tempo"})
    archive = Archive(folder=tmp_path_factory.mktemp("board"))
    for name in ("log-mel", "mfcc"):
        found = run(name, own, cache=tmp_path_factory.mktemp("cache"), workers=1)
        write_result(found, archive.home(found))
    return archive.folder


def test_the_table_is_printed_by_default(typed: Typed, board: Path) -> None:
    code, out, _ = typed("leaderboard", "--board", board)
    assert code == 0
    assert "genre" in out
    assert "log-mel is the untrained baseline" in out
    assert max(map(len, out.split("\n"))) <= 120


def test_json_is_for_scripts(typed: Typed, board: Path) -> None:
    code, out, _ = typed("leaderboard", "--board", board, "--format", "json")
    assert code == 0
    assert [row["kind"] for row in json.loads(out)["rows"]].count("chance") == 1


def test_a_written_table_is_current(typed: Typed, board: Path, tmp_path: Path) -> None:
    assert typed("leaderboard", "--board", board, "--out", "table.md")[:2] == (0, "")
    assert (tmp_path / "table.md").read_text().startswith("## ")
    assert typed("leaderboard", "--board", board, "--check", "table.md")[0] == 0


def test_a_changed_table_is_not_current(typed: Typed, board: Path, tmp_path: Path) -> None:
    (tmp_path / "table.md").write_text("## tracks\n")
    code, _, error = typed("leaderboard", "--board", board, "--check", "table.md")
    assert code == 1
    assert "table.md is not what the filed results give now" in error


def test_one_family_is_shown_alone(typed: Typed, board: Path) -> None:
    _, out, _ = typed("leaderboard", "--board", board, "--family", "tempo", "--format", "csv")
    assert out.startswith("benchmark,benchmark version,model,version,kind,tempo,tempo low,")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "pdf"), "No format is called 'pdf'"),
        (("--family", "genres"), "Did you mean 'genre'"),
        (("--by", "model"), "No choice of columns is called 'model'"),
        (("--benchmark", "tracts"), "No benchmark with filed results is called 'tracts'"),
        (("--out", "a.md", "--check", "a.md"), "exclude each other"),
    ],
)
def test_what_cannot_be_meant_ends_in_a_sentence(typed: Typed, board: Path, words: tuple[str, ...], said: str) -> None:
    code, _, error = typed("leaderboard", "--board", board, *words)
    assert code == 1
    assert said in error


def test_an_empty_board_says_how_to_file_a_result(typed: Typed, tmp_path: Path) -> None:
    code, _, error = typed("leaderboard")
    assert code == 1
    assert "No result is filed in leaderboards: run `bench run --model NAME`" in error
