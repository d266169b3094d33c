"""The verdict as a terminal shows it: first what failed, then the table."""

from collections import Counter
from collections.abc import Iterator

from earmark.compare.culprits import loss_of
from earmark.compare.record import ClassChange, TrackChange
from earmark.gate.blame import reading_of
from earmark.gate.escape import one_line
from earmark.gate.record import Judged, Verdict
from earmark.gate.scope import spelled
from earmark.gate.words import NAMED, allowed, counted, digits, name_of
from earmark.result.printable import printable
from earmark.result.score import Named

SHORT = 24
"""Of more comparisons than this only those are listed that failed or look worse; the others are counted."""
HEADERS = ("verdict", "task", "metric", "old", "new", "change", "95 %", "allowed", "why")
ALIGN = ("left", "left", "left", "right", "right", "right", "right", "left", "left")
ORDER = ("failed", "cannot tell", "passed")
EACH = 2
"""Classes, and tracks, of one comparison that a terminal shows."""
ALONE = "95 %: of that comparison alone; what is clear is judged after Holm's correction for asking them all."


def to_text(verdict: Verdict) -> str:
    """Plain text: the verdict, a row a comparison, who is to blame, and what must be known."""
    from tabulate import tabulate  # noqa: PLC0415 - kept out of listing commands

    rows = [[one_line(cell) for cell in row(one)] for one in listed(verdict)]
    table = tabulate(rows, headers=HEADERS, tablefmt="simple", disable_numparse=True, colalign=ALIGN) if rows else ""
    blamed = [f"  {line}" for line in culprits(verdict)]
    below = [*unlisted(verdict), *(["Who is to blame:", *blamed, ""] if blamed else []), *footnotes(verdict)]
    lines = [verdict.sentence, heading(verdict), "", *table.splitlines(), "", *below]
    return "\n".join(map(printable, lines)).rstrip()


def heading(verdict: Verdict) -> str:
    """Who is held against whom, on what."""
    return f"{said(verdict.new)} against {said(verdict.old)} on {said(verdict.benchmark)}"


def said(named: Named) -> str:
    """The name and the version."""
    return f"{named.name} {named.version}"


def listed(verdict: Verdict) -> list[Judged]:
    """What failed, what cannot tell, what passed; of many, only what failed or looks worse."""
    ordered = sorted(verdict.judged, key=lambda one: ORDER.index(one.state))
    return ordered if len(ordered) <= SHORT else [one for one in ordered if _matters(one)]


def unlisted(verdict: Verdict) -> Iterator[str]:
    """How many of which kind a long table leaves out, so that nothing passes unsaid."""
    if len(verdict.judged) > SHORT:
        left = Counter(one.reason for one in verdict.judged if not _matters(one))
        kinds = ", ".join(f"{count} {reason}" for reason, count in left.items())
        yield f"Not listed: {counted(left.total())} ({kinds}). The JSON holds all."


def _matters(judged: Judged) -> bool:
    """Whether it failed, or would have without allowance or correction."""
    if judged.state == "failed" or judged.compared is None or judged.reason == "worse, but allowed":
        return True
    change = judged.compared.difference
    apart = change.low is not None and change.high is not None and (change.low > 0 or change.high < 0)
    return apart and loss_of(judged.compared) > 0


def row(judged: Judged) -> list[str]:
    """The cells under HEADERS; a dash where there is nothing."""
    found, let = judged.compared, judged.threshold
    permitted = f"{allowed(let)} ({let.name})" if let.name else allowed(let)
    if found is None:
        return [judged.state, name_of(judged), "", "–", "–", "–", "–", permitted, judged.reason]
    change, arrow = found.difference, "" if found.higher_is_better else " ↓"
    return [
        judged.state, name_of(judged), found.metric + arrow, digits(found.old.value), digits(found.new.value),
        _signed(change.value), f"{_signed(change.low)} to {_signed(change.high)}", permitted, why(judged),
    ]  # fmt: skip


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{round(value, 3) + 0.0:+.3f}"


def why(judged: Judged) -> str:
    """The reason; where the data are too few, how many tracks there are and how many would be needed."""
    found = judged.compared
    if judged.reason != "not enough data" or found is None or found.tracks_needed is None:
        return judged.reason
    return f"needs {found.tracks_needed:,} tracks, has {found.tracks:,}"


def culprits(verdict: Verdict, *, comparisons: int = NAMED, each: int = EACH, paths: bool = True) -> list[str]:
    """Who is to blame, of so many comparisons that failed, so many classes and so many tracks of each."""
    told = [(reading_of(one), _class_line(one)) for one in verdict.classes]
    heard = [(reading_of(one), _track_line(one, one.path if paths else "")) for one in verdict.tracks]
    readings = [reading_of(one) for one in verdict.judged if one.reason == "worse"][:comparisons]
    return [line for one in readings for lines in (told, heard) for line in [t for r, t in lines if r == one][:each]]


def _class_line(change: ClassChange) -> str:
    scores = f"{change.measure} {digits(change.old)} → {digits(change.new)}"
    return f"{spelled(reading_of(change))}, {change.name}: {scores} ({change.tracks} tracks)"


def _track_line(change: TrackChange, path: str) -> str:
    said_of_it = f"{change.old} → {change.new}, true is {change.reference}"
    return f"{spelled(reading_of(change))}, {change.track}: {said_of_it}{f' · {path}' if path else ''}"


def footnotes(verdict: Verdict) -> Iterator[str]:
    """What the interval means, every reservation, and where the thresholds came from."""
    yield ALONE
    yield from verdict.notes
    by_source: dict[str, list[str]] = {}
    for name, source in verdict.settings.items():
        by_source.setdefault(source, []).append(name)
    yield from (f"Settings from {source}: {', '.join(names)}." for source, names in by_source.items())
    if not any(one.threshold.name for one in verdict.judged):
        yield "Nothing is allowed: whatever is clearly worse fails."
