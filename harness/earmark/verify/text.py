"""A verification as it is read."""

from collections import defaultdict
from collections.abc import Sequence

from earmark.result.printable import printable_lines
from earmark.result.table import SHORT, number
from earmark.verify.record import ReadingAgreement, Verification

HEADS = ("task", "probe", "agree", "of", "metric", "claimed", "came out")
UNDER_HEADS = ("condition", "agree", "of", "least")


def text_of(found: Verification) -> str:
    """What differs about model and data, the tables, the worst tracks, and last the verdict."""
    clean = [reading for reading in found.readings if not reading.condition]
    changed = [reading for reading in found.readings if reading.condition]
    parts = [
        f"{found.model.name} {found.model.version} on {found.benchmark.name} {found.benchmark.version}, "
        f"{found.tracks} of {found.of} test tracks, draw {found.draw}"
        + (", embedded anew" if found.fresh else ", from the store where it has them"),
        "\n".join(found.notes),
        _table([_row(reading) for reading in clean], HEADS, left=2),
        _table(_by_condition(changed), UNDER_HEADS, left=1) if changed else "",
        _worst(found),
        found.sentence,
    ]
    return printable_lines("\n\n".join(part for part in parts if part))


def _table(rows: Sequence[Sequence[str]], heads: Sequence[str], *, left: int) -> str:
    from tabulate import tabulate  # noqa: PLC0415 - kept out of listing commands

    align = ["left"] * left + ["right"] * (len(heads) - left)
    return str(tabulate(rows, headers=heads, tablefmt="simple", disable_numparse=True, colalign=align))


def _row(reading: ReadingAgreement) -> list[str]:
    return [
        reading.task, SHORT.get(reading.probe, reading.probe), str(reading.agree), str(reading.answers),
        reading.metric, number(reading.claimed), number(reading.found),
    ]  # fmt: skip


def _by_condition(readings: Sequence[ReadingAgreement]) -> list[list[str]]:
    """A line a condition over all tasks, and the task of it that agrees least."""
    found: dict[str, list[ReadingAgreement]] = defaultdict(list)
    for reading in readings:
        found[reading.condition].append(reading)
    return [_condition_row(name, some) for name, some in found.items()]


def _condition_row(name: str, readings: Sequence[ReadingAgreement]) -> list[str]:
    agree, answers = sum(r.agree for r in readings), sum(r.answers for r in readings)
    least = min(readings, key=lambda r: r.share)
    told = "–" if least.agree == least.answers else f"{least.task} {least.agree} of {least.answers}"
    return [name, str(agree), str(answers), told]


def _worst(found: Verification) -> str:
    if not found.worst:
        return ""
    lines = [f"  {t.track}: {t.answers - t.agree} of {t.answers} answers; {t.example}" for t in found.worst]
    return "\n".join(["Tracks that differ most:", *lines])
