"""What is filed is whole at any moment, replaces nothing in silence, and stays inside the archive."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from earmark.archive import Archive
from earmark.errors import SubmissionError
from earmark.result import Result, read_result
from earmark.submit import filing, read_submission, submit
from earmark.submit.filing import file_result
from earmark.submit.home import changes, same

pytestmark = pytest.mark.usefixtures("registered")


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def renamed(**changed: Any):
    return lambda record: record["model"].update(changed)


def test_the_filed_predictions_hold_outputs_only_where_scores_need_them(handed, archive: Archive) -> None:
    table = read_result(submit(handed(), archive).path).predictions_frame()
    assert set(table.task[table.outputs.notna()]) == {"instrument", "vocal"}


def test_the_same_again_changes_nothing(handed, archive: Archive) -> None:
    submit(handed(), archive)
    before = everything(archive.folder)
    again = submit(handed(), archive)
    assert not again.is_new
    assert everything(archive.folder) == before


def test_what_is_filed_can_be_submitted_again(handed, archive: Archive) -> None:
    filed = submit(handed(), archive).path
    assert not submit(filed, archive).is_new


def test_an_earlier_result_is_not_replaced_in_silence(handed, archive: Archive) -> None:
    submit(handed(), archive)
    before = everything(archive.folder)
    with pytest.raises(SubmissionError, match="filed already, with other content") as refused:
        submit(handed(edit=lambda r: r.update(notes=["new"])), archive)
    assert "also: notes" in str(refused.value)
    assert everything(archive.folder) == before


def test_a_replacement_says_what_changed(handed, archive: Archive) -> None:
    submit(handed(), archive)
    found = submit(handed(edit=lambda r: r.update(notes=["new"])), archive, replace=True)
    assert found.replaced == ("also: notes",)
    assert read_result(found.path).notes == ("new",)


def test_another_baseline_makes_filed_gains_stale(handed, archive: Archive) -> None:
    submit(handed("log-mel"), archive)
    found = submit(handed("log-mel", edit=lambda r: r.update(notes=["new"])), archive, replace=True)
    assert "submit the other results again" in found.notes[-1]


def test_changes_name_the_scores(handed) -> None:
    old = read_submission(handed()).result
    worse = old.tasks[0].model_copy(update={"scores": (old.tasks[0].main.model_copy(update={"value": 0.25}),)})
    new = old.model_copy(update={"tasks": (worse, *old.tasks[1:])}).with_tables(old.tables)
    assert changes(old, new)[0] == f"genre accuracy: {old.tasks[0].main.value:.3f} → 0.250"


def test_another_fingerprint_needs_another_version(handed, archive: Archive) -> None:
    submit(handed(), archive)
    path = handed("robust", edit=renamed(fingerprint="0" * 64))
    with pytest.raises(SubmissionError, match="Raise the model's version"):
        submit(path, archive)
    assert submit(handed("robust", edit=renamed(fingerprint="0" * 64, version="2")), archive).is_new


def test_another_fingerprint_is_refused_at_the_same_place_too(handed, archive: Archive) -> None:
    submit(handed(), archive)
    with pytest.raises(SubmissionError, match="Raise the model's version"):
        submit(handed(edit=renamed(fingerprint="0" * 64)), archive, replace=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [({"name": "a/b"}, {"name": "a-b"}), ({"name": "a:b"}, {"name": "a b"}), ({"version": "1/0"}, {"version": "1-0"}),
     ({"name": "Own"}, {"name": "own"}), ({"name": "stra\u00dfe"}, {"name": "STRASSE"}),
     ({"version": "1a"}, {"version": "1A"}), ({"name": "a", "options": {"b": "c"}}, {"name": "a-b=c"})],
)  # fmt: skip
def test_two_names_do_not_share_a_path(handed, archive: Archive, one: dict, other: dict) -> None:
    submit(handed(edit=renamed(**one)), archive)
    before = everything(archive.folder)
    with pytest.raises(SubmissionError, match=r"the same path|are one path"):
        submit(handed(edit=renamed(**other)), archive, replace=True)
    assert everything(archive.folder) == before


def test_nothing_is_filed_through_a_link(handed, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (archive.folder / "results").mkdir(parents=True)
    (archive.folder / "results" / "mfcc").symlink_to(tmp_path / "outside")
    with pytest.raises(SubmissionError, match="symbolic link"):
        submit(handed(), archive)
    assert not list((tmp_path / "outside").iterdir())


def test_a_dry_run_writes_nothing(handed, archive: Archive) -> None:
    found = submit(handed(), archive, dry_run=True)
    assert found.is_new
    assert not archive.folder.exists()


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_a_failure_on_the_way_leaves_what_was_there(handed, archive: Archive, monkeypatch, failing: int) -> None:
    """Replacing takes four renames: two out, two in."""
    submit(handed(), archive)
    before, moved, rename = everything(archive.folder), [], Path.replace

    def breaks(self: Path, target: Path) -> Path:
        if self.parent.name.startswith(filing.INCOMING) != Path(target).parent.name.startswith(filing.INCOMING):
            moved.append(self)
            if len(moved) == failing:
                raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", breaks)
    with pytest.raises(SubmissionError, match="nothing was filed"):
        submit(handed(edit=lambda r: r.update(notes=["new"])), archive, replace=True)
    assert everything(archive.folder) == before


def test_what_does_not_read_back_is_not_filed(handed, archive: Archive, monkeypatch) -> None:
    monkeypatch.setattr(filing, "same", lambda *_: False)
    with pytest.raises(SubmissionError, match="does not read back"):
        submit(handed(), archive)
    assert not everything(archive.folder)


KILLED = """
import os, signal, sys
from pathlib import Path
from earmark.archive import Archive
from earmark.result import read_result
from earmark.submit.filing import INCOMING, file_result
steps, rename = int(sys.argv[3]), Path.replace
def dies(self, target):
    global steps
    found = rename(self, target)
    if self.parent.name.startswith(INCOMING) != Path(target).parent.name.startswith(INCOMING):
        steps -= 1
        if not steps:
            os.kill(os.getpid(), signal.SIGKILL)
    return found
Path.replace = dies
Archive.home = lambda *_: Path(sys.argv[4])  # as the tiny benchmark is not installed in this process
file_result(read_result(Path(sys.argv[1])).model_copy(update={"notes": ("new",)}).with_tables(
    read_result(Path(sys.argv[1])).tables), Archive(folder=Path(sys.argv[2])))
"""


@pytest.mark.parametrize(("steps", "earlier"), [(1, False), (2, False), (1, True), (2, True), (3, True)])
def test_whenever_it_is_killed_no_json_stands_without_its_predictions(
    handed, archive: Archive, steps: int, earlier: bool
) -> None:
    if earlier:
        submit(handed(), archive)
    words = [sys.executable, "-c", KILLED, str(handed()), str(archive.folder), str(steps)]
    words.append(str(archive.folder / "results/mfcc/1/tiny.json"))
    killed = subprocess.run(words, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    for filed in archive.results():  # reading compares the checksum
        assert len(filed.result.predictions_frame())
    assert submit(handed(edit=lambda r: r.update(notes=["newer"])), archive, replace=True).is_new
    assert not list(archive.folder.glob(f"{filing.INCOMING}*"))  # the next one tidies up


def test_how_a_file_is_packed_does_not_matter(handed, archive: Archive) -> None:
    found = read_submission(handed()).result
    table = pd.read_parquet(submit(handed(), archive).path.with_suffix(".parquet"))
    assert same(found, found.with_tables({"predictions": table}))
    assert not same(found, found.with_tables({"predictions": table.iloc[:-1]}))


def test_a_broken_archive_is_said(handed, archive: Archive) -> None:
    home = archive.folder / "results" / "mfcc" / "1"
    home.mkdir(parents=True)
    (home / "tiny.json").write_text("{")
    with pytest.raises(SubmissionError, match="is no result file"):
        submit(handed(), archive)


def test_the_json_is_canonical(handed, archive: Archive) -> None:
    """Whatever the order of the keys that were handed in, one result has one spelling."""
    path = handed()
    path.write_text(json.dumps(dict(reversed(json.loads(path.read_text()).items()))))
    filed = submit(path, archive).path
    other = replace(archive, folder=archive.folder / "other")
    assert submit(handed(), other).path.read_bytes() == filed.read_bytes()


def test_filing_is_one_at_a_time_and_leaves_no_empty_folders(handed, archive: Archive, monkeypatch) -> None:
    def breaks(*_: object) -> Result:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(filing, "write_result", breaks)
    with pytest.raises(SubmissionError):
        file_result(read_submission(handed()).result, archive)
    assert not list(archive.folder.iterdir())
