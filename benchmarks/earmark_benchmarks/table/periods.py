"""Periods of time: years and decades, spans of years, and the periods of music history, in their order."""

import re
from collections.abc import Iterable

from earmark.errors import LabelError

YEAR = re.compile(r"([12]\d{3})(?:\.0|-\d{2}(?:-\d{2})?)?")
"""A year from 1000 on, as a spreadsheet may write it, or a date that starts with it: the first four digits of a period
are its year, which `in_order` and `middle_years` build on."""
DECADE = re.compile(r"([12]\d{2}0|[3-9]0)'?s")  # 00s, 10s and 20s could be of either century
SPAN = re.compile(r"([12]\d{3})\s*[-–]\s*([12]\d{3})")
LAST_YEAR = 2100
STARTS = {
    "medieval": 500,
    "renaissance": 1400,
    "baroque": 1600,
    "classical": 1750,
    "romantic": 1820,
    "impressionist": 1890,
    "modern": 1900,
    "contemporary": 1975,
}
"""When the periods of music history start, roughly: only their order is used."""


def parse_period(text: str) -> str:
    """Name the period: ``1987`` and ``80s`` become ``1980s``; a span or a named period stays. Raises LabelError."""
    if (match := YEAR.fullmatch(text)) and int(match[1]) <= LAST_YEAR:
        return f"{int(match[1]) // 10 * 10}s"
    if match := DECADE.fullmatch(text):
        return f"{int(match[1]) + (1900 if len(match[1]) == 2 else 0)}s"
    if text.casefold() in STARTS:
        return text.casefold()
    if (match := SPAN.fullmatch(text)) and int(match[1]) <= int(match[2]):
        return f"{match[1]}-{match[2]}"
    known = ", ".join(STARTS)
    raise LabelError(
        f"{text!r} is no period; write a year, a decade such as 1980s, 1920-1945 (years from 1000 on), "
        f"or one of {known}."
    )


def in_order(periods: Iterable[str]) -> tuple[str, ...]:
    """Each period once, by the year in which it starts."""
    return tuple(sorted(set(periods), key=lambda p: (STARTS.get(p) or int(p[:4]), p)))


def middle_years(periods: Iterable[str]) -> tuple[float, ...]:
    """The middle year of each period, or nothing where a period is only named."""
    listed = list(periods)
    return () if any(p in STARTS for p in listed) else tuple(_middle(p) for p in listed)


def _middle(period: str) -> float:
    first, _, last = period.removesuffix("s").partition("-")
    return (int(first) + int(last)) / 2 if last else int(first) + 5.0
