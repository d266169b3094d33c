"""A fresh virtual environment beside a submitted plugin, in which it is built, installed and checked.

Unless everything is wanted fresh, it sees the packages of the running environment: earmark as it runs, and torch, whose
download would cost gigabytes for each review. It has only its own packages in front of them, and nothing is written
among theirs. What is installed fresh is never built from sources: that would run more strangers' code.
"""

import json
import os
import site
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from earmark.errors import SubmissionError
from earmark.submit.plugin.cage import Cage, Ran

SEES = "earmark-review.pth"
"""The file by which the environment sees the packages of the running one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A virtual environment for one review."""

    cage: Cage
    fresh: bool

    @property
    def home(self) -> Path:
        """Its folder."""
        return self.cage.folder / "venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def packages(self) -> Path:
        """Where its own packages are."""
        return next(self.home.glob("lib/python*/site-packages"), self.home / "Lib" / "site-packages")

    def make(self) -> None:
        """Make it, empty; raises SubmissionError where this Python cannot."""
        import venv  # noqa: PLC0415 - only where a plugin is reviewed

        if not self.fresh and find_spec("pip") is None:
            raise SubmissionError(
                "A review builds and installs with pip, which is not in this environment: install it."
            )
        venv.EnvBuilder(with_pip=self.fresh, symlinks=os.name != "nt").create(self.home)
        if not self.fresh:
            (self.packages / SEES).write_text(_seen_from_here(), encoding="utf-8")

    def prepare(self, requires: Sequence[str]) -> Ran:
        """Install what a build needs: only where all is fresh."""
        return self._get(*requires)

    def build(self, tree: Path) -> Ran:
        """Build the wheel of a source, by its own build system: into the cage's folder ``wheel``."""
        words = ("--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", self.cage.folder / "wheel")
        return self.cage.run([self.python, "-m", "pip", "wheel", *words, tree])

    def install(self, wheel: Path) -> Ran:
        """Install the wheel; fresh: with all that it depends on, and earmark as it runs here."""
        if self.fresh:
            return self._get(running_earmark(), wheel)
        return self.cage.run([self.python, "-m", "pip", "install", "--no-index", "--no-deps", "--no-compile", wheel])

    def _get(self, *what: str | Path) -> Ran:
        """Install with a network, from the index that this user's pip is set to.

        By the pip that runs here: Python of the new environment would run what a stranger's package put there.
        """
        words = ("--quiet", "--target", self.packages, "--only-binary", ":all:", *what)
        return self.cage.run([sys.executable, "-I", "-m", "pip", "install", *words], ours=True)


def _seen_from_here() -> str:
    """A line of a .pth file: the site folders of this environment, with what their own .pth files add."""
    folders = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    return f"import site, sys; sys.path.extend({paths!r}); list(map(site.addsitedir, {folders!r}))\n"


def running_earmark() -> str:
    """What pip installs to have the earmark that runs here: its checkout, its file, or its version."""
    found = metadata.distribution("earmark")
    origin = json.loads(found.read_text("direct_url.json") or "{}")
    url = str(origin.get("url", ""))
    if url.startswith("file:"):
        path = url2pathname(urlsplit(url).path)
        return path if Path(path).exists() else f"earmark=={found.version}"
    return f"earmark @ {url}" if url else f"earmark=={found.version}"


def is_missing(requirement: str) -> bool:
    """Whether this environment lacks what a requirement asks for; an extra or another platform's asks for nothing."""
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - only where one is reviewed

    try:
        asked = Requirement(requirement)
        if asked.marker is not None and not asked.marker.evaluate({"extra": ""}):
            return False
        return asked.url is not None or not asked.specifier.contains(metadata.version(asked.name), prereleases=True)
    except (InvalidRequirement, metadata.PackageNotFoundError):
        return True


def from_address(requirement: str) -> bool:
    """Whether a requirement names an address, from where pip would build even what may only be installed."""
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415

    try:
        return Requirement(requirement).url is not None
    except InvalidRequirement:
        return True


PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""That reviews."""
