"""Parquet files and Hugging Face `datasets` folders: labels are read at once, recordings row by row when asked."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from earmark.audio import AudioBytes
from earmark.errors import DatasetError
from earmark_benchmarks.table import recordings
from earmark_benchmarks.table.arrow_cells import as_cell, class_names, named
from earmark_benchmarks.table.sheet import LISTED, Cell, Problem, Row, Sheet, enumerated
from earmark_benchmarks.table.splits import SPELLINGS

SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a table, or one split of a folder."""

    name: str
    split: str
    """What its name says of the split; empty if nothing."""
    schema: Any
    rows: int
    read: Callable[[Sequence[str]], Any]
    """The named columns as an Arrow table; ``audio.path`` names a field."""
    holds: Callable[[str], list[bool]]
    """Whether each row of a column of recordings has bytes."""
    fetch: Callable[[str, int], Callable[[], bytes]]
    """What reads the bytes in that column and row; crosses to workers by pickle."""


def open_parquet(path: Path) -> Sheet:
    """Open one Parquet file; raises DatasetError."""
    if not path.is_file():
        raise DatasetError(f"There is no table {path}.")
    return _sheet(path, path.parent, [_parquet_part(path, path.name)])


def open_folder(path: Path) -> Sheet:
    """Open a folder that `datasets` saved (save_to_disk), or one that holds Parquet files; raises DatasetError."""
    index = path / "dataset_dict.json"
    if index.is_file():
        splits = json.loads(index.read_text(encoding="utf-8"))["splits"]
        return _sheet(path, path, [_saved_part(path / split, split) for split in splits])
    if (path / "state.json").is_file():
        return _sheet(path, path, [_saved_part(path, "")])
    files = sorted(p for p in path.rglob("*.parquet") if not p.name.startswith("."))
    if not files:
        raise DatasetError(_no_table(path))
    return _sheet(path, path, [_parquet_part(file, file.relative_to(path).as_posix()) for file in files])


def _no_table(path: Path) -> str:
    tables = sorted(p.name for p in path.glob("*.csv"))
    hint = f" Give the table in it: {path / tables[0]}." if tables else " Save one with save_to_disk or to_parquet."
    return f"{path}: the folder holds no data set of Hugging Face `datasets` and no Parquet file.{hint}"


def _parquet_part(path: Path, name: str) -> Part:
    file = recordings.open_file(path)
    return Part(
        name=name,
        split=_split_in(path),
        schema=file.schema_arrow,
        rows=file.metadata.num_rows,
        read=lambda columns: recordings.open_file(path).read(columns=list(columns)),
        holds=partial(recordings.parquet_holds, path),
        fetch=partial(recordings.ParquetRecording, path),
    )


def _saved_part(folder: Path, name: str) -> Part:
    saved = recordings.open_saved(folder)
    return Part(
        name=name,
        split=name if name.casefold() in SPELLINGS else "",
        schema=saved[:0].schema,
        rows=len(saved),
        read=partial(recordings.saved_columns, folder),
        holds=partial(recordings.saved_holds, folder),
        fetch=partial(recordings.SavedRecording, folder),
    )


def _split_in(path: Path) -> str:
    """What ``train-00000-of-00002.parquet`` or ``train/0.parquet`` says of the split."""
    words = (path.stem.partition("-")[0], path.stem.partition("_")[0], path.parent.name)
    return next((word for word in words if word.casefold() in SPELLINGS), "")


def _sheet(path: Path, folder: Path, parts: Sequence[Part]) -> Sheet:
    columns = tuple(parts[0].schema.names)
    for part in parts:
        if set(part.schema.names) != set(columns):
            raise DatasetError(f"{path}: {part.name} has other columns than {parts[0].name}; give one table at a time.")
    told = {part.split for part in parts}
    by_name = SPLIT not in columns and "" not in told and len(told) > 1  # one split alone tells nothing
    return Sheet(
        path=path,
        folder=folder,
        columns=(*columns, SPLIT) if by_name else columns,
        rows=lambda wanted: _rows(parts, wanted, by_name),
        recordings=tuple(c for c in columns if _holds_audio(parts[0].schema, c)),
        split_problems=() if SPLIT in columns else _unnamed(parts),
    )


def _unnamed(parts: Sequence[Part]) -> tuple[Problem, ...]:
    """A problem where some parts name a split and others do not: to draw one would mix what was kept apart."""
    silent = [part.name for part in parts if not part.split]
    told = sorted({part.split for part in parts if part.split})
    if not (silent and told):
        return ()
    sentence = (
        f"other parts name a split ({enumerated(told)}), but these do not: {enumerated(silent, shown=LISTED)}; "
        "name them train, valid or test (a file also train-more.parquet), leave them out, name a column that holds the "
        "split (--column split=COLUMN), or name no split (--column split=) and it is drawn by group."
    )
    return (Problem(sentence=sentence),)


def _holds_audio(schema: Any, column: str) -> bool:
    """Whether a column is {bytes, path} or plain bytes."""
    import pyarrow.types as kinds  # noqa: PLC0415 - listing commands need no pyarrow

    kind = schema.field(column).type
    if kinds.is_struct(kind):
        return any(kind.field(i).name == "bytes" for i in range(kind.num_fields))
    return bool(kinds.is_binary(kind) or kinds.is_large_binary(kind))


def _rows(parts: Sequence[Part], wanted: Sequence[str], by_name: bool) -> list[Row]:
    rows: list[Row] = []
    for part in parts:
        prefix = f"{part.name} " if len(parts) > 1 else ""
        places = [f"{prefix}row {i}" for i in range(part.rows)]
        columns = {c: _cells(part, c, places) for c in wanted if c in part.schema.names}
        if by_name:
            columns[SPLIT] = [part.split] * part.rows
        for i, place in enumerate(places):
            rows.append(Row(order=len(rows), place=place, cells={c: cells[i] for c, cells in columns.items()}))
    return rows


def _cells(part: Part, column: str, places: Sequence[str]) -> list[Cell]:
    if _holds_audio(part.schema, column):
        return _audio_cells(part, column, places)
    values = part.read([column]).column(column).to_pylist()
    names = class_names(part.schema).get(column)
    return [as_cell(named(value, names) if names else value) for value in values]


def _audio_cells(part: Part, column: str, places: Sequence[str]) -> list[Cell]:
    paths = _paths(part, column)
    found: list[Cell] = []
    for row, held in enumerate(part.holds(column)):
        name = paths[row] or places[row]
        found.append(AudioBytes(name=name, fetch=part.fetch(column, row)) if held else paths[row])
    return found


def _paths(part: Part, column: str) -> list[str]:
    """The path beside the bytes, empty where there is none."""
    import pyarrow.types as kinds  # noqa: PLC0415 - listing commands need no pyarrow
    from pyarrow import compute  # noqa: PLC0415 - listing commands need no pyarrow

    kind = part.schema.field(column).type
    if not kinds.is_struct(kind) or "path" not in [kind.field(i).name for i in range(kind.num_fields)]:
        return [""] * part.rows
    found = compute.struct_field(part.read([f"{column}.path"]).column(column), "path")
    return [path or "" for path in found.to_pylist()]
