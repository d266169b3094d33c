"""The smallest reference learns: it beats its own random initialisation on what it has not heard.

Once on generated glides, in seconds, and once on the études as README has it, in some minutes: that is left out where
the cache that EARMARK_CACHE names does not hold them.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark import run
from earmark.metric import ACCURACY, Difference, difference_of, group_weights
from earmark.place import Place
from earmark.protocol import Recordings
from earmark.registry import find_dataset
from earmark.train import train

RATE = 16_000
MANNERS = {"up": 4.0, "down": -4.0, "flat": 0.0}
"""Semitones that each note glides: a mean spectrum cannot tell up from down."""
NOTES, NOTE_S = 20, 0.2
SPLITS = {"train": 60, "valid": 24, "test": 90}
RESAMPLES = 1000


def glides(manner: str, random: np.random.Generator) -> np.ndarray:
    """Notes of random pitch and loudness in noise, each gliding in the same manner: 4 s."""
    seconds = np.arange(round(NOTE_S * RATE)) / RATE
    pitches = random.uniform(200.0, 1200.0, NOTES)[:, None]
    semitones = MANNERS[manner] * (seconds / NOTE_S - 0.5)
    phase = 2 * np.pi * np.cumsum(pitches * 2 ** (semitones / 12), axis=1) / RATE
    loudness = random.uniform(0.05, 0.2, NOTES)[:, None]
    notes = (loudness * np.sin(phase) * np.hanning(len(seconds))).ravel()
    return notes + random.normal(0, 0.01, len(notes))


def write_glides(folder: Path) -> Recordings:
    random, lines = np.random.default_rng(0), ["id,path,group,split,genre"]
    for split, count in SPLITS.items():
        for i in range(count):
            manner, name = list(MANNERS)[i % 3], f"{split}{i}"
            soundfile.write(folder / f"{name}.wav", glides(manner, random), RATE)
            lines.append(f"{name},{name}.wav,{name},{split},{manner}")
    (folder / "glides.csv").write_text("\n".join(lines) + "\n")
    return Recordings(path=folder / "glides.csv", targets={"genre": "genre"})


def worth(on: str | Recordings, classes: list[str], *, epochs: int | None, cache: Path, folder: Path) -> Difference:
    """Train on the genre; how much better than untrained, in paired accuracy over the test tracks."""
    frames = []
    for name, lasting in (("trained", epochs), ("untrained", 0)):
        train("short-chunk-cnn", on, out=folder / name, targets=["genre"], epochs=lasting, cache=cache)
        result = run(str(folder / f"{name}.safetensors"), on, tasks=["genre"], cache=cache)
        frames.append(result.predictions_frame().set_index("track").sort_index())
    reference = np.array([classes.index(json.loads(label)) for label in frames[0].reference])
    weights = group_weights(list(frames[0].group), RESAMPLES, seed=0)
    scores = [ACCURACY.function(reference, np.stack(list(frame.outputs)), weights) for frame in frames]
    return difference_of(ACCURACY, *scores, weights)


def test_tiny_beats_its_own_random_initialisation_by_more_than_the_interval(tmp_path: Path):
    (tmp_path / "glides").mkdir()
    on = write_glides(tmp_path / "glides")
    difference = worth(on, sorted(MANNERS), epochs=12, cache=tmp_path / "cache", folder=tmp_path)
    assert difference.interval.low > 0


def test_tiny_in_full_beats_its_own_random_initialisation_on_the_etudes(tmp_path: Path):
    info, _ = find_dataset("etudes")
    cache = os.environ.get("EARMARK_CACHE", "")
    if not (cache and info.folder(Place.at(cache).datasets).exists()):
        pytest.skip("makes no études, which takes minutes: `bench data make etudes` with EARMARK_CACHE set does")
    classes = list(info.targets[0].classes)
    difference = worth("etudes", classes, epochs=None, cache=Path(cache), folder=tmp_path)
    assert difference.interval.low > 0
