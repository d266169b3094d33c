"""Cells of Arrow tables as text: what Parquet files and Hugging Face folders hold."""

import datetime as dt
import json
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from earmark_benchmarks.table.sheet import Cell

HUGGING_FACE = b"huggingface"
"""The key of the schema's metadata under which `datasets` keeps its features."""
UNNAMED = -1
"""The class that `datasets` gives to what is not labelled."""


def as_cell(value: object) -> Cell:
    """A value as a cell: nothing and NaN become empty, a list of values a tuple, what is nested JSON."""
    if isinstance(value, (list, tuple)):
        return _list_cell(value)
    if isinstance(value, dict):
        return json.dumps([list(section) for section in zip(*value.values(), strict=False)]) if _columns(value) else ""
    return as_text(value)


def _columns(value: Mapping[str, object]) -> bool:
    """Whether a record holds lists: `datasets` turns a list of records into a record of lists."""
    return bool(value) and all(isinstance(v, list) for v in value.values())


def _list_cell(values: Sequence[object]) -> Cell:
    if any(isinstance(v, (list, dict)) for v in values):
        return json.dumps([list(v.values()) if isinstance(v, dict) else v for v in values])
    return tuple(text for text in map(as_text, values) if text) or ""


def as_text(value: object) -> str:
    """A single value as text: 120.0 is ``120``, true ``true``, nothing and NaN are empty."""
    return TEXTS.get(type(value), lambda _: "")(value)


def _float_text(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


TEXTS: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        str: str.strip,
        bool: lambda value: str(value).lower(),
        int: str,
        float: _float_text,
        dt.date: dt.date.isoformat,
        dt.datetime: lambda value: value.date().isoformat(),
    }
)


def class_names(schema: Any) -> dict[str, list[str]]:
    """By column, the names behind the numbers of a `datasets.ClassLabel`, alone or in a list."""
    encoded = (schema.metadata or {}).get(HUGGING_FACE)
    features = json.loads(encoded)["info"]["features"] if encoded else {}
    return {column: names for column, feature in features.items() if (names := _names(feature))}


def _names(feature: Any) -> list[str]:
    while isinstance(feature, list) and feature:  # how older versions write a list
        feature = feature[0]
    if not isinstance(feature, dict):
        return []
    inner = feature.get("feature")
    return _names(inner) if inner else list(feature.get("names", ())) if feature.get("_type") == "ClassLabel" else []


def named(value: object, names: Sequence[str]) -> object:
    """The name of a class number, or the names of a list of them."""
    if isinstance(value, list):
        return [named(v, names) for v in value]
    return names[value] if isinstance(value, int) and value != UNNAMED else None
