"""The page itself: markup, style, script and data in one file that loads nothing."""

import json
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from earmark.errors import ResultError
from earmark.leaderboard.record import Cell
from earmark.result.table import number
from earmark.site.encode import encode_section
from earmark.site.section import Section

if TYPE_CHECKING:
    from markupsafe import Markup

SCRIPTS = (
    "dom.js", "format.js", "board.js", "state.js", "tabs.js", "bars.js", "table.js", "chart.js", "curves.js",
    "robust.js", "cost.js", "model.js", "compare.js", "main.js",
)  # fmt: skip
"""In the order in which they need each other."""
STYLES = ("theme.css", "page.css", "table.css", "chart.css")
PLAIN_ROWS = 50
"""Models in the plain table that is shown where scripts are off."""


def page_of(sections: Sequence[Section]) -> str:
    """The whole page as HTML; the same sections give the same bytes. Raises ResultError without a section."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 - listing commands need none of it
    from markupsafe import Markup  # noqa: PLC0415

    if not sections:
        raise ResultError("A page needs a board: no section was given.")
    style, script = _joined(STYLES), _wrapped(_joined(SCRIPTS))
    site = Environment(
        autoescape=True, loader=FunctionLoader(template), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    return site.get_template("page.html").render(
        sections=sections,
        plain_rows=PLAIN_ROWS,
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own files
        plain=plain_cell,
        data=Markup(inert_json([encode_section(section) for section in sections])),  # noqa: S704 - see there
    )


@cache
def template(name: str) -> str:
    """One of the page's files."""
    return files("earmark.site").joinpath("templates", name).read_text(encoding="utf-8")


def inert_json(value: object) -> str:
    """JSON that holds no letter HTML knows, so that nothing in it can end the element it stands in."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def plain_cell(cell: Cell | None) -> "Markup":
    """A score with its interval as a table cell without a bar."""
    from markupsafe import Markup  # noqa: PLC0415

    if cell is None:
        return Markup("<td>–</td>")
    interval = "" if cell.low is None else f" ({number(cell.low)} to {number(cell.high)})"
    return Markup("<td>{}</td>").format(number(cell.value) + interval)


def _joined(names: Sequence[str]) -> str:
    return "\n".join(template(name).strip() for name in names)


def _wrapped(script: str) -> str:
    """In a function of its own, so that no name leaks into the page."""
    return f'"use strict";\n(() => {{\n{script}\n}})();'


def _policy(style: str, script: str) -> str:
    """What the browser may do: run this script, use this style, and nothing else; no request can leave."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
