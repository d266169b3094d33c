"""The board that is committed: it is what the filed results give, and holds every model that comes with earmark."""

from pathlib import Path

import pytest

from earmark.archive import Archive
from earmark.leaderboard import boards_of, check_current, render
from earmark.registry import installed
from earmark.site import page_of, sections_of
from earmark.submit import submit

BOARD = Path(__file__).parents[1] / "leaderboards"
COMMANDS = "what to type stands in leaderboards/README.md"


def test_the_table_is_current() -> None:
    check_current(BOARD / "etudes.md", render(boards_of(BOARD), "md"))


def test_the_page_is_current() -> None:
    page = page_of(sections_of(Archive(folder=BOARD)))
    assert (BOARD / "index.html").read_text(encoding="utf-8") == page, COMMANDS


def test_every_bundled_model_is_on_it_clean_and_changed() -> None:
    filed = [(one.result.model.name, one.is_robust) for one in Archive(folder=BOARD).results("etudes")]
    bundled = {
        name
        for name, info in installed().models.items()
        if getattr(info.load, "__module__", "").startswith("earmark_plugins")
    }
    assert bundled
    for is_robust in (False, True):
        assert bundled | {"short-chunk-cnn-tiny"} <= {name for name, kind in filed if kind is is_robust}, COMMANDS


def test_no_result_is_of_data_that_are_not_the_registered_ones() -> None:
    known = {name: info.checksum for name, info in installed().datasets.items()}
    for one in Archive(folder=BOARD).results():
        assert [d.checksum for d in one.result.datasets] == [known[d.name] for d in one.result.datasets]


@pytest.mark.parametrize("path", Archive(folder=BOARD).paths(), ids=lambda path: "/".join(path.parts[-3:]))
def test_every_filed_result_would_be_accepted_again(path: Path) -> None:
    """Whoever edits a filed score, answer or sentence is found out."""
    assert not submit(path, Archive(folder=BOARD), dry_run=True).is_new


@pytest.mark.parametrize("path", [path for path in BOARD.rglob("*") if path.is_file()], ids=lambda path: path.name)
def test_no_file_of_the_board_is_larger_than_a_megabyte(path: Path) -> None:
    assert path.stat().st_size < 1_000_000, path
