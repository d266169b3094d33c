"""`compare` of two results against the bare bootstrap that nobody can leave out: reported, not judged.

`extra_info` holds `ratio`, the time of `compare` over that of drawing the groups once and averaging every task's
differences over each draw, both with 10,000 resamples, and what a task costs.
"""

import json
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from earmark.compare import RESAMPLES, compare
from earmark.result import Cost, DatasetRecord, ModelRecord, Named, Result, Score, TaskResult

TRACKS, GROUPS, CLASSES = 200, 50, ("a", "b", "c", "d")
RIGHT = {"1": 0.8, "2": 0.75}
"""By version, the share of right answers."""
SAME = 1e-12  # the mean of the same 200 zeros and ones


def answers(version: str, task: int) -> tuple[np.ndarray, np.ndarray]:
    """The labels of a task, the same for both versions, and what a version says: indices of classes [tracks]."""
    labels = np.random.default_rng(task).integers(len(CLASSES), size=TRACKS)
    random = np.random.default_rng([task, int(version)])
    said = np.where(random.random(TRACKS) < RIGHT[version], labels, (labels + 1) % len(CLASSES))
    return labels, said


def table(version: str, task: int) -> pd.DataFrame:
    labels, said = (np.array([json.dumps(name) for name in CLASSES])[some] for some in answers(version, task))
    return pd.DataFrame(
        {
            "task": f"task-{task}", "probe": "linear", "condition": "", "seed": 0,
            "track": [f"t{i}" for i in range(TRACKS)], "group": [f"g{i % GROUPS}" for i in range(TRACKS)],
            "reference": labels, "estimated": said, "outputs": None,
        }
    )  # fmt: skip


def result(version: str, tasks: int) -> Result:
    """A result with so many tasks of one class each; scores are as they are claimed, compare makes its own."""
    score = Score(metric="accuracy", value=0.5)
    asked = [
        TaskResult(
            task=f"task-{i}", dataset="d", target=f"task-{i}", family="mood", form="class", protocol="1",
            probe="linear", classes=CLASSES, tracks={"test": TRACKS}, groups=GROUPS, scores=(score,), chance=(score,),
        )
        for i in range(tasks)
    ]  # fmt: skip
    model = ModelRecord(
        name="m", version=version, fingerprint=version, dim=1, parameters=0, sample_rate=8000, window_s=None,
        hop_s=None, license="", source="", training_data=(), options={},
    )  # fmt: skip
    data = DatasetRecord(
        name="d", version="1", license="", source="", checksum="", tracks={"test": TRACKS}, audio_s=1.0, skipped=(),
        notes=(),
    )  # fmt: skip
    cost = Cost(phases_s={}, embedded_tracks=0, stored_tracks=0, audio_s_per_s=None, peak_memory_bytes=0)
    found = Result(
        earmark="0", created="2026-01-01T00:00:00+00:00", benchmark=Named(name="b", version="1"), model=model,
        baseline=None, datasets=(data,), tasks=tuple(asked), seed=0, resamples=1000, environment={}, cost=cost,
    )  # fmt: skip
    return found.with_tables({"predictions": pd.concat([table(version, i) for i in range(tasks)], ignore_index=True)})


def bare_bootstrap(tasks: int) -> np.ndarray:
    """The differences of accuracy of all tasks in every draw of the groups: [resamples, tasks]."""
    right = [np.stack([said == labels for labels, said in (answers(v, i) for i in range(tasks))]) for v in RIGHT]
    changes = (right[1].astype(float) - right[0]).reshape(tasks, -1, GROUPS).sum(axis=1)  # [tasks, groups]
    draws = np.random.default_rng(0).multinomial(GROUPS, np.full(GROUPS, 1 / GROUPS), RESAMPLES)
    return draws @ changes.T / TRACKS


@pytest.mark.parametrize("tasks", [1, 60])
def test_comparing_two_results_against_the_bare_bootstrap(benchmark: BenchmarkFixture, tasks: int) -> None:
    old, new = (result(version, tasks) for version in RIGHT)
    found = benchmark.pedantic(compare, (old, new), rounds=3, warmup_rounds=1)
    start = perf_counter()
    bare_bootstrap(tasks)
    bare_s = perf_counter() - start
    for i, compared in enumerate(found.tasks):
        before, after = ((said == labels).mean() for labels, said in (answers(version, i) for version in RIGHT))
        assert compared.difference.value == pytest.approx(after - before, abs=SAME)
    benchmark.extra_info.update(tasks=tasks, tracks=TRACKS, bare_s=round(bare_s, 3))
    if benchmark.stats is not None:  # None under --benchmark-disable
        median_s = benchmark.stats.stats.median
        benchmark.extra_info.update(ratio=round(median_s / bare_s, 1), ms_a_task=round(1000 * median_s / tasks))
