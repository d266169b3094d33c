"""A table in a file: written, or held against what the filed results give now."""

from pathlib import Path

from earmark.errors import ResultError


def write(path: Path, text: str) -> None:
    """Write a table, whatever the system's line ends and encoding; raises ResultError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    except OSError as error:
        raise ResultError(f"{path}: cannot be written ({error.strerror}).") from error


def check_current(path: Path, text: str) -> None:
    """Raise ResultError unless the file holds that text, byte for byte."""
    try:
        found = path.read_bytes()
    except OSError as error:
        raise ResultError(f"{path}: cannot be read ({error.strerror}).") from error
    if found != text.encode():
        raise ResultError(
            f"{path} is not what the filed results give now, first in line {_line(found, text.encode())}: write it "
            f"again, with --out {path} in place of --check {path}."
        )


def _line(found: bytes, wanted: bytes) -> int:
    """The first line, from 1, that differs."""
    lines = [content.split(b"\n") for content in (found, wanted)]
    same = [one == other for one, other in zip(*lines, strict=False)]
    return 1 + (same.index(False) if False in same else len(same))
