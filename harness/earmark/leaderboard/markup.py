"""A board as Markdown, HTML or LaTeX: tables by tabulate, every word that a stranger may have written escaped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from earmark.leaderboard import escape
from earmark.leaderboard.footnotes import breakages, footnotes
from earmark.leaderboard.record import Cell
from earmark.leaderboard.table import COSTS, Heading, Line, Table, costs, shown

TEXTS = frozenset({"rank", "model", "measured on"})
"""Columns of words; all others are numbers, and end at the right."""
BREAKS = "What breaks first when the audio is changed:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """How one language says what a table needs."""

    clean: Callable[[str], str]
    small: Callable[[str], str]
    stack: Callable[[Sequence[str]], str]
    """Lines of one cell."""
    form: str
    """As tabulate names it, of those that escape nothing."""

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """By tabulate; heading and cells are markup already."""
        from tabulate import tabulate  # noqa: PLC0415 - kept out of listing commands

        align = ["left" if name in TEXTS else "right" for name in head]
        return str(tabulate(rows, headers=list(head), tablefmt=self.form, disable_numparse=True, colalign=align))

    def heading(self, heading: Heading) -> str:
        """The name of a column, under it by what is scored."""
        return self._stacked(self.clean(heading.name), heading.metric)

    def model(self, line: Line) -> str:
        """Name and mark, under them the version."""
        return self._stacked(self.clean(line.marked), line.version)

    def cell(self, cell: Cell, *, ranked: bool = True) -> str:
        """The score, under it the interval and the rank range."""
        found = shown(cell)
        rank = f"rank {found.rank}" if found.rank and ranked else ""
        return self._stacked(self.clean(found.value), found.interval, rank)

    def scores(self, line: Line) -> list[str]:
        """Rank, model, and its cells; the rank is that of the first."""
        lead, *others = line.cells
        return [self.clean(line.rank), self.model(line), self.cell(lead, ranked=False), *map(self.cell, others)]

    def costs(self, line: Line) -> list[str]:
        """The cells of COSTS."""
        return [self.clean(cost) for cost in costs(line.row)]

    def _stacked(self, first: str, *others: str) -> str:
        return self.stack([first, *(self.small(self.clean(other)) for other in others if other)])


MARKDOWN = Markup(clean=escape.markdown, small="<sub>{}</sub>".format, stack="<br>".join, form="pipe")
HTML = Markup(clean=escape.hypertext, small="<small>{}</small>".format, stack="<br>".join, form="unsafehtml")
LATEX = Markup(
    clean=escape.latex,
    small=r"\scriptsize {}".format,
    stack=lambda lines: r"\shortstack{{{}}}".format(r"\\".join(lines)),
    form="latex_raw",
)


def markdown(tables: Sequence[Table]) -> str:
    """A heading, a table and its notes for each board."""
    return "\n".join(_markdown(table) for table in tables)


def _markdown(table: Table) -> str:
    clean = MARKDOWN.clean
    parts = [f"## {clean(table.title)}", "", _whole(MARKDOWN, table), "", *(f"- {clean(n)}" for n in footnotes(table))]
    if broken := breakages(table):
        parts += ["", BREAKS, "", *(f"- {clean(f'{name}: {sentence}')}" for name, sentence in broken)]
    return "\n".join([*parts, ""])


def html(tables: Sequence[Table]) -> str:
    """A section a board, to be put into a page; in ASCII, so that it reads right whatever the page's encoding."""
    return "\n".join(_html(table) for table in tables)


def _html(table: Table) -> str:
    clean = HTML.clean
    parts = ["<section>", f"<h2>{clean(table.title)}</h2>", _whole(HTML, table), *_listed(footnotes(table))]
    if broken := breakages(table):
        parts += [f"<p>{BREAKS}</p>", *_listed([f"{name}: {sentence}" for name, sentence in broken])]
    return "\n".join([*parts, "</section>"])


def _listed(notes: Sequence[str]) -> list[str]:
    return ["<ul>", *(f"<li>{HTML.clean(note)}</li>" for note in notes), "</ul>"]


def _whole(markup: Markup, table: Table) -> str:
    """Scores and costs in one table."""
    head = ["rank", "model", *map(markup.heading, table.headings), *COSTS]
    return markup.table(head, [[*markup.scores(line), *markup.costs(line)] for line in table.lines])


def latex(tables: Sequence[Table]) -> str:
    """Two tabulars a board, scores and costs, and a list of notes; no package is needed."""
    return "\n".join(_latex(table) for table in tables)


def _latex(table: Table) -> str:
    clean, models = LATEX.clean, [line for line in table.lines if line.row.kind != "chance"]
    head = ["rank", "model", *map(LATEX.heading, table.headings)]
    scores = LATEX.table(head, [LATEX.scores(line) for line in table.lines])
    prices = LATEX.table(["model", *COSTS], [[clean(line.label), *LATEX.costs(line)] for line in models])
    notes = [*footnotes(table), *(f"{name}, when the audio is changed: {words}" for name, words in breakages(table))]
    items = [rf"\item {clean(note)}" for note in notes]
    return "\n".join(
        [
            f"% {clean(table.title)}",
            r"{\small",
            scores,
            "",
            prices,
            "}",
            r"\begin{itemize}",
            *items,
            r"\end{itemize}",
            "",
        ]
    )
