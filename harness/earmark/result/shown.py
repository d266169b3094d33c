"""What a result shows: the table and the pictures of its scores, of its robustness, or of its neighbourhood."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from earmark.errors import ResultError
from earmark.result.printable import printable_lines

if TYPE_CHECKING:
    from earmark.result.record import Result


def text_of(result: Result) -> str:
    """The table of a result in plain text."""
    return printable_lines(str(_table(result).to_text(result)))


def html_of(result: Result) -> str:
    """The same for a notebook."""
    return str(_table(result).to_html(result))


def _table(result: Result) -> ModuleType:
    from earmark.result import table  # noqa: PLC0415 - they need the record, which needs this
    from earmark.result.neighbours import table as of_neighbours  # noqa: PLC0415
    from earmark.result.robust import table as of_robustness  # noqa: PLC0415

    if result.robustness is not None:
        return of_robustness
    return table if result.neighbourhood is None else of_neighbours


def draw_shown(
    result: Result, path: Path, *, layers: bool = False, task: str | None = None, leakage: bool = False
) -> None:
    """Write a picture of a result; which one, where there are several, the words choose. Raises ResultError."""
    from earmark.result.layers import draw_layers  # noqa: PLC0415 - they need the record, which needs this
    from earmark.result.neighbours.picture import draw_leakage, draw_locality  # noqa: PLC0415
    from earmark.result.picture import draw  # noqa: PLC0415
    from earmark.result.robust.picture import draw_robust  # noqa: PLC0415

    _check_choice(result, task=task, leakage=leakage)
    if layers:
        draw_layers(result, path)
    elif result.robustness is not None:
        draw_robust(result, path, task)
    elif result.neighbourhood is not None:
        (draw_leakage if leakage else draw_locality)(result, path)
    else:
        draw(result, path)


def _check_choice(result: Result, *, task: str | None, leakage: bool) -> None:
    if task is not None and result.robustness is None:
        raise ResultError("Only a result of `bench robust` has a picture of one task.")
    if leakage and result.neighbourhood is None:
        raise ResultError("Only a result of `bench neighbours` has a picture of what leaks into what.")
