"""The table of scores in a real browser: sorted, filtered, deep-linked."""

from typing import Any

import pytest

from .conftest import Opener, by_score, families_of, make_section


def names(page: Any) -> list[str]:
    """The models of the shown rows, from top to bottom."""
    return page.eval_on_selector_all(
        "#scores tbody th a bdi, #scores tr.chance th", "all => all.map(one => one.textContent)"
    )


def test_the_page_opens_from_disk_and_shows_the_board_in_its_order(opened: Opener) -> None:
    section = make_section()
    page = opened(section)
    assert names(page) == [row.model.name for row in section.board.rows]


def test_a_click_on_a_heading_sorts_by_that_column(opened: Opener) -> None:
    section = make_section()
    page = opened(section, at="#family=mood")
    page.click("th button:has-text('valence')")
    assert names(page) == by_score(section, "valence")


def test_a_second_click_turns_the_order_round(opened: Opener) -> None:
    section = make_section()
    page = opened(section, at="#family=mood")
    page.click("th button:has-text('valence')")
    page.click("th button:has-text('valence')")
    assert names(page) == by_score(section, "valence")[::-1]


def test_the_sorted_column_says_so_to_a_screen_reader(opened: Opener) -> None:
    page = opened(make_section(), at="#family=mood")
    page.click("th button:has-text('valence')")
    sorted_heads = page.eval_on_selector_all(
        "th[aria-sort]", "all => all.map((one) => [one.innerText, one.getAttribute('aria-sort')])"
    )
    assert [head[1] for head in sorted_heads] == ["descending"]
    assert "valence" in sorted_heads[0][0]


def test_cheap_models_come_first_in_a_cost_column(opened: Opener) -> None:
    page = opened(make_section())
    page.click("th button:has-text('Weights')")
    assert names(page) == ["model0", "model1", "model2", "model3", "chance"]


def test_a_model_without_a_number_sorts_last_either_way(opened: Opener) -> None:
    page = opened(make_section())
    page.click("th button:has-text('Speed')")
    assert names(page)[-2:] in (["model1", "chance"], ["chance", "model1"])
    page.click("th button:has-text('Speed')")
    assert names(page)[-2:] in (["model1", "chance"], ["chance", "model1"])


def test_the_filter_keeps_names_that_hold_its_words(opened: Opener) -> None:
    page = opened(make_section(models=12))
    page.fill("#find", "MODEL1")
    assert sorted(names(page)) == ["chance", "model1", "model10", "model11"]
    assert "3 of 12 models" in page.inner_text("[role=status]")


def test_models_trained_on_the_data_can_be_hidden(opened: Opener) -> None:
    page = opened(make_section())
    assert "trained on toys" in page.inner_text("tr:has-text('model2')")
    page.check("#unseen")
    assert "model2" not in names(page)


def test_models_can_be_chosen_by_licence(opened: Opener) -> None:
    page = opened(make_section())
    page.select_option("#license", "MIT")
    assert sorted(names(page)) == ["chance", "model1", "model3"]


def test_numbers_in_cells_are_those_of_the_board(opened: Opener) -> None:
    section = make_section()
    page = opened(section, at="#family=*")
    row = section.board.rows[1]
    shown = page.eval_on_selector_all("tr[data-row='1'] td .value", "all => all.map(one => Number(one.textContent))")
    assert shown == [round(cell.value or 0, 3) for cell in (row.overall, *row.tasks.values())]


def test_a_bar_spans_the_interval_on_the_scale_of_its_column(opened: Opener) -> None:
    page = opened(make_section(), at="#family=genre")
    spans = page.evaluate(
        """() => [...document.querySelectorAll('#scores tbody tr:not(.chance) td.score')].map((cell) => {
             const style = cell.querySelector('.bar').style;
             const number = (name) => Number(style.getPropertyValue(name));
             const left = (number('--low') * (100 - number('--wide'))) / 100; // as background-position places it
             return [Number(cell.querySelector('.value').textContent), left, number('--wide'), number('--chance-x')];
           })"""
    )
    values, widths, chances = [s[0] for s in spans], [s[2] for s in spans], [s[3] for s in spans]
    assert max(widths) - min(widths) < 0.01  # every interval is 0.1 wide
    assert len(set(chances)) == 1
    per_unit = widths[0] / 0.1
    for value, low, _, chance in spans:
        assert low == pytest.approx(
            chance + per_unit * (value - 0.05 - 0.1), abs=1.0
        )  # percent of the bar: rounding to 3 decimals
    assert values == sorted(values, reverse=True)


def test_a_link_shows_the_same_sort_tab_and_filter(opened: Opener) -> None:
    section = make_section()
    page = opened(section, at="#family=mood&sort=task+valence&turn=1&find=model")
    assert names(page) == by_score(section, "valence")[::-1]
    assert page.get_attribute("#families [aria-selected=true]", "data-value") == "mood"
    assert page.input_value("#find") == "model"


def test_what_is_chosen_goes_into_the_address(opened: Opener) -> None:
    page = opened(make_section())
    page.click("#families [data-value=mood]")
    page.click("th button:has-text('valence')")
    page.fill("#find", "model")
    assert page.evaluate("location.hash") == "#family=mood&sort=task+valence&find=model"


def test_the_back_button_turns_back_the_page(opened: Opener) -> None:
    page = opened(make_section())
    page.click("#views [data-value=cost]")
    page.go_back()
    assert page.is_visible("#panel-scores")
    assert page.is_hidden("#panel-cost")


def test_nonsense_in_the_address_shows_the_board(opened: Opener) -> None:
    section = make_section()
    page = opened(
        section, at="#view=constructor&family=none&sort=nothing&board=no&model=%3Cb%3E&__proto__=1&toString=2"
    )
    assert names(page) == [row.model.name for row in section.board.rows]


def test_two_benchmarks_can_be_chosen_between(opened: Opener) -> None:
    page = opened(make_section(), make_section(models=3, benchmark="others"))
    page.select_option("#benchmark", "others@1")
    assert page.inner_text("h1") == "others version 1"
    assert len(names(page)) == 4
    page.reload()
    assert page.inner_text("h1") == "others version 1"


def test_a_large_board_draws_some_rows_until_all_are_asked_for(opened: Opener) -> None:
    page = opened(make_section(models=150, families=families_of(24), robust=False, pairs=False))
    assert page.locator("#scores tbody tr").count() == 100
    page.click("text=Show all 150 models")
    assert page.locator("#scores tbody tr").count() == 151
    page.click("#families [data-value='*']")
    assert page.locator("#scores thead th").count() == 2 + 1 + 24
