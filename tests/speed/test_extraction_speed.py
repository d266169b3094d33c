"""What the extraction adds to decoding, resampling and the bare model; and what finding everything costs.

`extra_info` of the first holds `ratio`: aim at 1.1 or less. Both sides run on one thread in one process.
"""

import functools
import itertools
import statistics
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from earmark.audio import AudioFile, resample
from earmark.dataset import Track
from earmark.extract import extract
from earmark.extract.embed import exact_arithmetic
from earmark.registry import open_model
from earmark.store import Store

RATE_HZ = 44_100
FORMATS = (("flac", "PCM_16"), ("ogg", "VORBIS"))
ROUNDS = 5


opened_log_mel = functools.partial(open_model, "log-mel")


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> list[Track]:
    """Write 20 stereo tracks of 30 s, half of them FLAC, half Ogg Vorbis."""
    folder = tmp_path_factory.mktemp("audio")
    made = []
    for i, (ending, subtype) in zip(range(20), itertools.cycle(FORMATS)):
        path = folder / f"{i}.{ending}"
        with soundfile.SoundFile(path, "w", RATE_HZ, 2, subtype=subtype) as file:
            for second in np.random.default_rng(i).normal(0, 0.1, (30, RATE_HZ, 2)):
                file.write(second)  # Vorbis in libsndfile fails on long blocks
        made.append(Track(id=path.name, group=path.name, split="train", source=AudioFile(path), labels={}))
    return made


def bare_loop(tracks: list[Track]) -> None:
    """Decode, resample and embed: what nobody can leave out."""
    opened = opened_log_mel()
    with exact_arithmetic(), torch.inference_mode():
        for track in tracks:
            audio = resample(track.load(), opened.info.sample_rate)
            opened.model.embed(torch.from_numpy(audio.samples[None]))


def seconds(work) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def test_extraction_against_the_bare_loop(benchmark, tracks, tmp_path):
    bare_loop(tracks)  # warm: files, imports, filter banks
    fresh = itertools.count()
    extraction = lambda: extract(tracks, opened_log_mel, Store(tmp_path / str(next(fresh))), workers=1)  # noqa: E731
    pairs = [(seconds(extraction), seconds(functools.partial(bare_loop, tracks))) for _ in range(ROUNDS)]
    benchmark.pedantic(extraction, rounds=2)
    ours, bare = (statistics.median(side) for side in zip(*pairs, strict=True))
    benchmark.extra_info.update(ratio=round(statistics.median(a / b for a, b in pairs), 3))
    benchmark.extra_info.update(audio_s_per_s=round(600 / ours), bare_audio_s_per_s=round(600 / bare))


def test_finding_everything(benchmark, tmp_path: Path):
    """600 recordings of 1 MB that are all in the store."""
    made = []
    for i in range(600):
        path = tmp_path / f"{i}.wav"
        soundfile.write(path, np.full(500_000, i / 1_000, np.float32), 16_000)
        made.append(Track(id=path.name, group=path.name, split="train", source=AudioFile(path), labels={}))
    store = Store(tmp_path / "cache")
    extract(made, opened_log_mel, store)
    found = benchmark.pedantic(lambda: extract(made, opened_log_mel, store), rounds=3)
    assert found.found == 600
    read = seconds(lambda: [found.read(track.id) for track in made])
    benchmark.extra_info.update(read_all_s=round(read, 3), **{n: round(s, 3) for n, s in found.seconds.items()})
