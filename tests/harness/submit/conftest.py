"""A tiny registered benchmark with a target of every form, results on it, and copies of them to tamper with."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from earmark import Benchmark, Dataset, DatasetInfo, Target, Timeline, Track, run
from earmark.archive import Archive
from earmark.audio import AudioFile
from earmark.neighbours import neighbours
from earmark.protocol.registration import registration_of
from earmark.registry import Catalogue, catalogue, installed
from earmark.result import Result, write_result
from earmark.robust import robust
from earmark.target import KEYS
from earmark.task import tasks_for

GENRES, PLAYERS = ("low", "mid", "high"), ("bass", "flute", "viola")
SPLITS = ("train",) * 5 + ("valid",) * 2 + ("test",) * 3
TARGETS = (
    Target(name="genre", family="genre", form="class", classes=GENRES),
    Target(name="era", family="era", form="ordered", classes=("old", "new"), years=(1930.0, 1990.0)),
    Target(name="valence", family="mood", form="number"),
    Target(name="key", family="key", form="key"),
    Target(name="tempo", family="tempo", form="tempo"),
    Target(name="instrument", family="instrument", form="classes", classes=PLAYERS),
    Target(name="vocal", family="vocal", form="presence"),
    Target(name="segments", family="segmentation", form="timeline"),
)
CHANGES = ("time-stretch:0.8", "pitch-shift:2", "gain:-6")
"""One that moves tempo and sections, one that moves the key, one that moves nothing."""


def _track(folder: Path, i: int) -> Track:
    labels = {
        "genre": GENRES[i % 3],
        "era": ("old", "new")[i // 7 % 2],
        "valence": (i % 11) / 10 - 0.5,
        "key": KEYS[i % 24],
        "tempo": 60.0 + i,
        "instrument": tuple(name for n, name in enumerate(PLAYERS) if (i >> n) & 1) or ("bass",),
        "vocal": "yes" if i % 5 in (0, 3) else "no",
        "segments": Timeline(edges_s=(0.0, 2.0 + i % 3, 6.0), labels=("A", "B")),
    }
    source = AudioFile(folder / f"{i}.wav")
    return Track(id=f"t{i}", group=f"g{i // 2}", split=SPLITS[i // 2 % 10], source=source, labels=labels)


@pytest.fixture(scope="session")
def tiny(table: Path) -> Dataset:
    """Sixty tones."""
    tracks = tuple(_track(table.parent, i) for i in range(60))
    return Dataset(name="tiny", version="1", license="CC0-1.0", source="tests", targets=TARGETS, tracks=tracks)


@pytest.fixture(scope="session")
def shelves(tiny: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Everything that is installed, and the tiny benchmark with its checksums."""
    own = tmp_path_factory.mktemp("tiny")
    info = DatasetInfo(
        name="tiny", version="1", license="CC0-1.0", source="tests", targets=TARGETS, load=lambda *_, **__: tiny,
        folder=lambda *_, **__: own, **{k: v for k, v in registration_of(tiny).items() if k != "version"},
    )  # fmt: skip
    bare, tasks = replace(info, name="bare", checksum=""), tasks_for("bare", TARGETS)
    known = installed()
    ask = Benchmark(name="tiny", version="1", tasks=tasks_for("tiny", TARGETS))
    return replace(
        known,
        datasets={**known.datasets, "tiny": info, "bare": bare},
        benchmarks={**known.benchmarks, "tiny": ask, "bare": replace(ask, name="bare", tasks=tasks)},
    )


@contextmanager
def installing(shelves: Catalogue) -> Iterator[None]:
    """Let `installed` be these shelves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "load_catalogue", lambda _: shelves)
        installed.cache_clear()
        yield
    installed.cache_clear()


@pytest.fixture(name="installing")
def installing_them() -> Callable[[Catalogue], AbstractContextManager[None]]:
    """For other shelves while a test runs."""
    return installing


@pytest.fixture
def registered(shelves: Catalogue) -> Iterator[None]:
    """The tiny benchmark is installed while a test runs."""
    with installing(shelves):
        yield


@pytest.fixture(scope="session")
def made(shelves: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Result files by name: the baseline, a model, and the model's robustness."""
    folder = tmp_path_factory.mktemp("made")
    how: Any = {"cache": folder / "cache", "workers": 1}
    with installing(shelves):
        results = {
            "log-mel": run("log-mel", "tiny", **how),
            "mfcc": run("mfcc", "tiny", **how),
            "near": neighbours("mfcc", "tiny", tasks=["genre"], **how),
            "robust": robust("mfcc", "tiny", CHANGES, **how),
        }
        for name, result in results.items():
            write_result(result, folder / f"{name}.json")
    return {name: folder / f"{name}.json" for name in results}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(folder=tmp_path / "board")


Handed = Callable[..., Path]


@pytest.fixture
def handed(made: dict[str, Path], tmp_path: Path) -> Handed:
    """A copy of a result with its predictions, in which `edit` may change the record."""

    def copy(name: str = "mfcc", edit: Callable[[dict[str, Any]], object] | None = None) -> Path:
        folder = tmp_path / "handed"
        folder.mkdir(exist_ok=True)
        for ending in (".json", ".parquet"):
            if made[name].with_suffix(ending).exists():
                shutil.copy(made[name].with_suffix(ending), folder / f"{name}{ending}")
        path = folder / f"{name}.json"
        record = json.loads(path.read_text())
        if edit is not None:
            edit(record)
            path.write_text(json.dumps(record))
        return path

    return copy


Rewritten = Callable[..., Path]


@pytest.fixture
def rewritten(made: dict[str, Path], tmp_path: Path) -> Rewritten:
    """A result whose predictions are edited too, so that file and checksum agree: a forger's work."""
    from earmark.result import read_result  # noqa: PLC0415

    def forge(edit: Callable[[Any], Any], name: str = "mfcc", **changes: Any) -> Path:
        result: Result = read_result(made[name])
        table = edit(result.predictions_frame().copy())
        forged = result.model_copy(update=changes).with_tables({"predictions": table})
        write_result(forged, tmp_path / "forged" / f"{name}.json")
        return tmp_path / "forged" / f"{name}.json"

    return forge
