"""Whether the page can be used by keyboard, by ear, in both themes, on paper and on a small screen."""

from pathlib import Path
from typing import Any

import pytest

from .conftest import Opener, make_section

VIEWS = ("scores", "robust", "cost", "model", "compare")
AA = 4.5
"""WCAG 2.2, 1.4.3: text of any size keeps at least this contrast."""

HERE = Path(__file__).parent
CONTRAST, UNNAMED = ((HERE / name).read_text() for name in ("contrast.js", "unnamed.js"))
OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return [style.outlineStyle, parseFloat(style.outlineWidth)];
}"""


def turn(page: Any, view: str) -> None:
    """Show another view of the same page."""
    page.goto(f"{page.url.split('#')[0]}#view={view}")


def focused(page: Any) -> str:
    return page.evaluate("document.activeElement.dataset.value ?? document.activeElement.id")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast_in_every_view(opened: Opener, scheme: str) -> None:
    page = opened(make_section(), color_scheme=scheme)
    for view in (*VIEWS, "robust&perturbation=mp3"):
        turn(page, view)
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        found = page.evaluate(CONTRAST)
        assert len(found) > 20
        assert [(view, round(ratio, 2), where) for ratio, where in found if ratio < AA] == []


def test_every_control_chart_and_table_has_a_name(opened: Opener) -> None:
    page = opened(make_section())
    for view in VIEWS:
        turn(page, view)
        assert page.evaluate(UNNAMED) == []


def test_every_table_cell_has_its_headings(opened: Opener) -> None:
    page = opened(make_section())
    for view in VIEWS:
        turn(page, view)
        assert page.locator("table th:not([scope])").count() == 0
        widths = "all => all.map((table) => new Set([...table.rows].map((row) => row.cells.length)).size)"
        assert set(page.eval_on_selector_all("#main table", widths)) <= {1}


def test_ids_are_unique_and_those_referred_to_are_there(opened: Opener) -> None:
    page = opened(make_section())
    for view in VIEWS:  # all views, for their tabs refer to panels that are filled when first shown
        turn(page, view)
    ids = page.eval_on_selector_all("[id]", "all => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))
    for name in ("aria-controls", "aria-labelledby"):
        said = page.eval_on_selector_all(
            f"[{name}]", f"all => all.flatMap((one) => one.getAttribute('{name}').split(' '))"
        )
        assert set(said) <= set(ids)


def test_arrow_keys_move_between_tabs_and_show_them(opened: Opener) -> None:
    page = opened(make_section())
    page.focus("#views [aria-selected=true]")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "robust"
    assert page.is_visible("#panel-robust")
    page.keyboard.press("End")
    assert page.is_visible("#panel-compare")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "scores"
    assert page.is_hidden("#panel-compare")


def test_family_tabs_move_by_arrows_too(opened: Opener) -> None:
    page = opened(make_section())
    page.focus("#families [aria-selected=true]")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert page.get_attribute("#families [aria-selected=true]", "data-value") == "mood"
    assert page.locator("#scores thead button").count() == 3


def test_a_tablist_is_one_stop_and_names_what_it_shows(opened: Opener) -> None:
    page = opened(make_section())
    assert page.eval_on_selector_all("#views [role=tab]", "all => all.map((one) => one.tabIndex)") == [
        0,
        -1,
        -1,
        -1,
        -1,
    ]
    assert page.eval_on_selector_all(
        "#views [role=tab]", "all => all.map((one) => one.getAttribute('aria-selected'))"
    ) == ["true", *["false"] * 4]


def test_sorting_by_keyboard_keeps_the_focus_on_the_heading(opened: Opener) -> None:
    page = opened(make_section())
    page.focus("th button:has-text('mood')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.column") == "family mood"
    assert page.locator("th[aria-sort]").count() == 1


def test_what_has_the_focus_is_outlined(opened: Opener) -> None:
    page = opened(make_section())
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate(OUTLINE)
        assert style[0] != "none"
        assert style[1] >= 2


def test_choosing_in_a_select_keeps_the_focus_there(opened: Opener) -> None:
    page = opened(make_section(), at="#view=cost")
    page.focus("[data-state=cost]")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.state") == "cost"
    assert "cost=dim" in page.evaluate("location.hash")


def test_the_theme_can_be_switched_by_hand(opened: Opener) -> None:
    page = opened(make_section(), color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).color")
    page.click("#theme")
    page.click("#theme")
    assert page.inner_text("#theme") == "Theme: dark"
    assert page.evaluate("getComputedStyle(document.body).color") != light
    page.reload()
    assert page.inner_text("#theme") == "Theme: dark"


def test_nothing_but_tables_is_wider_than_a_small_screen(opened: Opener) -> None:
    page = opened(make_section(), width=400)
    for view in VIEWS:
        turn(page, view)
        assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_nothing_moves_for_who_asks_for_that(opened: Opener) -> None:
    page = opened(make_section(), reduced_motion="reduce")
    moving = "all => all.filter((one) => getComputedStyle(one).transitionDuration !== '0s').length"
    assert page.eval_on_selector_all("*", moving) == 0


def test_on_paper_the_controls_are_gone_and_the_table_is_whole(opened: Opener) -> None:
    page = opened(make_section())
    page.emulate_media(media="print")
    assert page.is_hidden("#views")
    assert page.is_hidden("#filters")
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"


def test_without_scripts_there_is_still_a_table(opened: Opener) -> None:
    section = make_section()
    page = opened(section, java_script_enabled=False)
    assert page.is_visible("noscript table")
    assert page.inner_text("noscript tbody tr:first-child th").startswith(section.board.rows[0].model.name)
