"""A board in plain text, for a terminal of 120 columns: what is wider goes on below, so that nothing is left out."""

import re
from collections.abc import Sequence
from textwrap import fill, wrap

from earmark.leaderboard.escape import plain
from earmark.leaderboard.footnotes import breakages, footnotes
from earmark.leaderboard.record import Cell
from earmark.leaderboard.table import COSTS, Table, costs, shown

WIDTH = 120
NAME_WIDTH = 16
"""Longer names go on in the next line."""
GAP = 2
"""Spaces between columns."""
MODEL_WIDTH, OTHER_WIDTH = 40, 20
"""Of the table of costs; what is longer is cut."""
LEADING_ZERO = re.compile(r"(?<!\d)0\.")


def text(tables: Sequence[Table]) -> str:
    """Scores, then cost, then notes of each board."""
    return "\n".join(_one(table) for table in tables)


def _one(table: Table) -> str:
    names = [_stack([*_wrapped(line.marked), *_wrapped(line.version)]) for line in table.lines]
    columns = [
        [_stack([*plain(heading.name).split(" "), heading.metric]), *(_cell(line.cells[i]) for line in table.lines)]
        for i, heading in enumerate(table.headings)
    ]
    blocks = [_tabulate([["model", *names], *block], apart=True) for block in _blocks(columns)]
    parts = [f"{plain(table.title)}: score, 95 % interval, # rank range", *blocks, _cost(table)]
    parts.append("\n".join(_filled(note) for note in footnotes(table)))
    if broken := [_filled(f"{name}: {sentence}") for name, sentence in breakages(table)]:
        parts.append("\n".join(["What breaks first when the audio is changed:", *broken]))
    return "\n\n".join(parts) + "\n"


def _wrapped(words: str) -> list[str]:
    return wrap(plain(words), NAME_WIDTH)


def _stack(parts: Sequence[str]) -> str:
    return "\n".join(part for part in parts if part)


def _cell(cell: Cell) -> str:
    """Three lines; the interval without leading zeros, for want of room."""
    found = shown(cell)
    interval = LEADING_ZERO.sub(".", found.interval.replace(" – ", "–"))
    return _stack([found.value, interval, f"#{found.rank}" if found.rank else ""])


def _blocks(columns: Sequence[list[str]]) -> list[list[list[str]]]:
    """The columns in as many blocks as it takes for each to fit beside the names."""
    blocks: list[list[list[str]]] = []
    room = 0
    for column in columns:
        wide = GAP + max(len(part) for cell in column for part in cell.split("\n"))
        if not blocks or wide > room:
            blocks.append([])
            room = WIDTH - NAME_WIDTH
        blocks[-1].append(column)
        room -= wide
    return blocks


def _cost(table: Table) -> str:
    models = [line for line in table.lines if line.row.kind != "chance"]
    names = [_short(line.label, MODEL_WIDTH) for line in models]
    prices = [[_short(price, OTHER_WIDTH) for price in costs(line.row)] for line in models]
    licences = [_short(line.row.license, OTHER_WIDTH) for line in models]
    columns = zip(*prices, strict=True) if prices else ([] for _ in COSTS)
    named = [[name, *column] for name, column in zip(COSTS, columns, strict=True)]
    return _tabulate([["model", *names], *named, ["licence", *licences]], left=("model", "measured on", "licence"))


def _tabulate(columns: Sequence[Sequence[str]], *, left: Sequence[str] = ("model",), apart: bool = False) -> str:
    """Columns, each with its heading first, in as little room as they need; an empty line between rows if `apart`.

    The heading is given as a row: tabulate makes columns two wider than their headings otherwise.
    """
    from tabulate import SEPARATING_LINE, tabulate  # noqa: PLC0415 - kept out of listing commands

    head, *rows = zip(*columns, strict=True)
    lined = [part for row in rows for part in ((SEPARATING_LINE, row) if apart else (row,))]
    align = ["left" if column[0] in left else "right" for column in columns]
    widths = [max(len(part) for cell in column for part in cell.split("\n")) for column in columns]
    rule = ["-" * width for width in widths]
    made = tabulate([head, rule, *lined[apart:]], tablefmt="plain", disable_numparse=True, colalign=align)
    return "\n".join(line.rstrip() for line in str(made).split("\n"))


def _short(words: str, most: int) -> str:
    shown = plain(words)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _filled(words: str) -> str:
    return fill(plain(words), WIDTH, subsequent_indent="  ", break_on_hyphens=False)
