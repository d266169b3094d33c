"""Small results whose every answer is written by hand: the scores follow by counting."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from earmark.result import Cost, DatasetRecord, ModelRecord, Named, Result, Score, TaskResult
from earmark.result.robust.record import ConditionRecord, ConditionScore, Drift, Robustness, TaskRobustness

Answers = Mapping[str, Sequence[bool]]
"""By task, or by ``task@condition``: whether each track was answered rightly."""


def a_result(answers: Answers, *, version: str = "1", per_group: int = 1, **more: Any) -> Result:
    names = list(dict.fromkeys(name.partition("@")[0] for name in answers))
    conditions = list(dict.fromkeys(name.partition("@")[2] for name in answers if "@" in name))
    rows = [row for name, right in answers.items() for row in _rows(name, right, per_group)]
    fields = {
        "earmark": "0", "created": "2026-01-01T00:00:00+00:00", "benchmark": Named(name="b", version="1"),
        "model": _model(version), "baseline": None, "datasets": (_dataset(),), "tasks": tuple(map(_task, names)),
        "seed": 0, "resamples": 1000, "environment": {},
        "robustness": _robustness(answers, conditions) if conditions else None,
        "cost": Cost(phases_s={}, embedded_tracks=1, stored_tracks=0, audio_s_per_s=None, peak_memory_bytes=1),
    }  # fmt: skip
    return Result.model_validate(fields | more).with_tables({"predictions": pd.DataFrame(rows)})


def _rows(name: str, right: Sequence[bool], per_group: int) -> list[dict[str, Any]]:
    task, _, condition = name.partition("@")
    return [
        {
            "task": task, "probe": "linear", "condition": condition, "seed": 0, "track": f"t{i}",
            "group": f"g{i // per_group}", "reference": '"yes"', "estimated": json.dumps("yes" if good else "no"),
            "outputs": None,
        }
        for i, good in enumerate(right)
    ]  # fmt: skip


def _task(name: str) -> TaskResult:
    score = Score(metric="accuracy", value=0.5)
    return TaskResult(
        task=name, dataset="d", target=name, family="mood", form="class", protocol="1", probe="linear",
        classes=("no", "yes"), tracks={"test": 1}, groups=1, scores=(score,), chance=(score,),
    )  # fmt: skip


def _model(version: str) -> ModelRecord:
    return ModelRecord(
        name="m", version=version, fingerprint=version, dim=1, parameters=0, sample_rate=8000, window_s=None,
        hop_s=None, license="MIT", source="here", training_data=(), options={},
    )  # fmt: skip


def _dataset() -> DatasetRecord:
    return DatasetRecord(
        name="d", version="1", license="CC0-1.0", source="here", checksum="00", tracks={"test": 1}, audio_s=1.0,
        skipped=(), notes=(),
    )  # fmt: skip


def _robustness(answers: Answers, conditions: list[str]) -> Robustness:
    drift = Drift(cosine=None, cosine_low=None, rank=None, found=None)
    heard = [
        ConditionRecord(
            name=name, perturbation=name.partition(":")[0], version="1", level=1.0, spelled=name, rung=0, tracks=1,
            unchanged=0, drift=drift,
        )
        for name in conditions
    ]  # fmt: skip
    score, by_task = Score(metric="accuracy", value=0.5), dict[str, list[ConditionScore]]()
    for name, right in answers.items():
        task, _, condition = name.partition("@")
        if condition:
            found = ConditionScore(condition=condition, tracks=len(right), score=score, change=None, chance=None)
            by_task.setdefault(task, []).append(found)
    tasks = [
        TaskRobustness(
            task=name, family="mood", probe="linear", clean=score, chance=None, conditions=tuple(found),
            worst="",
        )
        for name, found in by_task.items()
    ]  # fmt: skip
    return Robustness(
        asked=tuple(conditions), presets=(), conditions=tuple(heard), tasks=tuple(tasks), sentence="", work_s={}
    )


@pytest.fixture
def make_result() -> Callable[..., Result]:
    return a_result


def right(correct: int, of: int = 100) -> list[bool]:
    return [i < correct for i in range(of)]


@pytest.fixture
def make_right() -> Callable[..., list[bool]]:
    """So many of the tracks answered rightly, the first ones."""
    return right
