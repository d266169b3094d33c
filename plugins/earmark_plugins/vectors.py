"""Vectors computed elsewhere, by track id: a folder of npy, npz, safetensors or Parquet files.

``<id>.npy`` holds one track's [dim] or [frames, dim]; folders in an id are folders on disk, and what no file name can
hold is percent-encoded (``AC%2FDC.npy``). The other formats hold many tracks in one file: an array for each id, or in
Parquet a row with the column ``id`` and either one column of lists or a column for each dimension.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from earmark.errors import PluginError
from earmark_plugins.card import complain

ID = "id"
"""The column of a Parquet file that names the track."""
SHOWN = 10
OPEN_AT_ONCE = 4  # opening an archive reads the list of all its members: once, not for each track


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """Where one track's vectors stand."""

    file: Path
    read: Callable[[], Any]
    """Reads them, in whatever type they were written."""

    def vectors(self, dim: int | None = None) -> npt.NDArray[np.float32]:
        """Return them as float32 [dim] or [frames, dim]; raises PluginError when they are not finite numbers."""
        try:
            array = np.asarray(self.read())
        except Exception as error:  # each format has its own ways to be damaged
            raise PluginError(f"{self.file} cannot be read: {error}") from error
        if array.dtype.kind not in "fiu":
            raise self._fault(f"holds {array.dtype}", "write numbers: an array of float32")
        if array.ndim not in (1, 2) or not array.size:
            raise self._fault(f"has the shape {list(array.shape)}", "write [dim] or [frames, dim]")
        if dim is not None and array.shape[-1] != dim:
            raise self._fault(f"has dim {array.shape[-1]}, not {dim}", "all tracks need the same")
        with np.errstate(over="ignore"):  # what overflows float32 is refused on the next line
            numbers = array.astype(np.float32, copy=False)
        if not np.isfinite(numbers).all():
            raise self._fault("holds NaN, or numbers too large for float32", "leave the track out or mend it")
        return numbers

    def _fault(self, what: str, mend: str) -> PluginError:
        return PluginError(f"{self.file} {what}; {mend}.")


Entries = Mapping[str, Entry]


def files_in(folder: Path) -> list[Path]:
    """All files of vectors in a folder and the folders below it, in one order everywhere; hidden ones left out."""
    found = [path for path in folder.rglob("*") if path.suffix in FORMATS and path.is_file()]
    shown = [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    return sorted(shown, key=lambda path: path.relative_to(folder).as_posix())


def read_folder(folder: Path) -> dict[str, Entry]:
    """Return where each track's vectors stand, by track id.

    Raises PluginError for a file that cannot be read, and lists all ids that stand in two places.
    """
    entries: dict[str, Entry] = {}
    twice: list[str] = []
    for file in files_in(folder):
        for track, entry in _read(folder, file).items():
            if track in entries:
                first, second = (e.file.relative_to(folder) for e in (entries[track], entry))
                twice.append(f"{track}: in {first} and in {second}; keep one")
            entries[track] = entry
    complain(str(folder), [*twice[:SHOWN], *([f"and {len(twice) - SHOWN} more"] if len(twice) > SHOWN else [])])
    return entries


def _read(folder: Path, file: Path) -> Entries:
    try:
        return FORMATS[file.suffix](folder, file)
    except PluginError:
        raise
    except Exception as error:  # each format has its own ways to be damaged
        raise PluginError(f"{file} cannot be read as {file.suffix[1:]}: {type(error).__name__}: {error}") from error


def _npy(folder: Path, file: Path) -> Entries:
    track = unquote(file.relative_to(folder).with_suffix("").as_posix())
    return {track: Entry(file=file, read=partial(np.load, file, allow_pickle=False))}


def _npz(_: Path, file: Path) -> Entries:
    listing = object()
    names = _open_npz(file, listing).files
    return {track: Entry(file=file, read=partial(_from_npz, file, listing, track)) for track in names}


def _from_npz(file: Path, listing: object, track: str) -> Any:
    return _open_npz(file, listing)[track]


@lru_cache(maxsize=OPEN_AT_ONCE)
def _open_npz(file: Path, listing: object) -> Any:  # noqa: ARG001 - a listing later must not meet what was open before
    return np.load(file, allow_pickle=False)


def _safetensors(_: Path, file: Path) -> Entries:
    listing = object()
    names = list(_open_safetensors(file, listing).keys())
    return {track: Entry(file=file, read=partial(_from_safetensors, file, listing, track)) for track in names}


def _from_safetensors(file: Path, listing: object, track: str) -> Any:
    return _open_safetensors(file, listing).get_tensor(track).double().numpy()


@lru_cache(maxsize=OPEN_AT_ONCE)
def _open_safetensors(file: Path, listing: object) -> Any:  # noqa: ARG001 - as above
    from safetensors import safe_open  # noqa: PLC0415 - listing models imports no torch

    return safe_open(file, "pt")  # through torch, for numpy knows no bfloat16


def _parquet(_: Path, file: Path) -> Entries:
    from pyarrow import parquet  # noqa: PLC0415 - listing models needs no tables

    table = parquet.read_table(file)
    names = [name for name in table.column_names if name != ID]
    if ID not in table.column_names or not names:
        raise PluginError(f"{file} has the columns {', '.join(table.column_names)}; it needs id and the embedding.")
    tracks = [str(track) for track in table[ID].to_pylist()]
    twice = sorted(track for track, rows in Counter(tracks).items() if rows > 1)
    complain(str(file), [f"{track}: several rows have this id; keep one" for track in twice[:SHOWN]])
    row = partial(_row, table, names)
    return {track: Entry(file=file, read=partial(row, index)) for index, track in enumerate(tracks)}


def _row(table: Any, names: list[str], index: int) -> Any:
    """Return a row's vectors: its one list, or the numbers of all its columns."""
    cells = [table[name][index].as_py() for name in names]
    if len(cells) == 1 and isinstance(cells[0], list):
        return _numbers(cells[0])
    if strange := [name for name, cell in zip(names, cells, strict=True) if not isinstance(cell, (int, float))]:
        raise ValueError(f"column {strange[0]!r} of row {index} is no number; keep id and the embedding alone")
    return np.array(cells, np.float64)


def _numbers(cell: list[Any]) -> npt.NDArray[np.float64]:
    frames = [frame for frame in cell if isinstance(frame, list)]
    if frames and len({len(frame) for frame in frames}) > 1:
        raise ValueError(f"frames of {sorted({len(frame) for frame in frames})} numbers in one track")
    return np.array(cell, np.float64)  # an empty cell becomes NaN, which is refused


FORMATS: Mapping[str, Callable[[Path, Path], Entries]] = {
    ".npy": _npy,
    ".npz": _npz,
    ".safetensors": _safetensors,
    ".parquet": _parquet,
}
"""How the tracks in a file are found, by its ending."""
