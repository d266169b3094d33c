"""The record of a run: its scores, its table, its picture and its files."""

from earmark.result.files import json_schema, read_result, write_result
from earmark.result.record import (
    SCHEMA_VERSION,
    Cost,
    DatasetRecord,
    LayerScore,
    ModelRecord,
    Result,
    Skipped,
    TableFile,
    TaskResult,
)
from earmark.result.score import Difference, Named, Score

__all__ = [
    "SCHEMA_VERSION",
    "Cost",
    "DatasetRecord",
    "Difference",
    "LayerScore",
    "ModelRecord",
    "Named",
    "Result",
    "Score",
    "Skipped",
    "TableFile",
    "TaskResult",
    "json_schema",
    "read_result",
    "write_result",
]
