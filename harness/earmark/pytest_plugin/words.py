"""What the plugin tells a release engineer, in sentences."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from earmark.check import ERROR, NOTE, PASSED, SKIPPED, WARNING, Finding
from earmark.model import ModelInfo

if TYPE_CHECKING:
    from earmark.pytest_plugin.facts import Facts
    from earmark.pytest_plugin.speed import Timed

ORDER = (ERROR, WARNING, NOTE)
DECIDES = ("system", "cores", "device", "python", "torch")
"""Of an environment, what a time or a peak depends on most."""


def megabytes(count: float) -> str:
    """Bytes as a person reads them: ``1,234 MB``."""
    return f"{count / 1e6:,.0f} MB"


def checked(info: ModelInfo, findings: Sequence[Finding]) -> str:
    """One line: how many checks passed, and which did not."""
    counts = Counter(finding.outcome for finding in findings)
    counted = ", ".join(f"{counts[o]} {o}" for o in (PASSED, *ORDER, SKIPPED) if counts[o])
    return f"check: {info.name} {info.version}: {counted}"


def broken(info: ModelInfo, findings: Sequence[Finding]) -> str:
    """Every finding that is not as it should be, errors first, each with its remedy."""
    found = [f for outcome in ORDER for f in findings if f.outcome == outcome]
    lines = [f"{info.name} {info.version} breaks its contract (bench check):"]
    for finding in found:
        measured = f": {finding.measured}" if finding.measured else ""
        lines.append(f"  {finding.outcome}: {finding.check}: it does not hold that {finding.sentence}{measured}")
        lines.append(f"    → {finding.remedy}")
    return "\n".join(lines)


def timed(facts: "Facts", timed: "Timed") -> str:
    """The speed, and what the baseline's result says of its own, which is never judged."""
    line = (
        f"speed: {timed.audio_s_per_s:,.0f} s of audio a second on {facts.device}, one process, "
        f"median of {timed.rounds} rounds of {timed.extra['audio_s']:g} s"
    )
    old = facts.baseline
    if old is None or old.cost.audio_s_per_s is None:
        return line
    told = (
        f"  the baseline's run took {old.cost.audio_s_per_s:,.0f} s of audio a second, of other recordings, over all "
        "its processes: not judged"
    )
    return "\n".join([line, told, *another_place(old.environment, facts.environment)])


def weighed(facts: "Facts", added: int, audio_s: float) -> str:
    """What the model adds to a process."""
    return (
        f"memory: {megabytes(added)} beyond a fresh process, to open {facts.info.name} and embed {audio_s:g} s of audio"
    )


def another_place(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """A line where two environments differ in what decides a time; none where they do not."""
    apart = [f"{what} {old[what]} → {new[what]}" for what in DECIDES if what in old and old[what] != new.get(what)]
    return [f"  measured elsewhere, so compare with care: {', '.join(apart)}"] if apart else []
