"""What a test tells beyond passing: kept in the report's properties, so that it crosses from xdist's workers too."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

PROPERTY = "earmark"
"""The name of the property, in JUnit XML too, and of the section of the summary."""


def tell(node: pytest.Item, text: str) -> None:
    """Keep a text for the end of the session and for the JUnit report."""
    node.user_properties.append((PROPERTY, text))


def told(stats: Mapping[str, Iterable[Any]]) -> list[str]:
    """What the tests of a session told, in the order of the files: lines, a heading for each test."""
    found = []
    for reports in stats.values():
        for report in reports:
            texts = [t for n, t in getattr(report, "user_properties", ()) if n == PROPERTY]
            if texts and report.when == "call":
                found.append((report.location, report.nodeid, texts))
    return [line for _, nodeid, texts in sorted(found) for line in (nodeid, *_indented(texts))]


def _indented(texts: Iterable[str]) -> list[str]:
    return [f"  {line}".rstrip() for text in texts for line in text.splitlines()]
