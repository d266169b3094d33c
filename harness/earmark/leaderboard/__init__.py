"""Tables computed from filed results; a board stores nothing of its own."""

from earmark.leaderboard.current import check_current
from earmark.leaderboard.formats import FORMATS, format_for, render
from earmark.leaderboard.main import board_of, boards_of
from earmark.leaderboard.record import Board, Cell, Column, Rank, Row

__all__ = [
    "FORMATS",
    "Board",
    "Cell",
    "Column",
    "Rank",
    "Row",
    "board_of",
    "boards_of",
    "check_current",
    "format_for",
    "render",
]
