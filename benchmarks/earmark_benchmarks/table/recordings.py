"""Recordings kept inside a table, read one row at a time: memory does not grow with the table."""

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from earmark.errors import AudioError, DatasetError

SCANNED = 16
"""Rows that are looked at together where a file does not count its empty cells."""


@dataclass(frozen=True, slots=True)
class ParquetRecording:
    """Reads the bytes of one row of a Parquet file."""

    path: Path
    column: str
    row: int

    def __call__(self) -> bytes:
        """Return the bytes; raises AudioError when the file changed or broke since it was opened."""
        # By process: a forked worker must not share its parent's place in the file.
        try:
            return _cursor(self.path, self.column, os.getpid()).read(self.row)
        except (OSError, ValueError, DatasetError) as error:  # pyarrow's errors are kinds of these
            raise AudioError(f"{self.path} row {self.row}: cannot be read ({error}).") from error


@dataclass(frozen=True, slots=True)
class SavedRecording:
    """Reads the bytes of one row of a folder that `datasets` saved."""

    folder: Path
    column: str
    row: int

    def __call__(self) -> bytes:
        """Return the bytes; raises AudioError when the folder changed or broke since it was opened."""
        try:
            table = _saved(self.folder, os.getpid())[self.row : self.row + 1]
            return _bytes(table.column(self.column)[0])
        except (OSError, ValueError, IndexError, DatasetError) as error:
            raise AudioError(f"{self.folder} row {self.row}: cannot be read ({error}).") from error


class Cursor:
    """Walks forward through a column, so that reading row after row decodes each page of the file once."""

    def __init__(self, path: Path, column: str) -> None:
        self._file = open_file(path)
        self._column = column
        self._lock = threading.Lock()
        sizes = [self._file.metadata.row_group(g).num_rows for g in range(self._file.num_row_groups)]
        self._starts = [sum(sizes[:g]) for g in range(len(sizes))]
        self._group, self._next = -1, 0
        self._ahead: Iterator[Any] = iter(())

    def read(self, row: int) -> bytes:
        """Return the bytes in that row; a step back starts its row group anew."""
        with self._lock:
            group = max(g for g, start in enumerate(self._starts) if start <= row)
            if group != self._group or row < self._next:
                self._rewind(group)
            for _ in range(row - self._next):
                next(self._ahead)
            self._next = row + 1
            return _bytes(next(self._ahead).column(self._column)[0])

    def _rewind(self, group: int) -> None:
        self._group, self._next = group, self._starts[group]
        self._ahead = self._file.iter_batches(
            batch_size=1, row_groups=[group], columns=[self._column], use_threads=False
        )


def _bytes(cell: Any) -> bytes:
    value = cell.as_py()
    return bytes((value["bytes"] if isinstance(value, dict) else value) or b"")


@lru_cache(maxsize=2)
def _cursor(path: Path, column: str, process: int) -> Cursor:  # noqa: ARG001 - part of the key
    return Cursor(path, column)


@lru_cache(maxsize=2)
def _saved(folder: Path, process: int) -> Any:  # noqa: ARG001 - datasets carries no types; part of the key
    return open_saved(folder)


def open_file(path: Path) -> Any:
    """A Parquet file opened to be read page by page; raises DatasetError when it is none."""
    import pyarrow as pa  # noqa: PLC0415 - listing commands need no pyarrow
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        return pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
    except (pa.ArrowException, OSError) as error:
        raise DatasetError(f"{path} is no Parquet file that can be read ({error}).") from error


def open_saved(folder: Path) -> Any:
    """A folder that `datasets` saved, as Arrow tables mapped from disk; audio is not decoded."""
    import datasets  # noqa: PLC0415 - takes 0.6 s to import
    import pyarrow as pa  # noqa: PLC0415 - listing commands need no pyarrow

    try:
        # In Arrow form nothing is decoded: decoding would need torchcodec.
        return datasets.load_from_disk(str(folder)).with_format("arrow")
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise DatasetError(f"{folder} is no folder that `datasets` can load ({error}).") from error


def saved_columns(folder: Path, columns: Sequence[str]) -> Any:
    """The columns as one Arrow table, mapped from disk and not copied; ``audio.path`` gives the column audio."""
    return open_saved(folder).select_columns([column.removesuffix(".path") for column in columns])[:]


def saved_holds(folder: Path, column: str) -> list[bool]:
    """Whether each row has bytes; looks at the table's marks of empty cells, not at the bytes."""
    return _filled(saved_columns(folder, [column]).column(column))


def parquet_holds(path: Path, column: str) -> list[bool]:
    """Whether each row has bytes, from the file's count of empty cells; scans a row group that has some."""
    file = open_file(path)
    return [held for group in range(file.num_row_groups) for held in _group_holds(file, group, column)]


def _group_holds(file: Any, group: int, column: str) -> list[bool]:
    meta = file.metadata.row_group(group)
    chunks = [meta.column(i) for i in range(meta.num_columns)]
    chunk = next(c for c in chunks if c.path_in_schema in (column, f"{column}.bytes"))
    empty = chunk.statistics.null_count if chunk.statistics and chunk.statistics.has_null_count else None
    if empty in (0, meta.num_rows):
        return [empty == 0] * meta.num_rows
    batches = file.iter_batches(batch_size=SCANNED, row_groups=[group], columns=[chunk.path_in_schema])
    return [held for batch in batches for held in _filled(batch.column(column))]


def _filled(column: Any) -> list[bool]:
    import pyarrow.types as kinds  # noqa: PLC0415
    from pyarrow import compute  # noqa: PLC0415 - listing commands need no pyarrow

    held = compute.struct_field(column, "bytes") if kinds.is_struct(column.type) else column
    return [bool(valid) for valid in compute.is_valid(held).to_pylist()]
