"""A folder of filed results, each model as good as it is told to be, on three small tasks of two families."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, r2_score

from earmark.result import Cost, DatasetRecord, ModelRecord, Named, Result, Score, TaskResult, write_result

TRACKS = 60
CLASSES = ("a", "b", "c")
CHANCE = {"genre": 0.35, "mood": 0.4, "valence": -0.01}
FAMILY = {"genre": "genre", "mood": "mood", "valence": "mood"}
FORM = {"genre": "class", "mood": "class", "valence": "number"}


def truth(task: str) -> list[str] | list[float]:
    rng = np.random.default_rng(list(task.encode()))
    if task == "valence":
        return [round(float(v), 3) for v in rng.uniform(1, 9, TRACKS)]
    return [CLASSES[i] for i in rng.integers(3, size=TRACKS)]


def answers(task: str, skill: float, seed: int) -> list[str] | list[float]:
    """Right with that probability, or a number whose noise is the less the higher it is."""
    rng = np.random.default_rng([seed, *task.encode()])
    if task == "valence":
        return [float(v) for v in np.array(truth(task)) + rng.normal(0, 3 * (1 - skill), TRACKS)]
    right = rng.random(TRACKS) < skill
    return [label if ok else CLASSES[rng.integers(3)] for label, ok in zip(truth(task), right, strict=True)]


def score(task: str, said: list[str] | list[float]) -> float:
    """By scikit-learn, of the first tracks that were answered."""
    true = truth(task)[: len(said)]
    return float(r2_score(true, said) if task == "valence" else accuracy_score(true, said))


def rows(task: str, said: list[str] | list[float]) -> list[dict[str, object]]:
    return [
        {
            "task": task, "probe": "linear", "condition": "", "seed": 0, "track": f"t{i:02}", "group": f"g{i:02}",
            "reference": json.dumps(true), "estimated": json.dumps(answer), "outputs": None,
        }
        for i, (true, answer) in enumerate(zip(truth(task), said, strict=False))
    ]  # fmt: skip


def task_result(task: str, said: list[str] | list[float], dataset: str) -> TaskResult:
    metric = "r2" if task == "valence" else "accuracy"
    return TaskResult(
        task=task, dataset=dataset, target=task, family=FAMILY[task], form=FORM[task], protocol="1", probe="linear",
        classes=() if task == "valence" else CLASSES,
        tracks={"train": 9, "valid": 9, "test": len(said)}, groups=len(said),
        scores=(Score(metric=metric, value=score(task, said)),), chance=(Score(metric=metric, value=CHANCE[task]),),
        baseline=(Score(metric=metric, value=0.5, low=0.4, high=0.6),),
    )  # fmt: skip


def model_record(name: str, version: str, **more: object) -> ModelRecord:
    fields = {
        "name": name, "version": version, "fingerprint": name, "dim": 12, "parameters": 3456, "sample_rate": 16_000,
        "window_s": None, "hop_s": None, "license": "MIT", "source": "made up", "training_data": (), "options": {},
    }  # fmt: skip
    return ModelRecord.model_validate(fields | more)


DATA = DatasetRecord(
    name="toy", version="1", license="CC0-1.0", source="here", checksum="00", tracks={"test": TRACKS}, audio_s=1.0,
    skipped=(), notes=(),
)  # fmt: skip
COST = Cost(phases_s={}, embedded_tracks=60, stored_tracks=0, audio_s_per_s=1234.5, peak_memory_bytes=1)
File = Callable[..., Path]


def made(name: str, version: str = "1", *, skill: float = 0.6, seed: int = 0, **more: object) -> Result:
    """A result of `bench run` on the benchmark `small`; `model` changes the model's fields, the rest the result's.

    `labelled` says of which tasks only so many first tracks have a label, `elsewhere` which are of other data.
    """
    tasks = tuple(more.pop("tasks_asked", CHANCE))  # type: ignore[call-overload]
    labelled: dict[str, int] = more.pop("labelled", {})  # type: ignore[assignment]
    elsewhere: dict[str, str] = more.pop("elsewhere", {})  # type: ignore[assignment]
    said = {task: answers(task, skill, seed)[: labelled.get(task)] for task in tasks}
    fields = {
        "earmark": "0.1.0", "created": "2026-01-01T00:00:00+00:00", "benchmark": Named(name="small", version="1"),
        "model": model_record(name, version, **more.pop("model", {})),  # type: ignore[arg-type]
        "baseline": None, "datasets": (DATA,),
        "tasks": tuple(task_result(task, said[task], elsewhere.get(task, "toy")) for task in tasks),
        "seed": 0, "resamples": 1000, "environment": {"device": "cpu", "cores": "2"}, "cost": COST,
    }  # fmt: skip
    table = pd.DataFrame([row for task in tasks for row in rows(task, said[task])])
    return Result.model_validate(fields | more).with_tables({"predictions": table})


@pytest.fixture
def file(tmp_path: Path) -> File:
    """Files a made result in tmp_path/board and says where."""

    def file_it(name: str, version: str = "1", *, stem: str = "small", **more: object) -> Path:
        path = tmp_path / "board" / "results" / name.replace("/", "_") / version / f"{stem}.json"
        write_result(made(name, version, **more), path)  # type: ignore[arg-type]
        return path

    return file_it


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """The folder that `file` files into."""
    return tmp_path / "board"


@pytest.fixture
def claimed() -> Callable[[str, float, int], float]:
    """The score of a made model on a task, by scikit-learn."""
    return lambda task, skill, seed: score(task, answers(task, skill, seed))


@pytest.fixture
def chances() -> dict[str, float]:
    """What chance has of each task."""
    return dict(CHANCE)
