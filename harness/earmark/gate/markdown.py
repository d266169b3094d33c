"""The verdict as Markdown, for a pull request or the summary of a job; whatever others named is escaped."""

from collections.abc import Iterator, Sequence

from earmark.gate.blame import MOST as MOST_BLAMED
from earmark.gate.escape import code, literal
from earmark.gate.record import Judged, Verdict
from earmark.gate.table import HEADERS, culprits, footnotes, listed, row, unlisted
from earmark.gate.words import NAMED, counted, name_of
from earmark.result.score import Named

SIGNS = {True: "✅", False: "❌"}
"""Beside the word, never in its place."""
RULES = (":--", ":--", ":--", "--:", "--:", "--:", "--:", ":--", ":--")
MOST = 120
"""Rows of a table: a comment on GitHub ends at 65,536 characters."""
LONG = 1000
"""Characters of a note."""
BLAMED = 8
"""Comparisons of which is said who is to blame."""


def to_markdown(verdict: Verdict) -> str:
    """The verdict in a line, the table, and folded away who is to blame and how it was judged."""
    parts = [
        f"### earmark gate: {_word(verdict.passed)}", "", _verdict_line(verdict), "", _heading(verdict), "",
        *_table(listed(verdict)), "", *unlisted(verdict), "", *_culprits(verdict), *_judged_how(verdict),
    ]  # fmt: skip
    return "\n".join(parts).rstrip() + "\n"


def refused_markdown(sentence: str) -> str:
    """The same where nothing could be compared."""
    return f"### earmark gate: FAILED\n\n{SIGNS[False]} **FAILED**: nothing was compared. {literal(sentence, LONG)}\n"


def _word(passed: bool) -> str:
    return "PASSED" if passed else "FAILED"


def _verdict_line(verdict: Verdict) -> str:
    head = f"{SIGNS[verdict.passed]} **{_word(verdict.passed)}**: "
    failed = verdict.of("failed")
    if not failed:
        return head + verdict.sentence.partition(": ")[2] + "."
    named = "; ".join(f"{code(name_of(one))} {one.sentence}" for one in failed[:NAMED])  # a sentence holds no names
    return f"{head}{named}{f'; and {len(failed) - NAMED} more' if len(failed) > NAMED else ''}."


def _heading(verdict: Verdict) -> str:
    new, old, benchmark = map(_named, (verdict.new, verdict.old, verdict.benchmark))
    return f"{new} against {old} on {benchmark}."


def _named(named: Named) -> str:
    return f"{code(named.name)} {code(named.version)}"


def _table(judged: Sequence[Judged]) -> Iterator[str]:
    if not judged:
        return
    yield _row(HEADERS)
    yield _row(RULES)
    for one in judged[:MOST]:
        yield _row([_cell(name, text) for name, text in zip(HEADERS, row(one), strict=True)])
    if len(judged) > MOST:
        yield f"\nNot listed: {counted(len(judged) - MOST)} more, which the JSON holds."


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(column: str, text: str) -> str:
    if not text:
        return ""
    shown = code(text) if column == "task" else literal(text)
    return f"**{shown}**" if text == "failed" else shown


def _culprits(verdict: Verdict) -> Iterator[str]:
    if lines := culprits(verdict, comparisons=BLAMED, each=MOST_BLAMED, paths=False):
        yield from _folded("Who is to blame: the classes and the tracks that lost most", lines)


def _judged_how(verdict: Verdict) -> Iterator[str]:
    untold = "fails" if verdict.require_data else "passes, and is listed"
    draw = f"{verdict.resamples:,} resamples, seed {verdict.seed}"
    rules = [
        f"Failed: clearly worse by paired bootstrap over groups ({draw}), after Holm's correction, "
        f"at {verdict.level:g}; and by more than is allowed.",
        f"Cannot tell: more than one of five differences of {verdict.smallest:g} would be missed; it {untold}.",
    ]
    yield from _folded("How this was judged", [*rules, *footnotes(verdict)])


def _folded(summary: str, lines: Sequence[str]) -> Iterator[str]:
    yield from (f"<details><summary>{literal(summary)}</summary>", "")
    yield from (f"- {literal(line, LONG)}" for line in lines)
    yield from ("", "</details>", "")
