"""The verdict as JUnit XML, which continuous integration shows as a list of tests.

A suite a benchmark, a case a comparison: valid by the schema of Jenkins' xUnit plugin (junit-10.xsd) and by that of
Ant (github.com/windyroad/JUnit-Schema), whose stricter demands it meets: no text of a case, no attribute of the root.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from earmark.gate.record import Judged, State, Verdict
from earmark.gate.table import heading, said, to_text
from earmark.gate.words import name_of

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a time that is not known."""
OUTCOMES: Mapping[State, str] = {"failed": "failure", "cannot tell": "skipped"}
"""By state, the element that a case holds; a case that passed holds none."""


def to_junit(verdict: Verdict) -> str:
    """XML text with its declaration."""
    suite = _suite(f"earmark.gate.{said(verdict.benchmark)}", verdict.created, _counts(verdict.judged))
    _properties(suite, _facts(verdict))
    for judged in verdict.judged:
        _case(suite, verdict, judged)
    return _written(suite, to_text(verdict))


def refused_junit(sentence: str) -> str:
    """The same where nothing could be compared: one case, failed, so that no reader takes silence for success."""
    suite = _suite("earmark.gate", EPOCH.isoformat(), {"tests": 1, "failures": 1, "errors": 0, "skipped": 0})
    _properties(suite, {})
    case = ET.SubElement(suite, "testcase", name="comparable", classname="earmark.gate", time="0.000")
    ET.SubElement(case, "failure", type="refused", message=plain(sentence)).text = plain(sentence)
    return _written(suite, sentence)


def plain(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return FORBIDDEN.sub("", text)


def _suite(name: str, created: str, counts: Mapping[str, int]) -> ET.Element:
    where = {"package": "earmark", "id": "0", "timestamp": _stamp(created), "hostname": "localhost", "time": "0.000"}
    numbers = {what: str(count) for what, count in counts.items()}
    return ET.Element("testsuite", {"name": plain(name), **where, **numbers})


def _stamp(created: str) -> str:
    """In UTC, without saying so: both schemas know no time zone. A result may hold any text as its time."""
    try:
        when = datetime.fromisoformat(created)
    except ValueError:
        when = EPOCH
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _counts(judged: Sequence[Judged]) -> dict[str, int]:
    states = [one.state for one in judged]
    failed, untold = states.count("failed"), states.count("cannot tell")
    return {"tests": len(states), "failures": failed, "errors": 0, "skipped": untold}


def _facts(verdict: Verdict) -> dict[str, str]:
    thresholds = {
        f"allowed {name_of(one)}": f"{one.threshold.allowed:g} ({one.threshold.source})" for one in verdict.judged
    }
    return {
        "verdict": verdict.sentence, "old": said(verdict.old), "new": said(verdict.new),
        "benchmark": said(verdict.benchmark), "level": f"{verdict.level:g}", "smallest": f"{verdict.smallest:g}",
        "resamples": str(verdict.resamples), "seed": str(verdict.seed), **thresholds,
    }  # fmt: skip


def _properties(suite: ET.Element, facts: Mapping[str, str]) -> None:
    held = ET.SubElement(suite, "properties")
    for name, value in facts.items():
        ET.SubElement(held, "property", name=plain(name), value=plain(value))


def _case(suite: ET.Element, verdict: Verdict, judged: Judged) -> None:
    where = f"earmark.gate.{verdict.benchmark.name}.{judged.family}"
    case = ET.SubElement(suite, "testcase", name=plain(name_of(judged)), classname=plain(where), time="0.000")
    if judged.state not in OUTCOMES:
        return
    about = plain(f"{name_of(judged)}: {judged.sentence}")
    found = ET.SubElement(case, OUTCOMES[judged.state], type=judged.reason, message=about)
    found.text = plain(f"{heading(verdict)}\n{name_of(judged)}: {judged.sentence}")


def _written(suite: ET.Element, output: str) -> str:
    ET.SubElement(suite, "system-out").text = plain(output)
    ET.SubElement(suite, "system-err")
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
