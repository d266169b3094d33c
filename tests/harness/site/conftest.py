"""Boards made by hand, and one browser that all tests of this folder open pages in."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from earmark.leaderboard.record import Board, Cell, Column, Key, Rank, Row
from earmark.result import Difference, Score
from earmark.result.robust.record import ConditionRecord, ConditionScore, Drift, Robustness, TaskRobustness
from earmark.result.score import Named
from earmark.site import Section, page_of
from earmark.site.section import ClassScore, Details, Versus

FAMILIES = {"genre": ("genre",), "mood": ("mood", "valence"), "key": ("key",)}
CHANCE = 0.1
LEVELS = (10.0, 20.0, 30.0)


def families_of(tasks: int) -> dict[str, tuple[str, ...]]:
    """Eight families that share so many tasks."""
    names = [f"task{i}" for i in range(tasks)]
    return {f"family{f}": tuple(names[f::8]) for f in range(8)}


def make_section(
    models: int = 4,
    *,
    families: dict[str, tuple[str, ...]] = FAMILIES,
    benchmark: str = "toys",
    change: Callable[[int, dict[str, Any]], None] = lambda *_: None,
    robust: bool = True,
    pairs: bool = True,
    notes: tuple[str, ...] = (),
) -> Section:
    """A section of that many models, the first a baseline; `change` may alter what a row is made of."""
    random = np.random.default_rng(models)
    tasks = [task for some in families.values() for task in some]
    scores = CHANCE + (1 - CHANCE) * random.uniform(size=(models, len(tasks)))
    made = []
    for i in range(models):
        row = make_row(i, dict(zip(tasks, scores[i], strict=True)), families, models)
        change(i, row)
        made.append(Row(**row))
    made.sort(key=lambda row: -(row.overall.value or 0))
    keys = [row.key for row in made]
    board = Board(
        benchmark=Named(name=benchmark, version="1"),
        resamples=1000,
        tests=dict.fromkeys(tasks, 50),
        families=tuple(
            Column(name=name, family=name, metric="accuracy", tasks=some) for name, some in families.items()
        ),
        tasks=tuple(
            Column(name=task, family=name, metric="accuracy", tasks=(task,))
            for name, some in families.items()
            for task in some
        ),
        rows=(*made, chance_row(families)),
        notes=notes,
    )
    details = {
        key: make_details(row, tasks, robust=robust and i % 2 == 0)
        for i, (key, row) in enumerate(zip(keys, made, strict=True))
    }
    return Section(board=board, details=details, pairs=make_pairs(made, tasks) if pairs else {})


def make_row(i: int, scores: dict[str, float], families: dict[str, tuple[str, ...]], models: int) -> dict[str, Any]:
    means = {name: float(np.mean([scores[task] for task in some])) for name, some in families.items()}
    overall = float(np.mean([(mean - CHANCE) / (1 - CHANCE) for mean in means.values()]))
    return {
        "kind": "baseline" if i == 0 else "model",
        "model": Named(name=f"model{i}", version="1"),
        "overall": cell(overall, models),
        "families": {name: cell(mean, models) for name, mean in means.items()},
        "tasks": {task: cell(score, models) for task, score in scores.items()},
        "parameters": 0 if i == 0 else 10_000 * i,
        "dim": 64 + i,
        "audio_s_per_s": None if i == 1 else 1000.0 / (1 + i),
        "machine": "cpu, 2 cores",
        "overlap": ("toys",) if i == 2 else (),
        "training_data": ("toys",) if i == 2 else (),
        "license": "MIT" if i % 2 else "Apache-2.0",
        "source": "https://example.org/paper",
        "breaks_first": f"genre of model{i} falls to chance at mp3 30 kbit/s.",
        "path": f"results/model{i}/1/toys.json",
    }


def cell(value: float, models: int) -> Cell:
    return Cell(
        value=value,
        low=value - 0.05,
        high=value + 0.05,
        rank=Rank(best=1 + int((1 - value) * models * 0.5), worst=models),
    )


def chance_row(families: dict[str, tuple[str, ...]]) -> Row:
    return Row(
        kind="chance",
        model=Named(name="chance", version=""),
        overall=Cell(value=0.0),
        families={name: Cell(value=CHANCE) for name in families},
        tasks={task: Cell(value=CHANCE) for some in families.values() for task in some},
    )


def make_details(row: Row, tasks: list[str], *, robust: bool) -> Details:
    values = {task: row.tasks[task].value or 0.0 for task in tasks}
    return Details(
        facts={"Sample rate": "16000 Hz"},
        notes=("Clearly above `log-mel`: genre (+0.1).",),
        scores={
            task: ((Score(metric="macro-f1", value=value / 2, low=0.0, high=value), 0.05),)
            for task, value in values.items()
        },
        classes={
            tasks[0]: tuple(
                ClassScore(name=name, tracks=25, score=Score(metric="recall", value=0.5, low=0.25, high=0.75))
                for name in ("rock", "swing")
            )
        },
        robustness=make_robustness(values) if robust else None,
    )


def make_robustness(values: dict[str, float]) -> Robustness:
    """Of a perturbation that takes a third of what is above chance at each of its levels, and of one with a name."""
    conditions = [condition("mp3", level, f"{level:g} kbit/s", rung) for rung, level in enumerate(LEVELS)]
    conditions.append(condition("compander", 0.0, "speech", 0))
    return Robustness(
        asked=("mp3",),
        presets=(),
        conditions=tuple(conditions),
        tasks=tuple(task_robustness(task, value, conditions) for task, value in values.items()),
        sentence="genre falls to chance at mp3 30 kbit/s.",
        work_s={},
    )


def condition(perturbation: str, level: float, spelled: str, rung: int) -> ConditionRecord:
    word = f"{level:g}" if perturbation == "mp3" else spelled
    return ConditionRecord(
        name=f"{perturbation}:{word}", perturbation=perturbation, version="1", level=level, spelled=spelled, rung=rung,
        tracks=50, unchanged=0, drift=Drift(cosine=0.9, cosine_low=0.8, rank=1.0, found=0.75),
    )  # fmt: skip


def task_robustness(task: str, value: float, conditions: list[ConditionRecord]) -> TaskRobustness:
    def score(at: float) -> Score:
        return Score(metric="accuracy", value=at, low=at - 0.02, high=at + 0.02)

    def scored(one: ConditionRecord) -> ConditionScore:
        lost = (value - CHANCE) * (one.rung + 1) / 3
        change = Difference(value=-lost, low=-lost - 0.02, high=-lost + 0.02, p=0.001)
        return ConditionScore(condition=one.name, tracks=50, score=score(value - lost), change=change, chance=CHANCE)

    return TaskRobustness(
        task=task, family="genre", probe="linear", clean=score(value), chance=CHANCE,
        conditions=tuple(map(scored, conditions)), worst=conditions[2].name,
    )  # fmt: skip


def make_pairs(rows: list[Row], tasks: list[str]) -> dict[tuple[Key, Key], tuple[Versus, ...]]:
    """Every two rows: clearly better where they are 0.2 apart."""
    return {
        (a.key, b.key): tuple(versus(task, (b.tasks[task].value or 0) - (a.tasks[task].value or 0)) for task in tasks)
        for i, a in enumerate(rows)
        for b in rows[i + 1 :]
    }


def versus(task: str, value: float) -> Versus:
    verdict = "no difference shown" if abs(value) < 0.2 else "better" if value > 0 else "worse"
    return Versus(task=task, value=value, low=value - 0.1, high=value + 0.1, verdict=verdict)


def by_score(section: Section, task: str) -> list[str]:
    """Names of all rows, chance too, by the score of a task as the page knows it: the best first."""
    rows = section.board.rows
    return [row.model.name for row in sorted(rows, key=lambda row: -round(row.tasks[task].value or 0, 3))]


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright drives the browser: pip install playwright"
    )
    if CHROMIUM is None:
        pytest.skip("No Chromium on this machine: apt install chromium")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


Opener = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opener]:
    """Writes a page, opens it from disk, and fails the test where the page said anything or asked for anything."""
    said: list[str] = []
    contexts = []

    def open_page(*sections: Section, at: str = "", width: int = 1280, **options: Any) -> Any:
        path = tmp_path / "board.html"
        path.write_text(page_of(sections), encoding="utf-8")
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(5000)
        page.on("console", lambda message: said.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: said.append(f"request: {request.url}") if not ours(request.url) else None)
        page.goto(f"{path.as_uri()}{at}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def ours(url: str) -> bool:
    return url.startswith("file:") and "board.html" in url
