"""Every format says the same, and a stranger's words do nothing in any of them."""

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from earmark.errors import EarmarkError, UnknownName
from earmark.leaderboard import FORMATS, Board, Cell, Column, Rank, Row, format_for, render
from earmark.leaderboard.screen import WIDTH
from earmark.result import Named

EVIL = "<script>alert(1)</script>|`x`\n# **b** $x$ [l](http://e.org) & 50 % a_b {c} ~^\\ \x1b[31m\u202e"


def cell(value: float | None, best: int = 1, worst: int = 2) -> Cell:
    if value is None:
        return Cell(value=None)
    return Cell(value=value, low=value - 0.05, high=value + 0.05, rank=Rank(best=best, worst=worst))


def model(name: str, version: str, overall: float | None, **more: object) -> Row:
    cells = {
        "families": {"genre": cell(overall), "mood": cell(0.02)},
        "tasks": {"genre": cell(overall), "mood": cell(0.02)},
    }
    return Row.model_validate(
        {"kind": "model", "model": Named(name=name, version=version), "overall": cell(overall), **cells} | more
    )


def a_board(*rows: Row, name: str = "small") -> Board:
    """Some rows and chance."""
    columns = tuple(Column(name=one, family=one, metric="accuracy", tasks=(one,)) for one in ("genre", "mood"))
    flat = {"genre": Cell(value=0.1), "mood": Cell(value=-0.00001)}
    chance = Row(
        kind="chance", model=Named(name="chance", version=""), overall=Cell(value=0.0), families=flat, tasks=flat
    )
    return Board(
        benchmark=Named(name=name, version="1"), resamples=100, tests={"genre": 9, "mood": 9}, families=columns,
        tasks=columns, rows=(*rows, chance),
    )  # fmt: skip


class Page(HTMLParser):
    """Collects the tags and the words of each cell."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += f"{data.strip()} "


HARMLESS = {"section", "h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "br", "sub", "small", "ul", "li", "p"}


def as_page(board: Board, form: str) -> Page:
    text = render([board], form)
    return Page(MarkdownIt("commonmark", {"html": True}).enable("table").render(text) if form == "md" else text)


@pytest.mark.parametrize("form", ["md", "html"])
def test_no_name_becomes_markup(form: str) -> None:
    board = a_board(model(EVIL, EVIL, 0.5, license=EVIL, breaks_first=EVIL, overlap=(EVIL,), machine=EVIL), name=EVIL)
    page = as_page(board, form)
    assert set(page.tags) <= HARMLESS
    assert {len(row) for row in page.rows} == {9}
    assert "<script>alert(1)</script>|`x` # **b** $x$ [l](http://e.org) & 50 % a_b {c} ~^\\" in page.rows[1][1]


@pytest.mark.parametrize("form", ["md", "html"])
@given(name=st.text(max_size=40))
@example(name="  ")
def test_no_text_at_all_becomes_markup(form: str, name: str) -> None:
    page = as_page(a_board(model(name, name, 0.5, breaks_first=name)), form)
    assert set(page.tags) <= HARMLESS
    assert [len(row) for row in page.rows] == [9, 9, 9]


@given(name=st.text(max_size=40))
def test_no_text_at_all_breaks_a_spreadsheet(name: str) -> None:
    rows = list(csv.reader(io.StringIO(render([a_board(model(name, name, 0.5))], "csv"))))
    assert len({len(row) for row in rows}) == 1
    assert not rows[1][2].lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_row_says_rank_score_interval_and_rank_of_each_family(form: str) -> None:
    page = as_page(a_board(model("one", "1.10", 0.5, overlap=("toy",))), form)
    words = [" ".join(text.split()) for text in page.rows[1]]
    assert words[:5] == [
        "1–2", "one † 1.10", "0.500 0.450 – 0.550", "0.500 0.450 – 0.550 rank 1–2", "0.020 −0.030 – 0.070 rank 1–2",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["text", "md", "html", "latex", "csv"])
def test_a_version_stays_as_it_is_written(form: str) -> None:
    assert "1.10" in render([a_board(model("one", "1.10", 0.5))], form)


@pytest.mark.parametrize("form", ["text", "md", "html", "latex"])
def test_no_zero_has_a_sign(form: str) -> None:
    text = render([a_board(model("one", "1", 0.5))], form)
    assert "−0.000" not in text
    assert "-0.000" not in text


@pytest.mark.parametrize("form", ["text", "md", "latex", "csv"])
def test_no_control_character_reaches_the_reader(form: str) -> None:
    text = render([a_board(model(EVIL, "1", 0.5, license=EVIL))], form)
    assert all(c.isprintable() or c == "\n" for c in text)


def test_latex_says_what_was_written() -> None:
    text = render([a_board(model(r"a_b%c$d#e{f}~g^h\i&*[", "1", 0.5))], "latex")
    said = r"a\_b\%c\$d\#e\{f\}\textasciitilde{}g\textasciicircum{}h\textbackslash{}i\&{*}{[} 1"
    assert said in text
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 2


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1"])
def test_no_name_is_a_formula_in_a_spreadsheet(name: str) -> None:
    (row, _) = csv.DictReader(io.StringIO(render([a_board(model(name, "1", -0.25))], "csv")))
    assert row["model"].startswith("'")
    assert float(row["above chance"]) == -0.25


def test_csv_has_the_numbers_of_the_board() -> None:
    (row, chance) = csv.DictReader(io.StringIO(render([a_board(model('a,"b', "1", 0.5, parameters=7))], "csv")))
    assert (row["model"], row["genre"], row["genre low"], row["genre worst rank"]) == ('a,"b', "0.5", "0.45", "2")
    assert (row["parameters"], row["dim"], chance["above chance"], chance["genre low"]) == ("7", "", "0.0", "")


def test_json_is_the_board() -> None:
    board = a_board(model(EVIL, "1", 0.5))
    assert Board.model_validate_json(render([board], "json")) == board
    assert len(json.loads(render([board, board], "json"))) == 2


def test_csv_holds_one_table() -> None:
    with pytest.raises(EarmarkError, match="results on a, b: choose one"):
        render([a_board(name="a"), a_board(name="b")], "csv")


def test_several_boards_follow_each_other() -> None:
    text = render([a_board(name="a"), a_board(name="b")], "md")
    assert [line for line in text.split("\n") if line.startswith("#")] == ["## a 1", "## b 1"]


def wide(columns: int) -> Board:
    names = [f"a-task-{i}" for i in range(columns)]
    cells = {name: cell(0.123) for name in names}
    name, version = "a-model-with-a-very-long-name-and-more?option=value", "20c96a654301ffff00001"
    row = Row(
        kind="model", model=Named(name=name, version=version), overall=cell(0.3), families={"f": cell(0.1)},
        tasks=cells, license="a licence of many words that goes on and on", parameters=10**9, dim=10**5,
        audio_s_per_s=12345.6, machine="cuda, 128 cores",
    )  # fmt: skip
    tasks = tuple(Column(name=name, family="f", metric="accuracy", tasks=(name,)) for name in names)
    family = Column(name="f", family="f", metric="accuracy", tasks=tuple(names))
    return Board(
        benchmark=Named(name="b", version="1"), resamples=9, tests={}, families=(family,), tasks=tasks, rows=(row,)
    )


def test_text_fits_a_terminal_and_leaves_nothing_out() -> None:
    text = render([wide(30)], "text", by="tasks")
    assert max(map(len, text.split("\n"))) <= WIDTH
    assert text.count("0.123") == 30
    assert "value" in text


def test_numbers_above_ten_keep_their_zeros() -> None:
    assert "20.050–20.150" in render([a_board(model("one", "1", 20.1))], "text")


def test_one_family_is_sorted_by_its_mean_and_shows_its_tasks() -> None:
    worse, better = model("a", "1", 0.9), model("b", "1", 0.1, families={"genre": cell(0.1), "mood": cell(0.7)})
    better = better.model_copy(update={"tasks": better.families})
    (first, *_) = csv.DictReader(io.StringIO(render([a_board(worse, better)], "csv", family="mood")))
    assert (first["model"], "above chance" in first, "genre" in first) == ("b", False, False)


def test_who_has_no_score_stands_below_the_others() -> None:
    board = a_board(model("none", "1", None), model("low", "1", -0.5))
    rows = csv.DictReader(io.StringIO(render([board], "csv")))
    assert [row["model"] for row in rows] == ["low", "none", "chance"]


@pytest.mark.parametrize(
    ("form", "by", "family", "words"),
    [
        ("markdown", "families", None, "No format is called 'markdown'"),
        ("md", "task", None, "Did you mean 'tasks'"),
        ("md", "families", "moods", "No family on this board is called 'moods'. Did you mean 'mood'"),
    ],
)
def test_other_words_get_a_hint(form: str, by: str, family: str | None, words: str) -> None:
    with pytest.raises(UnknownName, match=words):
        render([a_board()], form, by=by, family=family)


def test_the_ending_of_a_file_chooses_the_format() -> None:
    endings = {"a.md": "md", "a.HTML": "html", "a.tex": "latex", "a.csv": "csv", "a.json": "json", "a.txt": "text"}
    assert {name: format_for(Path(name), None) for name in endings} == endings
    assert format_for(Path("a.md"), "csv") == "csv"
    assert format_for(None, None) == "text"
    with pytest.raises(UnknownName, match=r"'\.xyz'"):
        format_for(Path("a.xyz"), None)
    assert set(endings.values()) == set(FORMATS)
