"""What a wheel says of itself, and what is no distribution."""

import tarfile
from pathlib import Path

import pytest

from earmark.errors import SubmissionError
from earmark.submit.plugin.papers import read_papers
from earmark.submit.plugin.source import open_source

HEAD = """Metadata-Version: 2.4
Name: my-model
Version: 1.0
Summary: Hört Musik
License-Expression: MIT
Project-URL: Source, https://example.org/x
Requires-Python: >=3.11
Requires-Dist: numpy>=1
Requires-Dist: torchh
Requires-Dist: torch @ https://example.org/torch.whl
Requires-Dist: pytest; extra == "test"
"""


def wheel(home: Path, head: str = HEAD, points: str = "[earmark]\nMy-Model = my_model\n") -> Path:
    info = home / "my_model-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(head, encoding="utf-8")
    (info / "entry_points.txt").write_text(points)
    return home


def test_papers_are_read(tmp_path: Path) -> None:
    found = read_papers(wheel(tmp_path))
    assert (found.name, found.version, found.license) == ("my-model", "1.0", "MIT")
    assert (found.summary, found.source) == ("Hört Musik", "Source, https://example.org/x")
    assert [(e.group, e.name, e.value) for e in found.entry_points] == [("earmark", "My-Model", "my_model")]
    assert {file.path for file in found.files} == {
        "my_model-1.0.dist-info/METADATA", "my_model-1.0.dist-info/entry_points.txt",
    }  # fmt: skip


def test_unknown_and_absent_dependencies_are_told(tmp_path: Path) -> None:
    found = {one.asked: (one.known, one.here) for one in read_papers(wheel(tmp_path)).dependencies}
    assert list(found.values()) == [(True, True), (False, False), (False, False), (True, True)]


@pytest.mark.parametrize("name", ["<b>x</b>", "../x", "a b", "-x", "", "x" * 101])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SubmissionError, match="is no name for a distribution"):
        read_papers(wheel(tmp_path, HEAD.replace("my-model", name)))


@pytest.mark.parametrize("version", ["../1", "<b>", "latest", ""])
def test_a_version_that_is_none_is_refused(tmp_path: Path, version: str) -> None:
    with pytest.raises(SubmissionError, match="is no version"):
        read_papers(wheel(tmp_path, HEAD.replace("Version: 1.0", f"Version: {version}")))


def test_a_wheel_without_papers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="0 folders of metadata"):
        read_papers(tmp_path)


def test_doors_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match=r"entry_points\.txt cannot be read"):
        read_papers(wheel(tmp_path, points="no section = here\n"))


@pytest.mark.parametrize(
    ("name", "sentence"), [("gone", "is not there"), ("a.zip", "is no distribution"), ("folder", "holds no pyproject")]
)
def test_what_is_no_distribution_is_refused(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.zip").write_bytes(b"")
    with pytest.raises(SubmissionError, match=sentence):
        open_source(tmp_path / name, tmp_path / "out")


def test_a_link_in_a_source_is_refused(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/pyproject.toml").write_text("")
    (tmp_path / "src/passwords").symlink_to("/etc/passwd")
    with pytest.raises(SubmissionError, match="is a link or a device"):
        open_source(tmp_path / "src", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_lies_beside_a_source_is_left(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "src/a.py", ".venv/bin/python", ".git/config", "src/__pycache__/a.pyc"):
        (tmp_path / "p" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / name).write_text("")
    tree = open_source(tmp_path / "p", tmp_path / "out").tree
    assert tree is not None
    assert {str(p.relative_to(tree)) for p in tree.rglob("*") if p.is_file()} == {"pyproject.toml", "src/a.py"}


def test_an_sdist_is_one_folder(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    with tarfile.open(tmp_path / "x-1.tar.gz", "w:gz") as file:
        file.add(tmp_path / "pyproject.toml", "x-1/pyproject.toml")
    source = open_source(tmp_path / "x-1.tar.gz", tmp_path / "out")
    assert source.kind == "sdist"
    assert source.project() == {"project": {"name": "x"}}
