"""``bench site`` as it is typed."""

from collections.abc import Callable
from pathlib import Path

import pytest

Said = tuple[object, str, str]


def test_a_folder_without_results_is_explained(typed: Callable[..., Said], tmp_path: Path) -> None:
    status, _, complaint = typed("site", "--board", tmp_path / "none")
    assert status == 1
    assert "bench submit" in complaint


def test_the_page_is_written_beside_the_results(
    typed: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("earmark.site.main.sections_of", lambda archive, _: asked.append(archive.folder) or ["section"])
    monkeypatch.setattr("earmark.site.main.page_of", lambda sections: f"<p>{len(sections)}</p>")
    status, said, _ = typed("site", "--board", "shelf")
    assert status == 0
    assert "shelf/index.html" in said
    assert asked == [Path("shelf")]
    assert (tmp_path / "shelf" / "index.html").read_text() == "<p>1</p>"


def test_the_page_can_be_written_elsewhere(
    typed: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earmark.site.main.sections_of", lambda *_: ["section"])
    monkeypatch.setattr("earmark.site.main.page_of", lambda _: "page")
    typed("site", "--board", "shelf", "--out", "public/board.html")
    assert (tmp_path / "public" / "board.html").read_text() == "page"
