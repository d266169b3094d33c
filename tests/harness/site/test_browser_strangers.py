"""What a stranger wrote into a result is shown as text, wherever it stands."""

from typing import Any

import pytest

from earmark.result.score import Named
from earmark.site import Section

from .conftest import Opener, make_section

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "\u202egnp.exe\u2028",
)
VIEWS = ("scores", "robust", "robust&perturbation=mp3", "cost", "compare")


def hostile(*attacks: str) -> Section:
    """A board on which each attack is all that one model says of itself."""

    def change(i: int, row: dict[str, Any]) -> None:
        attack = attacks[i]
        row.update(
            model=Named(name=attack, version=attack), license=attack, source=attack, machine=attack, path=attack,
            breaks_first=attack, training_data=(attack,), overlap=(attack,),
        )  # fmt: skip

    return make_section(models=len(attacks), change=change, benchmark=attacks[0], notes=attacks)


def harmless(page: Any) -> bool:
    """Whether the page is made of its own elements alone: two scripts, no pictures, no links that run."""
    strange = "img, iframe, object, embed, a[href^='javascript'], [onerror], [onmouseover]"
    return page.locator(strange).count() == 0 and page.locator("script").count() == 2


def test_hostile_names_run_nothing_and_are_shown_as_text(opened: Opener) -> None:
    page = opened(hostile(*ATTACKS))
    shown = page.eval_on_selector_all("#scores th a bdi", "all => all.map((one) => one.textContent)")
    assert set(shown) == set(ATTACKS)
    for view in VIEWS:
        page.goto(f"{page.url.split('#')[0]}#view={view}")
        assert harmless(page)


def test_each_hostile_model_has_a_section_of_plain_text(opened: Opener) -> None:
    page = opened(hostile(*ATTACKS), at="#view=model")
    for attack in ATTACKS:
        page.select_option("[data-state=model]", f"{attack}@{attack}")
        assert page.text_content("#panel-model .out").count(attack) >= 7
        assert harmless(page)


def test_a_hostile_address_is_nothing_but_a_choice(opened: Opener) -> None:
    page = opened(
        make_section(), at="#view=<img src=x onerror=alert(1)>&find=<img src=x onerror=alert(1)>&model=</script>"
    )
    assert harmless(page)
    assert page.input_value("#find") == "<img src=x onerror=alert(1)>"


def test_a_source_is_a_link_only_where_it_is_a_web_address(opened: Opener) -> None:
    page = opened(make_section(), at="#view=model")
    link = page.locator("dl a")
    assert link.get_attribute("href") == "https://example.org/paper"
    assert {"noopener", "nofollow"} <= set(link.get_attribute("rel").split())


def test_a_hostile_page_without_scripts_shows_text_too(opened: Opener) -> None:
    page = opened(hostile(*ATTACKS[:3]), java_script_enabled=False)
    assert page.locator("img").count() == 0
    assert ATTACKS[1] in page.inner_text("noscript")


def test_the_policy_stops_a_script_that_came_in_all_the_same(browser: Any, opened: Opener) -> None:
    url = opened(make_section()).url
    page = browser.new_page()  # one that may complain
    page.goto(url)
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = 1' }))"
    )
    assert page.evaluate("window.ran") is None
    page.close()


@pytest.mark.parametrize("letters", ["x" * 300, "ab " * 100])
def test_a_very_long_name_does_not_widen_the_page(opened: Opener, letters: str) -> None:
    page = opened(hostile(letters, "short"), width=400)
    for view in (*VIEWS, "model"):
        page.goto(f"{page.url.split('#')[0]}#view={view}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
