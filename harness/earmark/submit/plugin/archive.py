"""A stranger's wheel or sdist, looked at before anything of it is unpacked."""

import gzip
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from earmark.errors import SubmissionError

MOST_BYTES = 4_000_000_000
"""Unpacked: a model of a thousand million parameters in single precision."""
MOST_FILES = 10_000
MOST_RATIO = 200
"""Unpacked to packed: text packs tenfold, a file of zeros a thousandfold."""
SMALL = 10_000_000
"""Below so many bytes unpacked no ratio matters."""
MOST_AT_ONCE = 1 << 24
"""So many bytes are read at once at most: a tar's head must not fill the memory."""
LONGEST = 240
"""Characters of a path."""
MARKUP = frozenset('<>"|`\\*?:')
"""What means something to HTML, Markdown, a shell or Windows, and nothing to Python's packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of an archive, as its head says."""

    path: str
    bytes: int
    is_folder: bool
    fault: str = ""
    """Why its kind is refused: a link, a device."""


def path_fault(path: str) -> str:
    """Say why a path inside a distribution is refused, or nothing."""
    if not path or path.startswith("/") or path[1:2] == ":":
        return "is absolute"
    if ".." in PurePosixPath(path).parts:
        return "leads out of the archive"
    if not path.isprintable() or MARKUP & set(path):
        return "has characters that mean something elsewhere"
    return f"is longer than {LONGEST} characters" if len(path) > LONGEST else ""


def check_members(members: Sequence[Member], packed: int) -> None:
    """Refuse what must not be unpacked; raises SubmissionError with everything that was found."""
    problems = [f"{m.path!a} {why}." for m in members if (why := m.fault or path_fault(m.path))]
    paths = [member.path.rstrip("/") for member in members if not member.is_folder]
    twice = sorted({path for path in paths if paths.count(path) > 1}) if len(set(paths)) < len(paths) else []
    problems += [f"{path!a} stands in it twice." for path in twice]
    total = sum(member.bytes for member in members)
    if total > MOST_BYTES or (total > SMALL and total > MOST_RATIO * packed):
        problems.append(f"{packed:,} bytes would unpack to {total:,}: this is more than any plugin needs.")
    if len(members) > MOST_FILES:
        problems.append(f"It holds {len(members):,} files; {MOST_FILES:,} are allowed.")
    if problems:
        raise SubmissionError("The archive is refused, and nothing of it was unpacked:", problems[:20])


def unpack(archive: Path, folder: Path) -> list[Member]:
    """Unpack a checked .whl or .tar.gz into a new folder: plain files, not executable; raises SubmissionError."""
    opener = _zip_files if archive.suffix == ".whl" else _tar_files
    with _reading(archive):
        members = [member for member, _ in opener(archive, headers=True)]
        check_members(members, archive.stat().st_size)
        for member, content in opener(archive, headers=False):
            if content is not None:
                _write(folder / member.path, content, member.bytes)
    return [member for member in members if not member.is_folder]


@contextmanager
def _reading(archive: Path) -> Iterator[None]:
    """Say in a sentence whatever a broken archive raises."""
    try:
        yield
    except (OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise SubmissionError(f"{archive.name}: cannot be unpacked ({error}).") from error
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error) as error:
        raise SubmissionError(f"{archive.name}: cannot be unpacked ({error}).") from error


def _write(path: Path, content: IO[bytes], most: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    left = most
    with path.open("xb") as file:  # a second file of that name, or one where a folder is, is an error
        while chunk := content.read(min(1 << 16, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise ValueError(f"{path.name} is longer than its head says")
            file.write(chunk)


def _zip_files(archive: Path, *, headers: bool) -> Iterator[tuple[Member, IO[bytes] | None]]:
    with zipfile.ZipFile(archive) as file:
        for info in file.infolist():
            mode = info.external_attr >> 16
            odd = stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR)
            fault = "is a link or a device" if odd else "is encrypted" if info.flag_bits & 1 else ""
            named = info.orig_filename.replace("\0", "\ufffd")  # zipfile would cut it there
            member = Member(path=named, bytes=info.file_size, is_folder=info.is_dir(), fault=fault)
            if headers or member.is_folder:
                yield member, None
            else:
                with file.open(info) as content:
                    yield member, content


def _tar_files(archive: Path, *, headers: bool) -> Iterator[tuple[Member, IO[bytes] | None]]:
    with _Guarded(archive, "rb") as packed, tarfile.open(fileobj=packed, mode="r:") as file:
        for number, info in enumerate(file):
            if number > MOST_FILES:
                raise ValueError(f"it holds more than {MOST_FILES:,} files")
            fault = "" if info.isfile() or info.isdir() else "is a link or a device"
            member = Member(path=info.name, bytes=info.size, is_folder=info.isdir(), fault=fault)
            yield member, None if headers or not info.isfile() else file.extractfile(info)


class _Guarded(gzip.GzipFile):
    """A packed stream that neither gives too much at once nor too much in all."""

    def read(self, size: int | None = -1) -> bytes:
        """Read at most what is allowed; raises ValueError."""
        if size is None or not 0 <= size <= MOST_AT_ONCE or self.tell() > MOST_BYTES:
            raise ValueError("it holds more than any plugin needs")
        return super().read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go on to a place; raises ValueError for one too far."""
        if offset > MOST_BYTES:
            raise ValueError("it holds more than any plugin needs")
        return super().seek(offset, whence)
