"""The page of 500 models × 60 tasks in a browser: reported, not judged.

`extra_info` holds the size of the page, and in milliseconds how long it takes from asking for the page, a sort and a
filter to the drawn table, for 500 models and for 50, with `ratio` of the two.
"""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from earmark.leaderboard import Board, Cell, Column, Rank, Row
from earmark.result import Named
from earmark.site import Section, page_of
from earmark.site.section import Details

MODELS, FEW, TASKS, FAMILIES = 500, 50, 60, 8
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
UNTIL_DRAWN = """(act) => new Promise((done) => {
  const start = performance.now();
  act();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0));
})"""
SORT = "() => document.querySelectorAll('#scores thead button')[3].click()"
FILTER = """() => {
  const field = document.getElementById('find');
  field.value = 'model1';
  field.dispatchEvent(new Event('input'));
}"""
LOADED = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))"""


def section(models: int) -> Section:
    random, tasks = np.random.default_rng(0), [f"task{i}" for i in range(TASKS)]
    families = {f"family{f}": tuple(tasks[f::FAMILIES]) for f in range(FAMILIES)}

    def cell() -> Cell:
        value = float(random.uniform(0.2, 0.8))
        return Cell(value=value, low=value - 0.05, high=value + 0.05, rank=Rank(best=1, worst=models))

    rows = tuple(
        Row(
            kind="model", model=Named(name=f"model{i}", version="1"), overall=cell(), parameters=i, dim=64,
            families={name: cell() for name in families}, tasks={name: cell() for name in tasks},
        )
        for i in range(models)
    )  # fmt: skip
    board = Board(
        benchmark=Named(name="toys", version="1"), resamples=1000, tests=dict.fromkeys(tasks, 50), rows=rows,
        families=tuple(Column(name=n, family=n, metric="accuracy", tasks=some) for n, some in families.items()),
        tasks=tuple(
            Column(name=t, family=n, metric="accuracy", tasks=(t,)) for n, some in families.items() for t in some
        ),
    )  # fmt: skip
    return Section(board=board, details={row.key: Details() for row in rows})


def in_browser(page_file: Path) -> dict[str, float]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - where there is none, the test is skipped

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page: Any = browser.new_page(viewport={"width": 1360, "height": 900})
        page.goto(page_file.as_uri())
        found = {"load": page.evaluate(LOADED)}
        for name, act in (("sort", SORT), ("filter", FILTER)):
            found[name] = page.evaluate(f"() => ({UNTIL_DRAWN})({act})")
        browser.close()
    return {f"{name}_ms": round(value) for name, value in found.items()}


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_a_page_of_500_models_by_60_tasks(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    many, few = tmp_path / "many.html", tmp_path / "few.html"
    few.write_text(page_of([section(FEW)]), encoding="utf-8")
    many.write_text(benchmark.pedantic(page_of, args=[[section(MODELS)]]), encoding="utf-8")
    found, small = in_browser(many), in_browser(few)
    benchmark.extra_info.update(found)
    benchmark.extra_info["page_mb"] = round(many.stat().st_size / 1e6, 2)
    benchmark.extra_info["ratio"] = {name: round(found[name] / small[name], 1) for name in found}
