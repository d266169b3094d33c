"""Where earmark keeps what it makes: a folder for data sets, a folder for embeddings."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import UnknownName

VARIABLE = "EARMARK_CACHE"


@dataclass(frozen=True, slots=True)
class Place:
    """The cache folder; everything in it can be deleted and comes back the same."""

    root: Path

    @classmethod
    def at(cls, folder: Path | str | None = None) -> "Place":
        """The given folder, or the one that EARMARK_CACHE names, or the user's cache folder."""
        if folder is None and (named := os.environ.get(VARIABLE)):
            folder = named
        if folder is None:
            from platformdirs import user_cache_path  # noqa: PLC0415 - only where nothing else is said

            folder = user_cache_path("earmark", appauthor=False)
        return cls(Path(folder).expanduser().resolve())

    @property
    def datasets(self) -> Path:
        """Generated data sets."""
        return self.root / "datasets"

    @property
    def embeddings(self) -> Path:
        """Stored embeddings of all models."""
        return self.root / "embeddings"

    @property
    def folders(self) -> Mapping[str, Path]:
        """By the name that `bench data clear` takes."""
        return {"datasets": self.datasets, "embeddings": self.embeddings}

    def choose(self, what: str) -> list[Path]:
        """The folders that `what` names (``all`` names both); raises UnknownName."""
        if what != "all" and what not in self.folders:
            raise UnknownName("kind of cached thing", what, [*self.folders, "all"])
        return [path for name, path in self.folders.items() if what in (name, "all")]

    def clear(self, what: str) -> None:
        """Delete what `what` names; a folder that is not there is no error."""
        for path in self.choose(what):
            if path.exists():
                shutil.rmtree(path)


def disk_size(folder: Path) -> int:
    """Bytes of all files below the folder; 0 when it is not there."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def human_size(size: float) -> str:
    """Bytes in words: ``1.3 GB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
