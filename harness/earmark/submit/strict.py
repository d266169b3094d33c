"""JSON of a stranger: what is ambiguous, endless or no number is refused before anything is made of it."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

DEEPEST = 32
"""A result is nested six deep; Python's own parser recurses for each level."""
LONGEST_NUMBER = 40
"""Characters: a double has 17 digits. Python refuses whole numbers of more than 4,300, but not at once."""
SHOWN = 40
TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""Strings, which may be open at the end, and brackets outside of them; possessive, so that it takes linear time."""


class StrictError(ValueError):
    """What is wrong with a text that should be JSON."""


def parse(text: str) -> Any:
    """Read JSON; raises StrictError for what the standard or common sense refuses.

    That is NaN and infinity in any spelling, also as 1e999; a key that stands twice in one object; nesting deeper
    than DEEPEST, found before anything recurses; numbers longer than LONGEST_NUMBER; characters that are none.
    """
    if (depth := depth_of(text)) > DEEPEST:
        raise StrictError(f"it is nested {depth} deep; a result needs less than {DEEPEST}")
    try:
        found = json.loads(
            text, parse_constant=_no_number, parse_float=_float, parse_int=_whole, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        raise StrictError(f"it is no JSON: {error}") from error
    return found


def depth_of(text: str) -> int:
    """How deep brackets are nested, without parsing: in linear time and constant memory."""
    depth = deepest = 0
    for token in TOKENS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _no_number(word: str) -> NoReturn:
    raise StrictError(f"it holds {word}, which is no number; a score that cannot be computed is null")


def _float(digits: str) -> float:
    _check_length(digits)
    value = float(digits)
    if not math.isfinite(value):
        raise StrictError(f"it holds {digits}, which no double can be; a score that cannot be computed is null")
    return value


def _whole(digits: str) -> int:
    _check_length(digits)
    return int(digits)


def _check_length(digits: str) -> None:
    if len(digits) > LONGEST_NUMBER:
        raise StrictError(f"it holds a number of {len(digits)} characters; the longest may have {LONGEST_NUMBER}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise StrictError(f"the key {twice[:SHOWN]!r} stands twice in one object; which one is meant?")
    return found


def texts(record: Any, where: str = "$") -> Iterator[tuple[str, str]]:
    """Every text in a record, also the keys, with its place as JSON Schema spells it."""
    if isinstance(record, str):
        yield where, record
    elif isinstance(record, dict):
        for key, value in record.items():
            yield f"a key of {where}", key
            yield from texts(value, f"{where}.{key[:SHOWN]}")
    elif isinstance(record, list):
        for place, value in enumerate(record):
            yield from texts(value, f"{where}[{place}]")
