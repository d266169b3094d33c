"""What is registered of the études is what they are, so that results on them can be submitted."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from earmark import Dataset, Track
from earmark.audio import AudioFile
from earmark.protocol.registration import labels_of
from earmark.registry import find_dataset
from earmark_benchmarks import etudes
from earmark_benchmarks.etudes import corpus

REGISTERED = json.loads((Path(etudes.__file__).parent / "checksums.json").read_text(encoding="utf-8"))
AGAIN = "run `bench data checksums` for each size, keep what it prints in checksums.json, and file the board anew"


def test_the_registered_checksums_are_of_this_version() -> None:
    assert {found["version"] for found in REGISTERED.values()} == {corpus.VERSION}, AGAIN
    for name, found in REGISTERED.items():
        assert find_dataset(name)[0].checksum == found["checksum"]
        assert found["tracks"] == corpus.SIZES[name].splits


def test_the_registered_answers_and_chance_of_the_small_size_are_what_its_scores_say() -> None:
    """The labels follow from the scores alone: nothing is performed."""
    from earmark_benchmarks.etudes.compose import compose  # noqa: PLC0415
    from earmark_benchmarks.etudes.labels import labels_of as of_score  # noqa: PLC0415

    tracks = tuple(
        Track(
            id=piece.id, group=piece.group, split=piece.split, source=AudioFile(Path(piece.id)),
            labels=etudes._answers(json.loads(json.dumps(of_score(compose(piece.factors))))),
        )
        for piece in corpus.plan("etudes-small")
    )  # fmt: skip
    dataset = Dataset(
        name="etudes-small", version=corpus.VERSION, license="", source="", targets=etudes.targets(), tracks=tracks
    )
    found = labels_of(dataset)
    assert found["answers"] == REGISTERED["etudes-small"]["answers"], AGAIN
    assert found["labelled"] == REGISTERED["etudes-small"]["labelled"], AGAIN
    for target, chance in found["chance"].items():
        assert chance == pytest.approx(REGISTERED["etudes-small"]["chance"][target], abs=1e-9), AGAIN


def test_they_are_the_same_on_an_older_processor() -> None:
    """numpy computes a sine by the widest instructions that there are, and the last digit differs between them."""
    older = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        __file__,
        "-k",
        "of_the_small_size",
    ]
    found = subprocess.run(words, env={**os.environ, **older}, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
