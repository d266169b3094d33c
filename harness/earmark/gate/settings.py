"""What the command line and the project's file say together: the command line wins, and each setting has its source."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark.archive import LEADERBOARD, named_result
from earmark.compare import SMALLEST
from earmark.errors import EarmarkError
from earmark.gate.config import find_config, read_config
from earmark.gate.terms import Terms, check_allowance
from earmark.result import Result

TYPED = "the command line"
PLACES = ("against", "board")
"""Settings that name a file or a folder; in a project's file they are meant from where it lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that was asked, by the keys of ``[tool.earmark.gate]``, and who asked it."""

    values: Mapping[str, Any]
    sources: Mapping[str, str]

    def terms(self) -> Terms:
        """What the release has to meet; raises EarmarkError."""
        found = self.values
        return Terms(
            allowances=found.get("allow", {}), tasks=tuple(found.get("tasks", ())),
            conditions=tuple(found.get("conditions", ())), smallest=found.get("smallest", SMALLEST),
            require_data=found.get("require-data", False), sources=self.sources,
        )  # fmt: skip

    def old(self, new: Result, folder: Path) -> Result:
        """The result that NEW is held against; raises EarmarkError, UnknownName, ResultError."""
        words = self.values.get("against")
        if not words:
            raise EarmarkError(
                "Held against what? Name a result: --against old.json or --against leaderboard:MODEL@VERSION, or as "
                "`against` under [tool.earmark.gate] in pyproject.toml."
            )
        return named_result(words, Path(self.values.get("board", folder)), beside=new)


def settings_of(typed: Mapping[str, Any], config: Path | None, folder: Path) -> Settings:
    """Put what was `typed`, by key, None where nothing was, over the file: `config`, or the nearest above `folder`.

    Raises EarmarkError naming the file and the key.
    """
    path = config or find_config(folder)
    written = {} if path is None else read_config(path)
    asked = {key: value for key, value in typed.items() if value is not None}
    allow = {**written.get("allow", {}), **asked.get("allow", {})}
    source = "" if path is None else f"{os.path.relpath(path, folder)}"
    sources = {key: TYPED if key in asked else source for key in (*written, *asked) if key != "allow"}
    sources |= {f"allow {name}": TYPED if name in asked.get("allow", {}) else source for name in allow}
    placed = {key: _placed(written[key], path.parent) for key in PLACES if path and key in written}
    return Settings(values={**written, **placed, **asked, "allow": allow}, sources=sources)


def _placed(words: str, folder: Path) -> str:
    return words if words.startswith(LEADERBOARD) else str(folder / words)


def allowances(typed: list[str]) -> dict[str, float]:
    """Read ``tempo=-0.01`` and the like; raises EarmarkError for what is not of that form, or is said twice."""
    found: dict[str, float] = {}
    for words in typed:
        name, equals, text = (part.strip() for part in words.rpartition("="))
        if not (name and equals):
            raise EarmarkError(f"--allow {words!r} is not of the form name=-0.01, such as tempo=-0.01 or all=-0.005.")
        if name in found:
            raise EarmarkError(f"--allow names {name!r} twice: say which one is meant.")
        found[name] = _number(name, text)
    return found


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise EarmarkError(f"The allowance of {name!r} is {text!r}, which is no number: write {name}=-0.01.") from error
    check_allowance(name, number)
    return number
