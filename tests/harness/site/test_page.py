"""The page as a file: what is in it, and what cannot be."""

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest

from earmark.errors import ResultError
from earmark.result.score import Named
from earmark.site import page_of
from earmark.site.page import inert_json, template

from .conftest import make_section

WEB = re.compile(
    r"(?:src|href)=[\"']?(?:https?:)?//|@import|url\(|fetch\(|XMLHttpRequest|WebSocket|innerHTML|outerHTML|eval\(|document\.write"
)


def data_in(page: str) -> list[dict]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_same_board_gives_the_same_page_byte_for_byte() -> None:
    assert page_of([make_section()]) == page_of([make_section()])


def test_the_page_loads_nothing_and_makes_no_markup_from_text() -> None:
    page = page_of([make_section()])
    assert WEB.search(page.replace("http://www.w3.org/2000/svg", "")) is None
    assert page.count("<script") == 2


def test_the_policy_names_the_very_script_and_style_of_the_page() -> None:
    page = page_of([make_section()])
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    script, style = (
        re.search(r"<script>(.*?)</script>", page, re.DOTALL),
        re.search(r"<style>(.*?)</style>", page, re.DOTALL),
    )
    assert policy
    assert script
    assert style
    for kind, text in (("script", script[1]), ("style", style[1])):
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{kind}-src &#39;sha256-{digest}&#39;" in policy[1].replace("&#43;", "+")
    assert "default-src &#39;none&#39;" in policy[1]


def test_data_that_ends_a_script_ends_nothing() -> None:
    hostile = {"</script>": "<!-- <script> & \u2028 \ud800"}
    text = inert_json(hostile)
    assert not set(text) & set("<>&")
    assert text.isascii()
    assert json.loads(text) == hostile


def test_a_hostile_name_is_in_the_page_only_as_text() -> None:
    def change(i: int, row: dict) -> None:
        row.update(model=Named(name=f"<script>alert({i})</script>", version='"><img src=x onerror=alert(1)>'))

    page = page_of([make_section(change=change)])
    assert "<script>alert" not in page
    assert "<img" not in page
    assert data_in(page)[0]["rows"][0]["name"].startswith("<script>alert(")


def test_the_data_are_those_of_the_board_in_three_decimals() -> None:
    section = make_section()
    rows = data_in(page_of([section]))[0]["rows"]
    for row, shown in zip(section.board.rows, rows, strict=True):
        assert shown["name"] == row.model.name
        for name, cell in zip(row.tasks, shown["tasks"], strict=True):
            assert cell[:1] == [round(row.tasks[name].value or 0, 3)]


def test_nothing_filed_is_no_page() -> None:
    with pytest.raises(ResultError, match="no section"):
        page_of([])


def luminance(colour: str) -> float:
    """Of #rrggbb, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1, 2])
def test_bars_and_curves_stand_out_from_their_ground(theme: int) -> None:
    block = template("theme.css").split("--page")[1 + theme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    for name in ("range", "dot", "chance", "focus", "accent", "strong-line", *(f"s{i}" for i in range(8))):
        high, low = sorted((luminance(colours[name]), luminance(colours["surface"])), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, name  # WCAG 2.2, 1.4.11: what is drawn and means something
