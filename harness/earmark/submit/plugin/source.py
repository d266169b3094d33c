"""What was handed in: a source folder, an sdist or a wheel, brought to a folder where it can be looked at."""

import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from earmark.errors import SubmissionError
from earmark.submit.plugin.archive import MOST_BYTES, MOST_FILES, path_fault, unpack

PROJECT = "pyproject.toml"
LEFT_OUT = frozenset(
    {".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", ".mypy_cache", ".ruff_cache", ".pytest_cache",
     "__pycache__", "node_modules"}
)  # fmt: skip
"""Folders beside a source that are no part of it."""
MOST_PROJECT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A distribution at hand: its sources, unless it is a wheel, or its wheel."""

    kind: str
    """source folder, sdist or wheel."""
    tree: Path | None = None
    """The folder that holds pyproject.toml."""
    wheel: Path | None = None

    def project(self) -> dict[str, Any]:
        """What pyproject.toml says; raises SubmissionError where it cannot be read."""
        return read_project(self.tree / PROJECT) if self.tree is not None else {}

    def build_requires(self) -> list[str]:
        """What its build needs, as the packaging standards have it; raises SubmissionError for what is no list."""
        system = self.project().get("build-system", {})
        requires = system.get("requires", ["setuptools"]) if isinstance(system, dict) else None
        if not isinstance(requires, list) or not all(isinstance(one, str) for one in requires):
            raise SubmissionError(f"{PROJECT}: build-system.requires is no list of texts.")
        if any(one.startswith("-") for one in requires):
            raise SubmissionError(f"{PROJECT}: build-system.requires names an option of pip.")
        return requires


def open_source(dist: Path, folder: Path) -> Source:
    """Copy or unpack a distribution into a folder; raises SubmissionError for what is none or is not safe."""
    if dist.is_symlink() or not dist.exists():
        raise SubmissionError(f"{dist} is {'a link' if dist.is_symlink() else 'not there'}: name a distribution.")
    if dist.is_dir():
        return Source(kind="source folder", tree=_copied(dist, folder / "source"))
    for ending, opener in OPENERS.items():
        if dist.name.endswith(ending):
            return opener(dist, folder)
    raise SubmissionError(f"{dist.name} is no distribution: name a folder with {PROJECT}, a .whl or a .tar.gz.")


def _wheel(dist: Path, folder: Path) -> Source:
    home = folder / "wheel"
    home.mkdir()
    if fault := path_fault(dist.name):
        raise SubmissionError(f"The name {dist.name!a} {fault}.")
    return Source(kind="wheel", wheel=Path(shutil.copyfile(dist, home / dist.name)))


def _sdist(dist: Path, folder: Path) -> Source:
    unpack(dist, folder / "source")
    homes = [path.parent for path in (folder / "source").glob(f"*/{PROJECT}")]
    if len(homes) != 1:
        raise SubmissionError(f"{dist.name} holds {len(homes)} folders with {PROJECT}; an sdist has one.")
    return Source(kind="sdist", tree=homes[0])


OPENERS: Mapping[str, Callable[[Path, Path], Source]] = MappingProxyType({".whl": _wheel, ".tar.gz": _sdist})
"""By ending of the file."""


def _copied(home: Path, folder: Path) -> Path:
    """A copy without what only lies beside the sources; raises SubmissionError for links and for too much."""
    if not (home / PROJECT).is_file():
        raise SubmissionError(f"{home} holds no {PROJECT}: it is no source of a distribution.")
    paths = [path for path in sorted(home.rglob("*")) if not LEFT_OUT & set(path.relative_to(home).parts)]
    problems = [f"{name!a} {why}." for path in paths if (why := _fault(path, name := str(path.relative_to(home))))]
    files = [path for path in paths if path.is_file()]
    if len(files) > MOST_FILES or sum(path.stat().st_size for path in files) > MOST_BYTES:
        problems.append(f"It holds {len(files):,} files, more than any plugin needs, or {MOST_BYTES / 1e9:g} GB.")
    if problems:
        raise SubmissionError(f"{home} is refused:", problems[:20])
    for path in files:
        copy = folder / path.relative_to(home)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return folder


def _fault(path: Path, name: str) -> str:
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        return "is a link or a device"
    return path_fault(name)


def read_project(path: Path) -> dict[str, Any]:
    """Read a pyproject.toml; raises SubmissionError."""
    try:
        if path.stat().st_size > MOST_PROJECT_BYTES:
            raise SubmissionError(f"{PROJECT} has {path.stat().st_size:,} bytes, more than any needs.")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SubmissionError(f"{PROJECT} cannot be read ({error}).") from error
