"""Where earmark keeps what it makes or obtains: a folder each for data sets, embeddings, models and training."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import StoreError, UnknownName

VARIABLE = "EARMARK_CACHE"
TAG = "CACHEDIR.TAG"
SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of earmark: see bford.info/cachedir\n"


@dataclass(frozen=True, slots=True)
class Place:
    """The cache folder; everything in it can be deleted and comes back the same."""

    root: Path
    aside: Path | None = None
    """Where embeddings are kept instead, by who wants none that are there."""

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
        return self.aside or self.root / "embeddings"

    @property
    def models(self) -> Path:
        """Weights that `bench models get` obtained, a folder a model."""
        return self.root / "models"

    @property
    def training(self) -> Path:
        """Recordings decoded for `bench train`."""
        return self.root / "training"

    @property
    def folders(self) -> Mapping[str, Path]:
        """By the name that `bench data clear` takes."""
        return {
            "datasets": self.datasets,
            "embeddings": self.embeddings,
            "models": self.models,
            "training": self.training,
        }

    def choose(self, what: str) -> list[Path]:
        """The folders that `what` names (``all`` names each); raises UnknownName."""
        if what != "all" and what not in self.folders:
            raise UnknownName("kind of cached thing", what, [*self.folders, "all"])
        return [path for name, path in self.folders.items() if what in (name, "all")]

    def claim(self) -> "Place":
        """Make the folders that are missing, and mark them as a cache; one that holds something is left unmarked."""
        for path in self.folders.values():
            path.mkdir(parents=True, exist_ok=True)
            if not any(path.iterdir()):
                (path / TAG).write_text(SIGNATURE)
        return self

    def clear(self, what: str) -> None:
        """Delete what `what` names; a folder that is not there is no error. Raises StoreError for one not earmark's."""
        for path in self.choose(what):
            if path.exists() and not (path / TAG).is_file():
                raise StoreError(
                    f"{path} was not made by earmark (it holds no {TAG}): delete it yourself if you mean it."
                )
        for path in self.choose(what):
            shutil.rmtree(path, ignore_errors=not path.exists())


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
