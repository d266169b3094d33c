"""The summary for a pull request: a plain word first, every row whole, and nothing of others taken for markup."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.compare import ClassChange, TrackChange
from earmark.gate import Terms, gate
from earmark.gate.escape import code, literal, one_line
from earmark.gate.markdown import refused_markdown, to_markdown
from earmark.gate.table import HEADERS, to_text
from earmark.result import Difference

NASTY = (
    "a|b`c`<img src=x onerror=alert(1)>*x*_y_[l](http://e.x)\\|~~s~~$m$ @team #12 www.e.x\n\n# h\n| - |\x1b[31m\u202e"
)
MARKUP = re.compile(r"[|`*_\[\]\\~$@#]|<(?!/?(?:code|span)>)|://|www\.")
COMMENT = 65_536
"""Characters that a comment on GitHub may have."""


@pytest.fixture
def verdict(make_result, make_right):
    old = make_result({"tempo": make_right(90), "key": make_right(80)})
    new = make_result({"tempo": make_right(60), "key": make_right(80)}, version=NASTY)
    return gate(new, old, Terms(allowances={"all": -0.005}, sources={"allow all": NASTY}), resamples=500)


def rows_of(markdown: str) -> list[list[str]]:
    return [line.strip("| ").split(" | ") for line in markdown.splitlines() if line.startswith("|")]


def test_the_first_line_is_the_verdict_in_a_word(verdict):
    first, _, second, *_ = to_markdown(verdict).splitlines()
    assert first == "### earmark gate: FAILED"
    assert second.startswith("❌ **FAILED**: <code>tempo</code> worse by 0.300 [")


def test_what_passes_says_so(make_result, make_right):
    result = make_result({"tempo": make_right(90)})
    text = to_markdown(gate(result, result, resamples=500))
    assert text.startswith("### earmark gate: PASSED\n\n✅ **PASSED**: nothing is clearly worse")


def test_the_table_is_whole(verdict):
    rows = rows_of(to_markdown(verdict))
    assert [len(row) for row in rows] == [len(HEADERS)] * 4
    assert rows[2][:2] == ["**failed**", "<code>tempo</code>"]


@pytest.mark.parametrize("quote", [literal, code])
def test_nothing_of_a_name_is_markup(quote):
    quoted = quote(NASTY)
    assert not MARKUP.search(re.sub(r"&#\d+;", "", quoted))
    assert "\n" not in quoted
    assert quote is code or "<span>&#64;</span>team <span>&#35;</span>12" in quoted


def test_a_reader_sees_the_name_as_it_is():
    shown = html.unescape(re.sub(r"</?(code|span)>", "", code(NASTY)))
    assert shown == one_line(NASTY)
    assert one_line("a\n\n b\x1b\u202ec") == r"a b\x1b\x202ec"


def test_a_nasty_version_stays_in_its_line(verdict):
    text = to_markdown(verdict)
    assert text.count("<img") == text.count("@team") == text.count("\x1b") == 0
    assert len([line for line in text.splitlines() if line.startswith("#")]) == 1


def test_who_is_to_blame_is_folded_away(verdict):
    change = Difference(value=-0.3, low=None, high=None, p=None)
    blamed = verdict.model_copy(update={
        "classes": (ClassChange(task="tempo", probe="linear", name="<b>", measure="recall", tracks=9, old=0.9, new=0.6,
                                difference=change),),
        "tracks": (TrackChange(task="tempo", probe="linear", track="t|1", path="a/b.wav", reference="x", old="x",
                               new="y", loss=1.0),),
    })  # fmt: skip
    text = to_markdown(blamed)
    assert "<details><summary>Who is to blame: the classes and the tracks that lost most</summary>" in text
    assert "- tempo, &#60;b&#62;: recall 0.900 → 0.600 (9 tracks)" in text
    assert "- tempo, t&#124;1: x → y, true is x\n" in text  # where it lies says nothing on another machine
    assert "tempo, t|1: x → y, true is x · a/b.wav" in to_text(blamed)
    assert text.count("<details>") == text.count("</details>") == 2


def test_a_gate_of_a_thousand_comparisons_fits_in_a_comment(make_result):
    counts = {f"task-{i}@mp3:{j}": [True] * 8 for i in range(10) for j in range(100)}
    old, new = make_result(counts), make_result({"other": [True] * 8}, version=NASTY * 100)
    verdict = gate(new, old)
    assert len(to_markdown(verdict)) < COMMENT
    assert "Not listed: 890 comparisons more, which the JSON holds." in to_markdown(verdict)


def test_a_long_table_lists_what_matters_and_counts_the_rest(make_result, make_right):
    counts = {"tempo": make_right(90)} | {f"tempo@mp3:{i}": make_right(90) for i in range(30)}
    old, new = make_result(counts), make_result({**counts, "tempo@mp3:7": make_right(40)}, version="2")
    text = to_text(gate(new, old, resamples=500))
    assert len([line for line in text.splitlines() if re.match("(failed|passed) ", line)]) == 1
    assert "Not listed: 30 comparisons (30 no difference shown). The JSON holds all." in text


def test_the_terminal_says_the_verdict_first_and_who_set_what(verdict):
    first, *others = to_text(verdict).splitlines()
    assert first.startswith("FAILED: tempo worse by 0.300 [")
    assert any("0.005 (all)" in line for line in others)
    assert others[-1].startswith("Settings from ")


def test_a_refusal_is_escaped_too():
    text = refused_markdown("OLD is on <b> 1.")
    assert text.startswith("### earmark gate: FAILED")
    assert "&#60;b&#62;" in text


@settings(deadline=None)  # a loaded machine is no failure
@given(st.text())
def test_whatever_a_name_holds_it_stays_in_its_cell(name):
    for quoted in (literal(name), code(name)):
        assert not MARKUP.search(re.sub(r"&#\d+;", "", quoted))
        assert quoted.isprintable()


@settings(deadline=None)  # a loaded machine is no failure
@given(st.text(alphabet=st.sampled_from("a |`*_~[]()<>&;#@!\\\n-=.:/wx1$")))
def test_a_reader_of_markdown_shows_the_name_and_nothing_else(name):
    reader = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    shown = reader.render(f"| a | b |\n| - | - |\n| {code(name)} | x{literal(name)} |\n")
    cells = re.findall(r"<td>(.*)</td>", shown)
    inside = [re.sub("</?(?:code|span)>", "", cell) for cell in cells]
    assert [html.unescape(cell) for cell in inside] == [one_line(name), f"x{one_line(name)}"]
    assert not any("<" in cell for cell in inside)
