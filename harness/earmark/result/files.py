"""Results on disk: a JSON file that its own schema validates, and beside it the tables that it names."""

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
from blake3 import blake3

from earmark.errors import ResultError
from earmark.result.record import SCHEMA_VERSION, Result, TableFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@lru_cache(maxsize=1)
def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a result file."""
    title = f"earmark result {SCHEMA_VERSION}"
    return {"$schema": DIALECT, **Result.model_json_schema(mode="serialization"), "title": title}


ENDINGS: Mapping[str, str] = MappingProxyType({"predictions": ".parquet", "split": ".split.csv"})
"""By table, what its file's name ends in."""


def write_result(result: Result, path: Path) -> Result:
    """Write the result to `path` (.json) and its tables beside it; each file whole or not at all.

    Returns the result as written, naming its tables' files and checksums. Raises ResultError.
    """
    if path.suffix != ".json":
        raise ResultError(f"A result is written to a file that ends in .json, not to {path}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files = {name: _write_table(path.with_suffix(ENDINGS[name]), table) for name, table in result.tables.items()}
        written = result.model_copy(update=files).with_tables(result.tables)
        _replace(path, (to_json(written) + "\n").encode())
    except OSError as error:
        raise ResultError(f"{path}: cannot be written ({error.strerror}).") from error
    return written


def _write_table(path: Path, table: pd.DataFrame) -> TableFile:
    if path.suffix == ".csv":
        content = table.to_csv(index=False).encode()
    else:
        content = table.to_parquet(index=False, compression="zstd") or b""
    _replace(path, content)
    return TableFile(file=path.name, blake3=blake3(content).hexdigest(), rows=len(table))


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)


def to_json(result: Result) -> str:
    """The result as JSON text that the schema has accepted; raises ResultError."""
    record = result.model_dump(mode="json")
    check_schema(record)
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)


def check_schema(record: Any) -> None:
    """Hold a record against the JSON Schema; raises ResultError naming the first place that differs."""
    import jsonschema  # noqa: PLC0415 - only where a result is read or written

    validator = jsonschema.Draft202012Validator(json_schema())
    problem = jsonschema.exceptions.best_match(validator.iter_errors(record))
    if problem is not None:
        raise ResultError(f"No valid result: at {problem.json_path}: {problem.message}")


def read_result(path: Path) -> Result:
    """Read a result and, where it lies beside it unchanged, its predictions; raises ResultError."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        check_schema(record)
        result = Result.model_validate_json(json.dumps(record))
    except OSError as error:
        raise ResultError(f"{path}: cannot be read ({error.strerror}).") from error
    except (
        RecursionError,
        ValueError,
    ) as error:  # no UTF-8, no JSON, no result; or numbers too long, or nested too deep
        raise ResultError(f"{path}: is no result file ({error}).") from error
    return _attach(result, path)


def _attach(result: Result, path: Path) -> Result:
    """Give the result those of its tables that lie beside it; raises ResultError for one that has changed."""
    named: dict[str, TableFile | None] = {"predictions": result.predictions, "split": result.split}
    found = {n: _read_table(path.parent / Path(t.file).name, t) for n, t in named.items() if t is not None}
    return result.with_tables({name: table for name, table in found.items() if table is not None})


def _read_table(path: Path, described: TableFile) -> pd.DataFrame | None:
    if not path.exists():
        return None
    try:
        if blake3(path.read_bytes()).hexdigest() != described.blake3:
            raise ResultError(f"{path}: has changed since the result was written; run the benchmark again.")
        return pd.read_csv(path, dtype=str) if path.suffix == ".csv" else pd.read_parquet(path)
    except (OSError, ValueError) as error:  # a folder, or what its checksum fits but is no table; pyarrow's are of both
        raise ResultError(f"{path}: is no table that can be read ({error}).") from error
