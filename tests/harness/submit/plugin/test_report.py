"""A report in which nothing that a stranger wrote is more than text."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import SubmissionError
from earmark.submit.plugin.record import CheckFinding, File, Glance, PluginReport, ReviewedModel
from earmark.submit.plugin.report import code, to_markdown, told, write_report

EVIL = "`<script>alert(1)</script>` @everyone [x](javascript:1) | **b** \x1b[31m\n# Accepted"


@pytest.fixture
def report(tmp_path: Path) -> PluginReport:
    finding = CheckFinding(check=EVIL, theme=EVIL, outcome="error", sentence="", measured=EVIL, remedy=EVIL)
    model = ReviewedModel(
        name=EVIL, version=EVIL, sample_rate=1, dim=1, window_s=None, license=EVIL, source=EVIL,
        training_data=(EVIL,), overlap=("etudes",), summary=EVIL, findings=(finding,), keeps=False,
    )  # fmt: skip
    return PluginReport(
        name="p", version="1", kind="wheel", keeps=False, verdict=EVIL, summary=EVIL, license=EVIL, source=EVIL,
        files=(File(path=EVIL, bytes=1),), glances=(Glance(path=EVIL, line=1, what=EVIL, why=EVIL),), models=(model,),
        problems=(EVIL,), network_cut=False, fresh=False, earmark="0", python="3", out=tmp_path / "r.md",
    )  # fmt: skip


def outside_code(text: str) -> str:
    """What a reader of Markdown takes for more than code: a span ends at a run of as many backticks."""
    left, place = [], 0
    while place < len(text):
        run = len(text[place:]) - len(text[place:].lstrip("`"))
        if not run:
            left.append(text[place])
            place += 1
            continue
        end = place + run
        while (found := text.find("`" * run, end)) >= 0:
            whole = len(text[found:]) - len(text[found:].lstrip("`"))
            if whole == run:
                break
            end = found + whole
        place = found + run if found >= 0 else place + run
    return "".join(left)


def test_a_strangers_text_stays_in_code(report: PluginReport) -> None:
    left = outside_code(to_markdown(report))
    for sign in ("<script>", "@everyone", "javascript", "\x1b", "# Accepted"):
        assert sign not in left


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_text_leaves_its_span(text: str) -> None:
    span = code(text)
    assert "\n" not in span
    assert "|" not in span
    assert outside_code(span) in ("", "–")


def test_a_row_of_the_table_stays_one(report: PluginReport) -> None:
    (row,) = [line for line in to_markdown(report).splitlines() if line.startswith("| ") and "**error**" in line]
    assert row.count("|") == 6


def test_a_terminal_gets_no_control_characters(report: PluginReport) -> None:
    assert "\x1b" not in told(report)
    assert "The network could not be cut" in told(report)


def test_overlap_and_the_lack_of_a_sandbox_are_said(report: PluginReport) -> None:
    text = to_markdown(report)
    assert "of which benchmarks ask: etudes" in text
    assert "This review is no sandbox" in text
    assert "**the network could not be cut here**" in text


def test_the_json_says_the_same_and_no_path(report: PluginReport) -> None:
    write_report(report)
    found = json.loads(report.out.with_suffix(".json").read_text())
    assert found["models"][0]["name"] == EVIL
    assert str(report.out.parent) not in json.dumps(found)


def test_a_report_that_cannot_be_written_is_said(report: PluginReport, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SubmissionError, match="cannot be written"):
        write_report(report.model_copy(update={"out": tmp_path / "file" / "r.md"}))
