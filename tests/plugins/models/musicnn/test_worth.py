"""What a pretrained tagger must be worth on real recordings, where they and its weights are at hand."""

from pathlib import Path

import pytest

from earmark import run
from earmark.place import Place
from earmark.protocol import Recordings

TABLE = Path(__file__).parents[5] / "shared/data/real/tracks.csv"
MODEL = "musicnn-msd"


@pytest.mark.skipif(not TABLE.exists(), reason=f"{TABLE} is not there")
@pytest.mark.skipif(not (Place.at().models / MODEL).exists(), reason=f"no weights: bench models get {MODEL}")
def test_it_knows_the_category_of_real_songs_better_than_log_mel(tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(Place.at().models)
    result = run(MODEL, Recordings(path=TABLE, targets={"genre": "category"}), cache=tmp_path)
    gain = result.task("genre").gain
    assert gain is not None
    assert gain.low is not None
    assert gain.low > 0
