"""Files that nobody ever sees half, whatever dies at whatever moment."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from earmark.errors import EarmarkError
from earmark.store import sync_folder

DEBRIS = ".{name}.*.tmp"


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files that belong together: either all are new, or all stay as they were.

    Everything is on the disk under passing names before the first takes its place, so that only a process killed
    between two renames can part them. Raises EarmarkError, for instance on a full disk.
    """
    passing = {path: path.with_name(f".{path.name}.{os.getpid()}.tmp") for path in contents}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_synced(passing[path], content)
        for path, temporary in passing.items():
            temporary.replace(path)
            sync_folder(path.parent)
    except OSError as error:
        raise EarmarkError(
            f"{next(iter(contents))} cannot be written: {error.strerror or error}. What stood there before "
            "is kept; mend that and go on with --resume."
        ) from error
    finally:
        for temporary in passing.values():
            with suppress(OSError):  # the disk may be gone altogether
                temporary.unlink(missing_ok=True)


def sweep(path: Path) -> None:
    """Remove what killed processes left of a file."""
    for left in path.parent.glob(DEBRIS.format(name=path.name)):
        left.unlink(missing_ok=True)


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
