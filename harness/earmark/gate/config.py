"""The terms of a gate from a project's own ``pyproject.toml``: ``[tool.earmark.gate]``."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from earmark.errors import EarmarkError, UnknownName

FILE = "pyproject.toml"
SECTION = "tool.earmark.gate"


def find_config(folder: Path) -> Path | None:
    """The nearest ``pyproject.toml`` with the section, in the folder or above it; raises EarmarkError."""
    for place in (folder, *folder.parents):
        path = place / FILE
        if path.is_file() and _section(_parsed(path)) is not None:
            return path
    return None


def read_config(path: Path) -> dict[str, Any]:
    """The section's settings, each checked, by its key; raises EarmarkError naming the file and the key."""
    found = _section(_parsed(path))
    if found is None:
        raise EarmarkError(f"{path}: has no section [{SECTION}].")
    for key, value in _table(path, SECTION, found).items():
        if key not in KINDS:
            raise UnknownName(f"key of [{SECTION}] in {path}", key, KINDS)
        KINDS[key](path, key, value)
    return dict(found)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EarmarkError(f"{path}: cannot be read ({error.strerror}).") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EarmarkError(f"{path}: is no TOML file ({error}).") from error


def _section(parsed: Any) -> Any:
    for name in SECTION.split("."):
        parsed = parsed.get(name) if isinstance(parsed, dict) else None
    return parsed


def _table(path: Path, key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, key, value, "a table, such as {tempo = -0.01}")
    return value


def _wrong(path: Path, key: str, value: Any, wanted: str) -> EarmarkError:
    return EarmarkError(f"{path}: {key} of [{SECTION}] is {value!r}, not {wanted}.")


def _text(path: Path, key: str, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise _wrong(path, key, value, 'a text, such as "leaderboard:my-model@1"')


def _texts(path: Path, key: str, value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(path, key, value, 'a list of names, such as ["tempo", "key"]')


def _numbers(path: Path, key: str, value: Any) -> None:
    for name, number in _table(path, key, value).items():
        _number(path, f"{key}.{name}", number)


def _number(path: Path, key: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(path, key, value, "a number, such as -0.01")


def _flag(path: Path, key: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise _wrong(path, key, value, "true or false")


KINDS: Mapping[str, Callable[[Path, str, Any], None]] = MappingProxyType(
    {
        "against": _text,
        "board": _text,
        "allow": _numbers,
        "smallest": _number,
        "require-data": _flag,
        "tasks": _texts,
        "conditions": _texts,
    }
)
"""By key, what checks its value."""
