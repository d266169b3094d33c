from collections.abc import Callable
from typing import Any

import pytest

from earmark.result import Difference, Named, Result, Score, TaskResult
from earmark.result.robust.record import ConditionRecord, ConditionScore, Drift, Robustness, TaskRobustness


def a_condition(name: str, unit: str = "kbit/s", *, rung: int = 0, **more: object) -> ConditionRecord:
    perturbation, spelled = name.split(":")
    level = float(spelled) if unit else float(rung)
    fields = {
        "name": name, "perturbation": perturbation, "version": "1", "level": level, "rung": rung, "tracks": 30,
        "spelled": f"{spelled} {unit}".strip(), "unchanged": 0,
        "drift": Drift(cosine=0.875, cosine_low=0.5, rank=1.0, found=0.75),
    }  # fmt: skip
    return ConditionRecord.model_validate(fields | more)


def a_score(condition: str, value: float, by: float, /, *, less: bool = False, **more: object) -> ConditionScore:
    """The score within ±0.05, its change within ±0.02."""
    fields = {
        "condition": condition, "tracks": 30, "chance": 0.1,
        "score": Score(metric="m", value=value, low=value - 0.05, high=value + 0.05, higher_is_better=not less),
        "change": Difference(value=by, low=by - 0.02, high=by + 0.02, p=None),
    }  # fmt: skip
    return ConditionScore.model_validate(fields | more)


def a_task_under(
    name: str, clean: float, *scores: ConditionScore, less: bool = False, **more: object
) -> TaskRobustness:
    fields = {
        "task": name, "family": "genre", "probe": "linear", "chance": 0.1, "conditions": scores, "worst": "",
        "clean": Score(metric="m", value=clean, low=clean - 0.05, high=clean + 0.05, higher_is_better=not less),
    }  # fmt: skip
    return TaskRobustness.model_validate(fields | more)


@pytest.fixture
def condition() -> Callable[..., ConditionRecord]:
    return a_condition


@pytest.fixture
def score() -> Callable[..., ConditionScore]:
    return a_score


@pytest.fixture
def task() -> Callable[..., TaskRobustness]:
    return a_task_under


@pytest.fixture
def robust(make_result: Callable[..., Result], make_task: Callable[..., TaskResult]) -> Callable[..., Result]:
    def build(conditions: list[ConditionRecord], tasks: list[TaskRobustness], /, **more: Any) -> Result:
        found = Robustness(
            asked=("won2020",), presets=(Named(name="won2020", version="1"),), conditions=tuple(conditions),
            tasks=tuple(tasks), sentence="This breaks first.", work_s={},
        )  # fmt: skip
        clean = [make_task(one.task, 0.5, probe=one.probe, tracks={"test": 30}) for one in tasks]
        return make_result(**({"tasks": tuple(clean), "robustness": found} | more))

    return build
