"""Results whose every answer is written by hand, of any form."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from earmark.answer import metrics_of
from earmark.result import Cost, DatasetRecord, ModelRecord, Named, Result, Score, TaskResult
from earmark.result.robust.record import ConditionRecord, Drift, Robustness
from earmark.target import Target


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One task as it was answered, track by track; `outputs` only where ranks are scored."""

    truth: Sequence[Any]
    said: Sequence[Any]
    form: str = "class"
    family: str = "mood"
    classes: tuple[str, ...] = ("no", "yes")
    outputs: Sequence[Sequence[float]] | None = None
    groups: Sequence[str] | None = None
    tracks: Sequence[str] | None = None
    conditions: Mapping[str, Sequence[Any]] | None = None
    """By condition what was said then."""


def a_result(sheets: Mapping[str, Sheet], *, version: str = "1", **more: Any) -> Result:
    heard = dict.fromkeys(name for sheet in sheets.values() for name in sheet.conditions or ())
    fields = {
        "earmark": "0", "created": "2026-01-01T00:00:00+00:00", "benchmark": Named(name="b", version="1"),
        "model": a_model(version), "baseline": None, "datasets": (a_dataset(),),
        "tasks": tuple(_task(name, sheet) for name, sheet in sheets.items()),
        "seed": 0, "resamples": 1000, "environment": {}, "robustness": _robustness(list(heard)) if heard else None,
        "cost": Cost(phases_s={}, embedded_tracks=1, stored_tracks=0, audio_s_per_s=None, peak_memory_bytes=1),
    }  # fmt: skip
    rows = [row for name, sheet in sheets.items() for row in _rows(name, sheet)]
    return Result.model_validate(fields | more).with_tables({"predictions": pd.DataFrame(rows)})


def _rows(name: str, sheet: Sheet) -> list[dict[str, Any]]:
    every = {"": sheet.said, **(sheet.conditions or {})}
    return [
        {
            "task": name, "probe": "linear", "condition": condition, "seed": 0,
            "track": sheet.tracks[i] if sheet.tracks else f"t{i}",
            "group": sheet.groups[i] if sheet.groups else f"g{i}",
            "reference": json.dumps(sheet.truth[i]), "estimated": json.dumps(answer),
            "outputs": None if sheet.outputs is None else list(sheet.outputs[i]),
        }
        for condition, said in every.items()
        for i, answer in enumerate(said)
    ]  # fmt: skip


def _task(name: str, sheet: Sheet) -> TaskResult:
    target = Target(name=name, family=sheet.family, form=sheet.form, classes=sheet.classes)
    score = Score(metric=metrics_of(target)[0].name, value=0.5)
    return TaskResult(
        task=name, dataset="d", target=name, family=sheet.family, form=sheet.form, protocol="1", probe="linear",
        classes=sheet.classes, tracks={"test": len(sheet.truth)}, groups=1, scores=(score,), chance=(score,),
    )  # fmt: skip


def a_model(version: str, **more: Any) -> ModelRecord:
    return ModelRecord(
        name="m", version=version, fingerprint=version, dim=1, parameters=0, sample_rate=8000, window_s=None,
        hop_s=None, license="MIT", source="here", options={}, **{"training_data": (), **more},
    )  # fmt: skip


def a_dataset(**more: Any) -> DatasetRecord:
    fields = {"checksum": "00", "tracks": {"test": 100}, "version": "1"} | more
    return DatasetRecord(
        name="d", license="CC0-1.0", source="here", audio_s=1.0, skipped=(), notes=(), **fields
    )  # fmt: skip


def _robustness(conditions: list[str]) -> Robustness:
    drift = Drift(cosine=None, cosine_low=None, rank=None, found=None)
    heard = [
        ConditionRecord(
            name=name, perturbation=name.partition(":")[0], version="1", level=1.0, spelled=name, rung=0, tracks=1,
            unchanged=0, drift=drift,
        )
        for name in conditions
    ]  # fmt: skip
    return Robustness(asked=tuple(conditions), presets=(), conditions=tuple(heard), tasks=(), sentence="", work_s={})


def yes(right: int, of: int = 100, **more: Any) -> Sheet:
    """All tracks are `yes`; the first `right` of them were said to be."""
    return Sheet(truth=["yes"] * of, said=["yes"] * right + ["no"] * (of - right), **more)


@pytest.fixture
def result() -> Callable[..., Result]:
    return a_result


@pytest.fixture
def sheet() -> type[Sheet]:
    return Sheet


@pytest.fixture
def right() -> Callable[..., Sheet]:
    return yes


@pytest.fixture
def model() -> Callable[..., ModelRecord]:
    return a_model


@pytest.fixture
def dataset() -> Callable[..., DatasetRecord]:
    return a_dataset
