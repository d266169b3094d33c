"""Filing a result so that a reader of the archive never sees a half of it, whenever the power fails."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from earmark.archive import Archive
from earmark.errors import SubmissionError
from earmark.result import Result, read_result, write_result
from earmark.result.files import ENDINGS
from earmark.submit.home import same

INCOMING = ".incoming-"
"""Folders in which results wait to be moved; no reader of the archive looks there."""


def file_result(result: Result, archive: Archive, check: Callable[[], None] = lambda: None) -> Path:
    """Write the result and its predictions beside the archive's own, read them back, and move them in.

    The predictions come first and the JSON last; an earlier JSON leaves before the predictions change. So there is
    no moment in which a JSON stands without its predictions or beside others. Once nobody else files, `check` may
    raise. Raises SubmissionError.
    """
    home = archive.home(result)
    try:
        with _alone(archive.folder) as waiting:
            check()
            written = _written(result, waiting / home.name)
            home.parent.mkdir(parents=True, exist_ok=True)
            _move_in(written, home, waiting)
    except OSError as error:
        raise SubmissionError(f"{home}: cannot be written ({error.strerror}); nothing was filed.") from error
    return home


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """A folder on the archive's file system, while nobody else files; what a killed submission left is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(f"{INCOMING}*"):
            shutil.rmtree(left, ignore_errors=True)
        waiting = Path(mkdtemp(prefix=INCOMING, dir=folder))
        try:
            yield waiting
        finally:
            shutil.rmtree(waiting, ignore_errors=True)
            _prune(folder)
    finally:
        os.close(lock)


def _prune(folder: Path) -> None:
    """Leave no empty folders where nothing came to be filed."""
    for path in sorted((folder / "results").glob("*/*")) + sorted((folder / "results").glob("*")):
        with suppress(OSError):  # it holds something
            path.rmdir()


def _written(result: Result, path: Path) -> Path:
    """The result on disk, read back and found to be the same."""
    write_result(result, path)
    if not same(read_result(path), result):
        raise SubmissionError(f"{path.name} does not read back as it was written; nothing was filed.")
    return path


def _move_in(written: Path, home: Path, waiting: Path) -> None:
    """Exchange the files of a result, predictions first; what was there comes back where that fails."""
    table = ENDINGS["predictions"]
    earlier = {path: waiting / f"earlier{path.suffix}" for path in (home, home.with_suffix(table)) if path.exists()}
    try:
        for path, kept in earlier.items():  # the JSON first: its predictions are about to change
            path.replace(kept)
        written.with_suffix(table).replace(home.with_suffix(table))
        written.replace(home)
    except OSError:
        if not earlier:
            home.with_suffix(table).unlink(missing_ok=True)
        for path, kept in reversed(earlier.items()):
            if kept.exists():
                kept.replace(path)
        raise
