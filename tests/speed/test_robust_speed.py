"""What eight conditions cost beside the clean recordings alone.

`extra_info` holds `ratio`: the extraction under all conditions of won2020, without the perturbations' own time, over
the clean extraction of the same tracks; the aim is 9 or less, for nine times as much audio is embedded and decoding is
shared. `work_ratio` leaves out opening models and reading files too, which both sides do once. Beside them the shares
of the whole work by phase. Both sides run on one thread in one process.
"""

import functools
import itertools
import statistics
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark.audio import AudioFile
from earmark.dataset import Track
from earmark.extract import Asked, Extraction, Setup, Take, extract_each, windows_at_once
from earmark.registry import find_conditions, open_model
from earmark.store import Store

RATE_HZ = 44_100
TRACKS = 6
SECONDS = 30
ROUNDS = 3
OURS = ("decode", "resample", "embed", "embed changed")


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> list[Track]:
    """Write stereo tracks of 30 s as FLAC: chords that change each second, with some noise."""
    folder, made = tmp_path_factory.mktemp("audio"), []
    for i in range(TRACKS):
        random, t = np.random.default_rng(i), np.arange(SECONDS * RATE_HZ) / RATE_HZ
        notes = 220 * 2 ** (random.integers(0, 24, (3, SECONDS)) / 12)
        chord = sum(np.sin(2 * np.pi * np.repeat(line, RATE_HZ) * t) for line in notes) / 10
        path = folder / f"{i}.flac"
        soundfile.write(path, chord[:, None] + random.normal(0, 0.02, (len(t), 2)), RATE_HZ)
        made.append(Track(id=path.name, group=path.name, split="test", source=AudioFile(path), labels={}))
    return made


@pytest.mark.parametrize("models", [("log-mel",), ("log-mel", "chroma")])
def test_eight_conditions_against_clean_audio(
    benchmark, tracks: list[Track], tmp_path: Path, models: tuple[str, ...]
) -> None:
    takes = [Take(track=track, condition=c) for track in tracks for c in find_conditions(["won2020"])[0]]
    fresh = itertools.count()
    asked = [Asked(open_model=functools.partial(open_model, name)) for name in models]

    def extraction(some: list[Take]) -> tuple[float, list[Extraction]]:
        setup = Setup(store=Store(tmp_path / str(next(fresh))), device="cpu", batch_size=windows_at_once("cpu"))
        before = time.perf_counter()
        found = extract_each(tracks, asked, setup, takes=some, workers=1)
        return time.perf_counter() - before, found

    extraction(takes[:8])  # warm: imports, filter banks, compiled code
    pairs = [(extraction([]), extraction(takes)) for _ in range(ROUNDS)]
    benchmark.pedantic(extraction, args=([],), rounds=1)
    ratios = [(total_s - _perturbing_s(found)) / clean_s for (clean_s, _), (total_s, found) in pairs]
    clean_s, total_s = (statistics.median(seconds for seconds, _ in side) for side in zip(*pairs, strict=True))
    work_ratio = statistics.median(_own_s(changed) / _own_s(clean) for (_, clean), (_, changed) in pairs)
    benchmark.extra_info.update(ratio=round(statistics.median(ratios), 2), whole_ratio=round(total_s / clean_s, 2))
    benchmark.extra_info.update(work_ratio=round(work_ratio, 2))
    benchmark.extra_info.update(clean_s=round(clean_s, 2), total_s=round(total_s, 2), shares=_shares(pairs[-1][1][1]))


def _perturbing_s(found: list[Extraction]) -> float:
    """Which all models share: any of them knows it."""
    return sum(seconds for phase, seconds in found[0].work_s.items() if phase not in OURS)


def _own_s(found: list[Extraction]) -> float:
    """Decoding, resampling and embedding."""
    return sum(seconds for phase, seconds in _work_s(found).items() if phase in OURS)


def _work_s(found: list[Extraction]) -> dict[str, float]:
    """The work by phase, that of the models added up."""
    embedding = {phase: sum(one.work_s.get(phase, 0.0) for one in found) for phase in OURS[2:]}
    return {**found[0].work_s, **embedding}


def _shares(found: list[Extraction]) -> dict[str, float]:
    seconds = _work_s(found)
    return {phase: round(one / sum(seconds.values()), 3) for phase, one in seconds.items()}
