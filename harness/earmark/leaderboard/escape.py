"""A stranger's words made harmless: in a terminal, Markdown, HTML, LaTeX and a spreadsheet."""

import html
import re
from collections.abc import Mapping
from types import MappingProxyType

from earmark.result.printable import printable

MARKDOWN = re.compile(r"([\\`*_\[\]|~$@#^]|:(?=//)|(?<=www)\.|^[-+](?=\s))")
"""What may open something in Markdown or in what GitHub adds to it: a link, a mention, a formula, a cell, a list."""
NUMBERED = re.compile(r"^(\d+)([.)])(?=\s)")
"""What would open a numbered list."""
LATEX: Mapping[str, str] = MappingProxyType(
    {
        "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
        "|": r"\textbar{}", '"': r"\textquotedbl{}", "–": "--", "−": r"$-$", "†": r"\dag{}", "·": r"$\cdot$",
        "↓": r"$\downarrow$", "’": "'", "…": r"\dots{}", "×": r"$\times$", "*": "{*}", "`": r"\textasciigrave{}",
        "[": "{[}", "]": "{]}",
    }
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "'", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula, or drops the apostrophe."""


def plain(text: str) -> str:
    """For a terminal."""
    return printable(text)


def markdown(text: str) -> str:
    """For a cell or a line of Markdown: nothing in it is markup, nor spaces at its ends, which would indent code."""
    marked = MARKDOWN.sub(r"\\\1", html.escape(printable(text).strip(), quote=False))
    return NUMBERED.sub(r"\1\\\2", marked)


def hypertext(text: str) -> str:
    """For HTML, in ASCII: it reads right whatever the encoding of the page that it is put into."""
    return html.escape(printable(text)).encode("ascii", "xmlcharrefreplace").decode()


def latex(text: str) -> str:
    """For LaTeX, without a package."""
    return "".join(LATEX.get(c, c) for c in printable(text))


def spreadsheet(text: str) -> str:
    """For a cell of text in CSV: an apostrophe keeps a spreadsheet from calculating it."""
    shown = printable(text)
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) else shown
