"""The tables of `bench neighbours`, for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, TypeVar

from earmark.errors import ResultError
from earmark.result.neighbours.words import leak_lines, shape_lines
from earmark.result.table import RESERVATIONS, model_name, number

if TYPE_CHECKING:
    from earmark.result.neighbours.record import Locality, Neighbourhood, Retrieval, Translation
    from earmark.result.record import Result
    from earmark.result.score import Score

COLUMNS = {"1-nn": "1-NN", "p@10": "P@10", "map": "MAP"}
"""The metrics of retrieval that are shown, by their name in the record."""
DISTANCES = {False: ("cosine",), True: ("cosine", "euclidean")}
"""What is shown: briefly, or in full."""
MARKS = {1: "+", -1: "−", 0: ""}
OWN = "+ own"
"""Over the columns in which tracks of the query's own group count as neighbours."""
WIDTH = 100
"""Characters of a line of sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A table, or sentences, under a title."""

    title: str
    lines: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    left: int = 1
    """So many columns hold words; the others are numbers."""

    @property
    def align(self) -> tuple[str, ...]:
        """Of each column, as tabulate names it."""
        return tuple("left" if i < self.left else "right" for i in range(len(self.headers)))


def to_text(result: Result, *, full: bool = False) -> str:
    """Plain text: what neighbours share, the shape of the space, leaks, translations, and reservations.

    In full also by Euclidean distance. Raises ResultError for a result that holds no neighbourhood.
    """
    from tabulate import tabulate  # noqa: PLC0415 - kept out of listing commands

    texts = [heading(result)]
    for part in parts(result, full=full):
        body = [fill(line, WIDTH, initial_indent="  ", subsequent_indent="    ") for line in part.lines]
        if part.rows:
            body += [tabulate(part.rows, part.headers, tablefmt="simple", disable_numparse=True, colalign=part.align)]
        texts.append("\n".join([f"{part.title}", *body]))
    return "\n\n".join([*texts, "\n".join(notes(result))]).rstrip()


def to_html(result: Result, *, full: bool = False) -> str:
    """The same for a notebook, everything escaped."""
    from html import escape  # noqa: PLC0415

    from tabulate import tabulate  # noqa: PLC0415

    texts = [f"<p><b>{escape(heading(result))}</b></p>"]
    for part in parts(result, full=full):
        texts += [f"<p><b>{escape(part.title)}</b></p>", *(f"<p>{escape(line)}</p>" for line in part.lines)]
        if part.rows:
            texts += [tabulate(part.rows, part.headers, tablefmt="html", disable_numparse=True, colalign=part.align)]
    return "".join([*texts, "<ul>", *(f"<li>{escape(note)}</li>" for note in notes(result)), "</ul>"])


def heading(result: Result) -> str:
    """Model, data, versions, and how many neighbours of how many tracks."""
    found = neighbourhood(result)
    of = "" if found.queries == found.tracks else f", {found.queries} of them asked"
    return (
        f"{model_name(result)} {result.model.version} on {result.benchmark.name} {result.benchmark.version}"
        f" · {found.tracks} tracks{of} · {found.k} neighbours · dim {result.model.dim}"
    )


def neighbourhood(result: Result) -> Neighbourhood:
    """What was found; raises ResultError where nothing was."""
    if result.neighbourhood is None:
        raise ResultError("This result holds no neighbourhood; `bench neighbours` makes one.")
    return result.neighbourhood


def notes(result: Result) -> list[str]:
    """What a reader of the numbers must know."""
    own = [*neighbourhood(result).notes, *result.notes]
    return own + [line for ask in RESERVATIONS for line in ask(result) if line]


def parts(result: Result, *, full: bool) -> list[Part]:
    """What is shown, in order; what is empty is left out."""
    found = neighbourhood(result)
    shown = [part for d in DISTANCES[full] for part in (_retrieval(found, d), _locality(found, d))]
    shown += [
        Part(title="The shape of the space", lines=tuple(shape_lines(found, result.model.dim))),
        Part(title="Targets inside the directions of others", lines=tuple(leak_lines(found.leakage))),
        _translations(found.translations),
    ]
    return [part for part in shown if part.lines or part.rows]


def _retrieval(found: Neighbourhood, distance: str) -> Part:
    """One row a target, beside chance; then the same where the query's own group counts."""
    apart, beside = by_group([r for r in found.retrieval if r.distance == distance])
    along = {r.target: r for r in beside}
    own = [f"{OWN}\n{name}" for name in COLUMNS.values()] if along else []
    return Part(
        title=f"Neighbours that share the label, by {distance} (in brackets: drawn at random){_own(bool(along))}",
        headers=("target", "queries", *COLUMNS.values(), *own),
        rows=tuple(_retrieval_row(r, along.get(r.target), bool(along)) for r in apart),
    )


Row = TypeVar("Row", "Retrieval", "Locality")


def by_group(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Rows without tracks of the query's own group, and those with them: none where no group makes a difference."""
    apart, along = ([r for r in rows if r.same_group is own] for own in (False, True))
    same = [r.model_copy(update={"same_group": False}) for r in along]
    return apart, [] if same == apart else along


def _own(shown: bool) -> str:
    return f"; {OWN}: with the query's group" if shown else ""


def _retrieval_row(apart: Retrieval, along: Retrieval | None, beside: bool) -> tuple[str, ...]:
    score, chance = _by_metric(apart.scores), _by_metric(apart.chance)
    own = _by_metric(along.scores) if along else {}
    cells = [f"{number(score.get(m))} ({number(chance.get(m))})" if m in score else "–" for m in COLUMNS]
    return apart.target, str(apart.queries), *cells, *(number(own.get(m)) for m in COLUMNS if beside)


def _by_metric(scores: Iterable[Score]) -> dict[str, float | None]:
    return {score.metric: score.value for score in scores}


def _locality(found: Neighbourhood, distance: str) -> Part:
    """One row an attribute: neighbours beside random pairs, and the lift with its interval."""
    apart, beside = by_group([r for r in found.locality if r.distance == distance])
    along = {(r.target, r.measure): r for r in beside}
    own = (f"{OWN}\nlift",) if along else ()
    return Part(
        title=f"How much closer than random pairs the {found.k} nearest are, by {distance} (1: as chance has it)",
        headers=("target", "pairs scored by", "nearest", "random", "lift", "95 %", "", *own),
        rows=tuple(_locality_row(r, along.get((r.target, r.measure)), bool(along)) for r in apart),
        left=2,
    )


def _locality_row(apart: Locality, along: Locality | None, beside: bool) -> tuple[str, ...]:
    lift = apart.lift
    own = (_lift(along.lift.value if along else None),) if beside else ()
    return (
        apart.target, measure(apart), number(apart.neighbours.value), number(apart.random), _lift(lift.value),
        f"{_lift(lift.low)} – {_lift(lift.high)}", MARKS[beyond(lift)], *own,
    )  # fmt: skip


def measure(locality: Locality) -> str:
    """What pairs are scored by, without what stands in brackets."""
    return locality.measure.partition(" (")[0]


def beyond(lift: Score) -> int:
    """1 where the whole interval of a lift is above chance, -1 where it is below, else 0."""
    if lift.low is None or lift.high is None:
        return 0
    return int(lift.low > 1) - int(lift.high < 1)


def _lift(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _translations(some: Sequence[Translation]) -> Part:
    return Part(
        title="Moved to another tempo: what the nearest of a translated vector share",
        headers=("translator", "speed", "tracks", "cosine", "95 %", "gain", "tempo", "octave", "genre"),
        rows=tuple(_translation_row(t) for t in some),
    )


def _translation_row(found: Translation) -> tuple[str, ...]:
    shares = (found.tempo_hits, found.tempo_hits_octave, found.genre_match)
    return (
        found.translator, f"× {found.speed:.4g}", str(found.tracks), number(found.cosine.value),
        f"{number(found.cosine.low)} – {number(found.cosine.high)}",
        "–" if found.gain is None else f"{found.gain:+.3f}", *(number(s.value if s else None) for s in shares),
    )  # fmt: skip
