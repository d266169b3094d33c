"""Results on disk: a JSON file that its own schema validates, and a Parquet file of predictions beside it."""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from blake3 import blake3
from pydantic import ValidationError

from earmark.errors import ResultError
from earmark.result.record import SCHEMA_VERSION, Predictions, Result

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@lru_cache(maxsize=1)
def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a result file."""
    title = f"earmark result {SCHEMA_VERSION}"
    return {"$schema": DIALECT, **Result.model_json_schema(mode="serialization"), "title": title}


def write_result(result: Result, path: Path) -> Result:
    """Write the result to `path` (.json) and its predictions beside it (.parquet); each file whole or not at all.

    Returns the result as written, naming its predictions' file and checksum. Raises ResultError.
    """
    if path.suffix != ".json":
        raise ResultError(f"A result is written to a file that ends in .json, not to {path}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".parquet")
        _replace(beside, result.predictions_frame().to_parquet(index=False, compression="zstd"))
        written = result.model_copy(update={"predictions": _describe(beside)})
        _replace(path, (to_json(written) + "\n").encode())
    except OSError as error:
        raise ResultError(f"{path}: cannot be written ({error.strerror}).") from error
    return written.with_predictions(result.predictions_frame())


def _describe(path: Path) -> Predictions:
    rows = len(pd.read_parquet(path, columns=["task"]))
    return Predictions(file=path.name, blake3=blake3(path.read_bytes()).hexdigest(), rows=rows)


def _replace(path: Path, content: bytes | None) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    partial.write_bytes(content or b"")
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
    except (UnicodeDecodeError, json.JSONDecodeError, ValidationError) as error:
        raise ResultError(f"{path}: is no result file ({error}).") from error
    return _attach(result, path)


def _attach(result: Result, path: Path) -> Result:
    if result.predictions is None or not (beside := path.parent / Path(result.predictions.file).name).exists():
        return result
    if blake3(beside.read_bytes()).hexdigest() != result.predictions.blake3:
        raise ResultError(f"{beside}: has changed since the result was written; run the benchmark again.")
    return result.with_predictions(pd.read_parquet(beside))
