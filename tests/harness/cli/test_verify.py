"""``bench verify`` as it is typed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Said = tuple[object, str, str]
WHERE = ("--cache", "cache", "--workers", "1", "--device", "cpu", "--quiet")


@pytest.fixture
def measured(typed: Callable[..., Said], table: Path) -> tuple[str, ...]:
    """The options that say what was measured, once it is."""
    data = ("--data", str(table), "--target", "genre=genre")
    code, _, errors = typed("run", "--model", "log-mel", *data, "--out", "r.json", *WHERE)
    assert code == 0, errors
    return data


def test_an_honest_result_ends_with_zero(typed: Callable[..., Said], measured: tuple[str, ...]) -> None:
    code, said, errors = typed("verify", "r.json", "--model", "log-mel", "--tracks", "6", *measured, *WHERE)
    assert code == 0, errors
    assert "The claimed answers come out: 6 of 6 answers about 6 of 18 test tracks agree (100 %)." in said


def test_another_model_ends_with_one(typed: Callable[..., Said], measured: tuple[str, ...]) -> None:
    words = ("--tracks", "all", "--stored", "--json")
    code, said, _ = typed("verify", "r.json", "--model", "chroma", *words, *measured, *WHERE)
    found = json.loads(said)
    assert code == 1
    assert "fingerprint" in found["notes"][0]
    assert "The model's name is 'chroma' here, in the result 'log-mel'." in found["notes"]
    assert found["passed"] is False


@pytest.mark.parametrize("tracks", ["0", "few", "-3", "1.5"])
def test_a_number_of_tracks_that_cannot_be_is_refused(
    typed: Callable[..., Said], measured: tuple[str, ...], tracks: str
) -> None:
    code, _, errors = typed("verify", "r.json", "--model", "log-mel", f"--tracks={tracks}")
    assert code == 1
    assert "--tracks takes a number from 1 on, or all" in errors


def test_own_recordings_must_be_named(typed: Callable[..., Said], measured: tuple[str, ...]) -> None:
    code, _, errors = typed("verify", "r.json", "--model", "log-mel", *WHERE)
    assert code == 1
    assert "is no installed benchmark: name the recordings with --data" in errors


def test_the_help_says_what_is_always_embedded(typed: Callable[..., Said]) -> None:
    assert "Probes learn from train and validation" in " ".join(typed("verify", "--help")[1].split())
