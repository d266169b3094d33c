"""The cache on disk: named arrays under content hashes, written by many processes, read by all.

``index.sqlite`` (WAL) says where the arrays of each key lie in ``shards/*.safetensors``. A writer fills a temporary
file, syncs it, renames it and only then adds its rows: whatever dies at whatever moment leaves a store that is
sound. Every array carries its checksum, so that a shard deleted, cut or overwritten from outside is a missing
entry, never a wrong one. Everything here can be computed again.
"""

import json
import os
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from blake3 import blake3

from earmark.errors import StoreError

Arrays = Mapping[str, npt.NDArray[Any]]
"""What a key stands for: arrays by name."""
SCHEMA_VERSION = 1
SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS shards (name TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, shard TEXT NOT NULL, arrays TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_by_shard ON entries (shard);
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""
PATIENCE_S = 60.0  # how long a process waits for others that write to the index
DAY_S = 86_400.0  # no writer takes that long from its temporary file to its row: what is older is debris
KEYS_AT_ONCE = 500  # SQLite's default limit was 999 variables a statement for years


class StoreSize(NamedTuple):
    """How much a store holds."""

    entries: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the arrays of one key lie."""

    shard: str
    shard_bytes: int
    arrays: str
    """JSON: name -> [numpy dtype, shape, first byte, end byte, blake3]."""


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of arrays by key; crosses to worker processes by pickle. Any number of processes may share it."""

    folder: Path
    writer: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Marks the temporary files of this store object and its copies in workers."""

    @property
    def _shards(self) -> Path:
        return self.folder / "shards"

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Return the keys that nothing whole is stored under, each once, in their order."""
        wanted = list(dict.fromkeys(keys))
        places = self._places(wanted)
        lengths = {p.shard: p.shard_bytes for p in places.values()}
        whole = {name for name, length in lengths.items() if self._length(name) == length}
        return [key for key in wanted if key not in places or places[key].shard not in whole]

    def write(self, entries: Mapping[str, Arrays]) -> None:
        """Store arrays under keys in one shard: all of them, or none; raises StoreError."""
        if not entries:
            return
        blob, layouts = _serialised(entries)
        with _as_store_error(self.folder):
            shard = self._put(blob)
        with self._index() as index:
            index.execute("BEGIN IMMEDIATE")
            index.execute("INSERT INTO shards VALUES (?, ?)", (shard, len(blob)))
            rows = [(key, shard, layout) for key, layout in layouts.items()]
            index.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", rows)
            index.execute("COMMIT")

    def read(self, key: str) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays under `key`; raises StoreError when nothing whole is there."""
        return next(self.read_many([key]))[1]

    def read_many(self, keys: Iterable[str]) -> Iterator[tuple[str, dict[str, npt.NDArray[Any]]]]:
        """Yield each key with its arrays, in order; raises StoreError where nothing whole is stored."""
        remaining = iter(keys)
        while batch := list(islice(remaining, KEYS_AT_ONCE)):
            places = self._places(batch)
            for key in batch:
                yield key, self._arrays(key, places.get(key))

    def size(self) -> StoreSize:
        """Count what is stored."""
        with self._index() as index:
            entries = index.execute("SELECT count(*) FROM entries").fetchone()[0]
            used = index.execute("SELECT total(bytes) FROM shards").fetchone()[0]
        return StoreSize(entries=entries, bytes=int(used))

    def clear(self) -> None:
        """Forget everything. A run that is writing meanwhile only has to compute again."""
        with self._index() as index:
            index.executescript("BEGIN IMMEDIATE; DELETE FROM entries; DELETE FROM shards; COMMIT;")
            self._remove(p for p in self._files() if p.suffix != ".part" or _age_s(p) > DAY_S)

    def sweep(self) -> None:
        """Remove what crashes left behind: rows without a whole shard; day-old files without a row."""
        debris = [path for path in self._files() if _age_s(path) > DAY_S]
        with self._index() as index:
            shards = index.execute("SELECT name, bytes FROM shards").fetchall()
            lost = [(name,) for name, length in shards if self._length(name) != length]  # may take a while: no lock
            index.execute("BEGIN IMMEDIATE")
            index.executemany("DELETE FROM entries WHERE shard = ?", lost)
            index.execute("DELETE FROM shards WHERE name NOT IN (SELECT shard FROM entries)")
            index.execute("COMMIT")
            named = {name for (name,) in index.execute("SELECT name FROM shards")}
            self._remove(path for path in debris if path.name not in named)

    def discard_parts(self) -> None:
        """Remove the temporary files of this writer, after its processes were stopped."""
        self._remove(self._shards.glob(f"{self.writer}-*.part"))

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep the index open meanwhile: else each piece of work is the last to close it, and waits for the disk."""
        with closing(self._connection()):
            yield

    @contextmanager
    def _index(self) -> Iterator[sqlite3.Connection]:
        """Open the index for one piece of work: connections cross neither threads nor processes."""
        with _as_store_error(self.folder), closing(self._connection()) as index:
            yield index

    def _connection(self) -> sqlite3.Connection:
        with _as_store_error(self.folder):
            self._shards.mkdir(parents=True, exist_ok=True)
            index = sqlite3.connect(self.folder / "index.sqlite", timeout=PATIENCE_S, isolation_level=None)
            try:
                _prepare(index, self.folder)
            except BaseException:
                index.close()
                raise
            return index

    def _places(self, keys: list[str]) -> dict[str, _Place]:
        found: dict[str, _Place] = {}
        with self._index() as index:
            for start in range(0, len(keys), KEYS_AT_ONCE):
                some = keys[start : start + KEYS_AT_ONCE]
                marks = ",".join("?" * len(some))
                query = (
                    "SELECT key, shard, bytes, arrays FROM entries JOIN shards ON name = shard "  # noqa: S608
                    f"WHERE key IN ({marks})"  # only question marks are put in
                )
                found.update((key, _Place(*place)) for key, *place in index.execute(query, some))
        return found

    def _arrays(self, key: str, place: _Place | None) -> dict[str, npt.NDArray[Any]]:
        found = self._sound(place)
        if found is None:  # another process may have written it anew since the index was read
            place = self._places([key]).get(key)
            found = self._sound(place)
        if found is not None:
            return found
        if place is not None:
            self._forget(key, place)
        raise StoreError(f"{self.folder}: nothing whole is stored under {key[:12]}…; run again to compute it.")

    def _sound(self, place: _Place | None) -> dict[str, npt.NDArray[Any]] | None:
        """Read the arrays at a place; None where the file is gone or is not what was written."""
        if place is None or self._length(place.shard) != place.shard_bytes:
            return None
        arrays: dict[str, npt.NDArray[Any]] = {}
        with suppress(FileNotFoundError), (self._shards / place.shard).open("rb") as file:
            for name, (dtype, shape, start, end, checksum) in json.loads(place.arrays).items():
                file.seek(start)
                raw = bytearray(file.read(end - start))  # a copy that the caller may write to
                if blake3(raw).hexdigest() != checksum:
                    return None
                arrays[name] = np.frombuffer(raw, dtype).reshape(shape)
            return arrays
        return None

    def _forget(self, key: str, place: _Place) -> None:
        with self._index() as index:
            index.execute("DELETE FROM entries WHERE key = ? AND shard = ?", (key, place.shard))

    def _put(self, blob: bytes) -> str:
        """Write a shard under a new name so that it is whole or absent; return the name."""
        self._shards.mkdir(parents=True, exist_ok=True)
        name = uuid.uuid4().hex
        part, shard = self._shards / f"{self.writer}-{name}.part", self._shards / f"{name}.safetensors"
        try:
            with part.open("xb") as file:
                file.write(blob)
                file.flush()
                os.fsync(file.fileno())
            part.replace(shard)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(self._shards)
        return shard.name

    def _length(self, shard: str) -> int:
        try:
            return (self._shards / shard).stat().st_size
        except OSError:
            return -1

    def _files(self) -> list[Path]:
        return [*self._shards.glob("*.safetensors"), *self._shards.glob("*.part")]

    def _remove(self, paths: Iterable[Path]) -> None:
        with _as_store_error(self.folder):
            for path in paths:
                path.unlink(missing_ok=True)


def _serialised(entries: Mapping[str, Arrays]) -> tuple[bytes, dict[str, str]]:
    """Return the bytes of a shard, and for each key the JSON that says where its arrays lie in it."""
    import safetensors.numpy  # noqa: PLC0415 - only writers need it

    arrays = {f"{key}/{name}": np.asarray(a, order="C") for key, named in entries.items() for name, a in named.items()}
    blob = safetensors.numpy.save(arrays)
    # The format: 8 bytes with the header's length, the header, then the data that its offsets count from.
    data = 8 + int.from_bytes(blob[:8], "little")
    offsets = {name: about["data_offsets"] for name, about in json.loads(blob[8:data]).items()}
    layouts: dict[str, dict[str, Any]] = {key: {} for key in entries}
    for full_name, array in arrays.items():
        key, name = full_name.split("/", 1)
        start, end = (data + offset for offset in offsets[full_name])
        checksum = blake3(memoryview(blob)[start:end]).hexdigest()
        layouts[key][name] = [array.dtype.str, list(array.shape), start, end, checksum]
    return blob, {key: json.dumps(layout) for key, layout in layouts.items()}


def _prepare(index: sqlite3.Connection, folder: Path) -> None:
    """Create the tables where they are not; raises StoreError when another version made them."""
    version = _version(index)
    deadline = time.monotonic() + PATIENCE_S
    while version == 0:
        try:
            index.execute("PRAGMA journal_mode = WAL")  # heeds no timeout while another process does the same
            index.executescript(SCHEMA)
        except sqlite3.OperationalError as error:
            if (
                error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                or time.monotonic() > deadline
            ):
                raise
            time.sleep(0.02)
        version = _version(index)
    if version != SCHEMA_VERSION:
        raise StoreError(
            f"{folder}: its index has version {version}, this earmark reads version {SCHEMA_VERSION}. "
            "Name another folder with --cache, or delete this one: what it holds can be computed again."
        )
    index.execute("PRAGMA synchronous = NORMAL")  # sound after any crash; a power cut may cost the last rows


def _version(index: sqlite3.Connection) -> int:
    return int(index.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _as_store_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{folder}: cannot be used as a cache ({reason}). Make room and see that it is a folder you may write to, "
            "or name another one with --cache."
        ) from error
    except sqlite3.Error as error:
        raise StoreError(
            f"{folder}: its index cannot be used ({error}). Name another folder with --cache, or delete this one: "
            "what it holds can be computed again."
        ) from error


def sync_folder(folder: Path) -> None:
    """Put a new name in a folder on the disk, where the system can open folders."""
    if os.name == "posix":  # elsewhere a folder cannot be opened, and its entries are synced with the file
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
