"""`bench train` on the command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from earmark.protocol import Recordings


def bench(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "earmark", *words], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def words(tones: Recordings, cache: Path) -> tuple[str, ...]:
    return (
        "train",
        "short-chunk-cnn",
        "--data",
        str(tones.path),
        "--cache",
        str(cache),
        "--out",
        "t",
        "--workers",
        "1",
    )


def test_it_trains_on_a_table_and_says_what_comes_next(words: tuple[str, ...], tmp_path: Path):
    done = bench(tmp_path, *words, "--target", "genre", "--target", "vocal=vocal", "--epochs", "1")
    assert done.returncode == 0, done.stderr
    assert "Next: bench run --model t.safetensors" in done.stdout
    assert "epoch 1/1 adam" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["t.json", "t.png", "t.safetensors"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--size", "large"), "No size of short-chunk-cnn is called 'large'"),
        (("--data", "etude"), "No data set is called 'etude'. Did you mean 'etudes'"),
        (("--data", "etudes", "--target", "genre=style"), "tell about a table of yours"),
        (("--plot", "curve.gif"), "not '.gif'"),
    ],
    ids=["size", "data", "column", "plot"],
)
def test_a_mistake_ends_in_one_sentence(words: tuple[str, ...], tmp_path: Path, more: tuple[str, ...], sentence: str):
    done = bench(tmp_path, *words, *more)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
