"""Real files through the whole protocol, where they are at hand beside the checkout."""

from pathlib import Path

import pytest

from earmark import run
from earmark.neighbours import neighbours
from earmark.protocol import Recordings
from earmark.robust import robust

TABLE = Path(__file__).parents[4] / "shared/data/real/tracks.csv"
TARGETS = {"genre": "category", "mood": "mood", "tempo": "bpm", "key": "key"}


at_hand = pytest.mark.skipif(not TABLE.exists(), reason=f"{TABLE} is not there")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@at_hand
def test_real_recordings_go_through(cache: Path) -> None:
    result = run("log-mel", Recordings(path=TABLE, targets=TARGETS), cache=cache)
    assert [t.task for t in result.tasks] == list(TARGETS)
    assert result.task("genre").tracks["test"] == 34
    assert result.datasets[0].skipped == ()
    assert result.cost.embedded_tracks == 217
    assert "Too few test groups" in str(result)  # five songs with a mood in the test split


@at_hand
def test_real_recordings_are_changed(cache: Path) -> None:
    own, words = Recordings(path=TABLE, targets={"genre": "category"}), ["mp3:32", "one-channel:left", "gain:-12"]
    result = robust("log-mel", own, words, cache=cache)
    assert result.robustness is not None
    mp3, left, quiet = result.robustness.conditions
    assert mp3.tracks == 45  # 34 songs of a category and the others of the test split
    assert mp3.unchanged == quiet.unchanged == 0
    assert 0 < left.unchanged < 45  # some of them are mono, some stereo
    assert (mp3.drift.cosine or 0.0) > 0.9


@at_hand
def test_songs_of_a_group_are_neighbours(cache: Path) -> None:
    found = neighbours("log-mel", Recordings(path=TABLE, targets={"tempo": "bpm"}), cache=cache).neighbourhood
    assert found is not None
    by_group = {one.same_group: one for one in found.retrieval if one.distance == "cosine"}
    with_own, without = (by_group[same].scores[0].value or 0.0 for same in (True, False))
    assert with_own > without  # excerpts of one song share its tempo
