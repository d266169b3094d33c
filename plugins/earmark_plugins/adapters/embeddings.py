"""Embeddings: vectors that were computed elsewhere, by track id, so that a model that nobody can run can be scored.

A folder holds ``<id>.npy`` for each track, or npz, safetensors or Parquet files for many; ``vectors.py`` says how.
A track's [frames, dim] are taken to span it evenly. ``embeddings.toml`` in the folder may tell name, version, licence,
source and training data. Tracks without vectors are named.
Source: none; the formats are those of numpy, safetensors and Parquet.
Licence: Apache-2.0, as the rest of earmark; of the vectors as their card says.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from blake3 import blake3

from earmark import AdapterInfo, ModelInfo, Recorded, hookimpl
from earmark.errors import PluginError
from earmark_plugins.card import ABOUT, VERSION_DIGITS, Key, content_hash, read_card, told, whole
from earmark_plugins.vectors import FORMATS, files_in, read_folder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NAME = "embeddings"
CARD = "embeddings.toml"
KEYS: Mapping[str, Key] = {**ABOUT, "sample_rate": whole("44100"), "dim": whole("512")}
TRACKS_AT_ONCE = 256  # what an interruption may cost


class Embeddings:
    """Answers for each track with the vectors that stand in a folder under its id."""

    def __init__(self, folder: Path, dim: int, digest: str) -> None:
        entries = read_folder(folder)
        self.tracks_at_once = TRACKS_AT_ONCE
        self.digest = (
            digest  # of names and vectors: they are part of the model's fingerprint, the folder's place is not
        )
        self.dim = dim
        self._find = entries.get
        self._there = f"the {len(entries)} that are there are such as {', '.join(map(repr, sorted(entries)[:3]))}"

    def embed_tracks(self, tracks: Sequence[Recorded]) -> "Iterator[tuple[str, npt.NDArray[np.float32] | str]]":
        """Yield each track's vectors [dim] or [frames, dim], or a sentence that there are none."""
        for track in tracks:
            entry = self._find(track.id)
            if entry is None:
                yield track.id, f"{track.id}: no embedding has this id; {self._there}."
            else:
                yield track.id, entry.vectors(self.dim)


def describe(argument: str) -> ModelInfo:
    """Return what the folder and its card tell; the dimension is that of its first track. Raises PluginError."""
    folder = Path(argument).expanduser()
    if not folder.is_dir():
        raise PluginError(f"There is no folder {folder} of embeddings.")
    card = read_card(folder / CARD, KEYS, needed=False)
    entries = read_folder(folder)
    if not entries:
        raise PluginError(f"{folder} holds no embeddings; expected files that end in {', '.join(FORMATS)}.")
    dim = entries[min(entries)].vectors(card.get("dim")).shape[-1]
    digest = folder_hash(folder)
    return ModelInfo(
        name=f"{NAME}:{card.get('name', folder.resolve().name)}",
        version=card.get("version", digest[:VERSION_DIGITS]),
        sample_rate=card.get("sample_rate", 0),
        dim=dim,
        load=functools.partial(Embeddings, folder.resolve(), dim, digest),
        **told(card, "license", "source", "training_data", "summary", "gain"),
    )


def folder_hash(folder: Path) -> str:
    """The blake3 of the names and contents of all files of vectors in a folder: 64 hex digits."""
    files = files_in(folder)
    names = [file.relative_to(folder).as_posix() for file in files]
    return str(blake3(repr((names, content_hash(files))).encode()).hexdigest())


def accepts(path: Path) -> bool:
    """Whether a path is a folder of vectors: one with a card, or with npy files and no model's config.json."""
    if not path.is_dir():
        return False
    return (path / CARD).is_file() or (any(path.glob("*.npy")) and not (path / "config.json").is_file())


@hookimpl
def provide_adapters() -> list[AdapterInfo]:
    """Return the adapter for folders of embeddings."""
    return [
        AdapterInfo(
            name=NAME,
            describe=describe,
            argument="FOLDER",
            accepts=accepts,
            summary="Vectors computed elsewhere, by track id (npy, npz, safetensors, Parquet).",
        )
    ]
