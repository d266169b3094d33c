"""Real files through the whole protocol, where they are at hand beside the checkout."""

from pathlib import Path

import pytest

from earmark import run
from earmark.protocol import Recordings

TABLE = Path(__file__).parents[4] / "shared/data/real/tracks.csv"
TARGETS = {"genre": "category", "mood": "mood", "tempo": "bpm", "key": "key"}


@pytest.mark.skipif(not TABLE.exists(), reason=f"{TABLE} is not there")
def test_real_recordings_go_through(tmp_path: Path) -> None:
    result = run("log-mel", Recordings(path=TABLE, targets=TARGETS), cache=tmp_path)
    assert [t.task for t in result.tasks] == list(TARGETS)
    assert result.task("genre").tracks["test"] == 34
    assert result.datasets[0].skipped == ()
    assert result.cost.embedded_tracks == 217
    assert "Too few test groups" in str(result)  # five songs with a mood in the test split
