from collections.abc import Callable

import pandas as pd
import pytest

from earmark.result import Cost, DatasetRecord, Difference, ModelRecord, Named, Result, Score, Skipped, TaskResult


def a_task(name: str, value: float, *, chance: float = 0.1, p: float | None = None, **more: object) -> TaskResult:
    main = Score(metric="accuracy", value=value, low=value - 0.05, high=value + 0.05)
    baseline = main.model_copy(update={"value": 0.4, "low": 0.35, "high": 0.45})
    gain = None if p is None else Difference(value=value - 0.4, low=value - 0.5, high=value - 0.3, p=p)
    fields = {
        "task": name, "dataset": "d", "target": name, "family": "genre", "form": "class", "protocol": "1",
        "probe": "linear", "tracks": {"train": 9, "valid": 3, "test": 3}, "groups": 30, "scores": (main,),
        "chance": (Score(metric="accuracy", value=chance),), "baseline": (baseline,), "gain": gain,
    }  # fmt: skip
    return TaskResult.model_validate(fields | more)


def a_result(*tasks: TaskResult, **more: object) -> Result:
    data = DatasetRecord(
        name="d",
        version="1",
        license="CC0-1.0",
        source="here",
        checksum="00",
        tracks={"train": 9, "valid": 3, "test": 3},
        audio_s=450.0,
        skipped=(Skipped(track="t7", reason="holds no samples."),),
        notes=("The split was drawn.",),
    )
    model = ModelRecord(
        name="m<b>",
        version="1.10",
        fingerprint="00",
        dim=4,
        parameters=0,
        sample_rate=16_000,
        window_s=None,
        hop_s=None,
        license="MIT",
        source="textbook",
        training_data=(),
        options={},
    )
    fields = {
        "earmark": "0", "created": "2026-01-01T00:00:00+00:00", "benchmark": Named(name="d", version="1.10"),
        "model": model, "baseline": Named(name="log-mel", version="1"), "datasets": (data,), "tasks": tasks, "seed": 0,
        "resamples": 1000, "environment": {},
        "cost": Cost(phases_s={}, embedded_tracks=15, stored_tracks=0, audio_s_per_s=None, peak_memory_bytes=1),
    }  # fmt: skip
    frame = pd.DataFrame({"task": ["key"], "probe": ["linear"], "track": ["t1"], "outputs": [[0.25, 0.75]]})
    return Result.model_validate(fields | more).with_tables({"predictions": frame})


@pytest.fixture
def make_task() -> Callable[..., TaskResult]:
    return a_task


@pytest.fixture
def make_result() -> Callable[..., Result]:
    return a_result
