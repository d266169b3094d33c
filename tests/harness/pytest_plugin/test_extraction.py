"""What is timed and weighed."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from earmark import ModelInfo
from earmark.errors import EarmarkError, PluginError
from earmark.extract import extract
from earmark.extract.embed import freeze
from earmark.pytest_plugin import memory
from earmark.pytest_plugin.extraction import Rehearsal, tracks_of
from earmark.registry import open_model
from earmark.store import Store

WRITTEN = 1 / 32_768  # a step of 16 bits


@pytest.fixture
def rehearsal(bands: ModelInfo) -> Rehearsal:
    return Rehearsal.of(freeze(open_model(bands), "cpu"), "cpu", tracks_of(35.0))


def test_the_recordings_last_as_long_as_was_asked() -> None:
    assert [track.load().duration_s for track in tracks_of(65.0)] == [30.0, 30.0, 5.0]


def test_the_recordings_are_music_and_no_two_the_same() -> None:
    first, second = (track.load().samples for track in tracks_of(60.0))
    assert np.abs(first).max() == pytest.approx(0.3, abs=WRITTEN)  # the level that a check's music has
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1  # so many samples of unlike chords hardly correlate


def test_less_than_a_second_is_refused() -> None:
    with pytest.raises(EarmarkError, match=r"not 0.5 s"):
        tracks_of(0.5)


def test_what_is_timed_writes_what_a_run_would(rehearsal: Rehearsal, bands: ModelInfo, tmp_path: Path) -> None:
    jobs, setup = rehearsal.into(tmp_path / "timed")
    assert rehearsal.embed(jobs, setup) == pytest.approx(35.0)
    expected = extract(tracks_of(35.0), partial(open_model, bands), Store(tmp_path / "run"), workers=1)
    for key in expected.keys.values():
        found, wanted = setup.store.read(key), expected.store.read(key)
        assert all(np.array_equal(found[name], wanted[name]) for name in wanted)


def test_a_store_that_holds_it_already_is_never_timed(rehearsal: Rehearsal, tmp_path: Path) -> None:
    rehearsal.embed(*rehearsal.into(tmp_path))
    with pytest.raises(PluginError, match="the store was not empty"):
        rehearsal.embed(*rehearsal.into(tmp_path))


def test_a_process_that_fails_says_its_last_words(bands: ModelInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "PROGRAM", "import sys; sys.exit('no room left')")
    with pytest.raises(PluginError, match=r"status 1: no room left"):
        memory.added_bytes(partial(open_model, bands), "cpu", tracks_of(1.0))
