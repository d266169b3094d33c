"""Robustness, cost, models and comparison in a real browser."""

from typing import Any

from .conftest import Opener, make_section


def cells(page: Any, table: str) -> list[list[str]]:
    return page.eval_on_selector_all(
        f"{table} tbody tr", "all => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim()))"
    )


def test_two_chosen_models_stand_beside_each_other(opened: Opener) -> None:
    section = make_section()
    page = opened(section, at="#view=compare")
    page.select_option("[data-state=a]", "model1@1")
    page.select_option("[data-state=b]", "model2@1")
    rows = {row.model.name: row for row in section.board.rows}
    difference = (rows["model2"].tasks["key"].value or 0) - (rows["model1"].tasks["key"].value or 0)
    key = next(row for row in cells(page, ".versus") if row[0].startswith("key"))
    assert float(key[3].replace("−", "-")) == round(difference, 3)
    assert page.evaluate("location.hash") == "#view=compare&a=model1%401&b=model2%401"


def test_swapping_turns_differences_and_verdicts_round(opened: Opener) -> None:
    page = opened(make_section(), at="#view=compare&a=model1%401&b=model2%401")
    before = cells(page, ".versus")[1:]
    page.click("text=Swap")
    after = cells(page, ".versus")[1:]
    opposite = {"▲ better": "▼ worse", "▼ worse": "▲ better", "= no difference shown": "= no difference shown"}
    assert [row[5] for row in after] == [opposite[row[5]] for row in before]
    assert [row[3].translate(str.maketrans("+−", "−+")) for row in after] == [row[3] for row in before]


def test_models_that_were_not_compared_are_shown_with_their_intervals(opened: Opener) -> None:
    page = opened(make_section(pairs=False), at="#view=compare")
    assert "bench compare" in page.inner_text("#panel-compare")
    assert len(cells(page, ".versus")[0]) == 3


def test_a_model_has_every_score_class_and_what_breaks_first(opened: Opener) -> None:
    section = make_section()
    page = opened(section)
    page.click("#scores th a:has-text('model3')")
    text = page.inner_text("#panel-model")
    assert page.inner_text("#model-name").startswith("model3")
    for said in (
        "falls to chance at mp3 30 kbit/s",
        "macro-f1",
        "swing",
        "recall",
        "16000 Hz",
        "results/model3/1/toys.json",
    ):
        assert said in text
    assert page.evaluate("document.activeElement.id") == "model-name"


def test_curves_tell_how_much_is_left_at_each_level(opened: Opener) -> None:
    page = opened(make_section(), at="#view=robust&perturbation=mp3&task=key")
    words = page.text_content("#panel-robust svg desc")
    assert "10 kbit/s 67 %, 20 kbit/s 33 %, 30 kbit/s 0 %" in words


def test_every_curve_has_its_numbers_behind_it(opened: Opener) -> None:
    page = opened(make_section(), at="#view=robust&perturbation=mp3")
    assert page.locator("#panel-robust figure").count() == 4
    assert page.locator("#panel-robust figure details table").count() == 4


def test_named_levels_are_not_joined_by_a_line(opened: Opener) -> None:
    page = opened(make_section(), at="#view=robust&perturbation=compander")
    assert page.locator("#panel-robust figure polyline.stroke").count() == 0
    assert page.locator("#panel-robust figure path.mark").count() > 0


def test_the_models_that_are_drawn_can_be_chosen(opened: Opener) -> None:
    page = opened(make_section(models=6), at="#view=robust&perturbation=mp3")
    page.click("text=Models drawn")
    boxes = page.locator("[data-model]")
    for i in range(1, boxes.count()):
        boxes.nth(i).uncheck()
    assert page.locator("ul.looks li").count() == 1
    page.reload()
    assert page.locator("ul.looks li").count() == 1


def test_the_front_holds_whom_none_beats_in_both(opened: Opener) -> None:
    section = make_section(models=9)
    page = opened(section, at="#view=cost&cost=dim")
    rows = [row for row in section.board.rows if row.kind != "chance"]
    points = {row.model.name: (row.dim or 0, -round(row.overall.value or 0, 3)) for row in rows}
    front = {
        name for name, mine in points.items()
        if not any(other != mine and other[0] <= mine[0] and other[1] <= mine[1] for other in points.values())
    }  # fmt: skip
    page.click("text=The numbers")
    assert {row[0].split()[0] for row in cells(page, "#panel-cost") if row[4] == "yes"} == front
    assert page.locator(".point.front").count() == len(front)


def test_models_of_unknown_cost_are_counted_not_drawn(opened: Opener) -> None:
    page = opened(make_section(), at="#view=cost&cost=speed")
    assert page.locator("svg .point").count() == 3
    assert "1 model without speed" in page.inner_text("#panel-cost")


def test_a_board_without_robustness_says_how_to_make_it(opened: Opener) -> None:
    page = opened(make_section(robust=False), at="#view=robust")
    assert "bench robust" in page.inner_text("#panel-robust")
    page.goto(page.url.split("#")[0] + "#view=model")
    assert "No robustness result" in page.inner_text("#panel-model")
