"""A whole run on embeddings that are stored, against the arithmetic of its probes and scores alone."""

from pathlib import Path

import numpy as np
import soundfile
from pytest_benchmark.fixture import BenchmarkFixture

from earmark import Result, run
from earmark.protocol import Recordings

RATE_HZ, TRACKS, DURATION_S = 16_000, 300, 3
SPLITS = ("train", "train", "train", "valid", "test")


def write_table(folder: Path) -> Path:
    """Tones whose pitch is the class, in noise."""
    rows = ["path,split,genre,tempo"]
    random = np.random.default_rng(0)
    times_s = np.arange(DURATION_S * RATE_HZ) / RATE_HZ
    for i in range(TRACKS):
        tone = 0.2 * np.sin(2 * np.pi * 200 * (1 + i % 6) * times_s) + random.normal(0, 0.1, len(times_s))
        soundfile.write(folder / f"{i}.flac", tone, RATE_HZ)
        rows.append(f"{i}.flac,{SPLITS[i // 6 % 5]},class {i % 6},{60 + i % 120}")
    (folder / "tracks.csv").write_text("\n".join(rows))
    return folder / "tracks.csv"


def test_a_second_run_against_its_probes(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    own = Recordings(path=write_table(tmp_path))

    def measure() -> Result:
        return run("log-mel", own, cache=tmp_path / "cache", workers=1)

    measure()
    found = benchmark.pedantic(measure, rounds=3)
    assert found.cost.embedded_tracks == 0
    arithmetic_s = found.cost.phases_s["probe"] + found.cost.phases_s["score"]
    benchmark.extra_info["arithmetic_s"] = round(arithmetic_s, 3)
    if benchmark.stats is not None:  # None under --benchmark-disable
        benchmark.extra_info["ratio"] = round(benchmark.stats.stats.median / arithmetic_s, 2)
