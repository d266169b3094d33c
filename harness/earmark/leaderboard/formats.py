"""A board as text, Markdown, HTML, LaTeX, CSV or JSON: the same bytes for the same results, wherever it is made."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from earmark.errors import UnknownName
from earmark.leaderboard.markup import html, latex, markdown
from earmark.leaderboard.record import Board
from earmark.leaderboard.screen import text
from earmark.leaderboard.spreadsheet import comma_separated
from earmark.leaderboard.table import BY, Table, table_of


def render(boards: Sequence[Board], form: str, *, by: str = "families", family: str | None = None) -> str:
    """The tables of some boards in one of FORMATS, ending in a newline.

    Raises UnknownName for another format, family or choice of columns, and EarmarkError for two boards in one CSV.
    """
    check_words(form, by)
    return FORMATS[form]([table_of(board, by=by, family=family) for board in boards]).rstrip("\n") + "\n"


def check_words(form: str, by: str) -> None:
    """Refuse what `render` would, before a board is computed; raises UnknownName."""
    for kind, word, known in (("format", form, FORMATS), ("choice of columns", by, BY)):
        if word not in known:
            raise UnknownName(kind, word, known)


def as_json(tables: Sequence[Table]) -> str:
    """The records of the boards, whole whatever was chosen to be shown: one object, or a list of several."""
    records = [table.board.model_dump(mode="json") for table in tables]
    return json.dumps(records[0] if len(records) == 1 else records, indent=2, ensure_ascii=False, allow_nan=False)


FORMATS: Mapping[str, Callable[[Sequence[Table]], str]] = MappingProxyType(
    {"text": text, "md": markdown, "html": html, "latex": latex, "csv": comma_separated, "json": as_json}
)
ENDINGS: Mapping[str, str] = MappingProxyType(
    {".txt": "text", ".md": "md", ".html": "html", ".tex": "latex", ".csv": "csv", ".json": "json"}
)
"""By the ending of a file, what is written into it."""


def format_for(path: Path | None, form: str | None) -> str:
    """What was asked for, or what the ending of the file says, or text; raises UnknownName for another ending."""
    ending = path.suffix.lower() if path else ""
    if form is None and ending and ending not in ENDINGS:
        raise UnknownName("format by the ending", ending, ENDINGS)
    return form or ENDINGS.get(ending, "text")
