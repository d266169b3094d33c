"""Layers in a run: each read once, one picked on validation, all on a curve."""

from pathlib import Path

import numpy as np
import pytest

from earmark import ModelInfo, run
from earmark.protocol import Recordings, result_path, run_each
from earmark.result import Result
from earmark.result.layers import draw_layers, layer_table


class DeafThenHearing:
    """Two layers: noise that knows nothing, and the energy in eight bands."""

    def embed(self, audio):
        frames = audio.unfold(1, 800, 800).numpy()
        energy = np.abs(np.fft.rfft(frames, axis=2))[:, :, :400] ** 2
        bands = np.log1p(energy.reshape(*energy.shape[:2], 8, 50).sum(3)).astype(np.float32)
        deaf = np.sin(1e6 * bands.sum(2, keepdims=True)).astype(np.float32)
        return {"deaf": deaf, "hearing": bands}


INFO = ModelInfo(
    name="two", version="1", sample_rate=8000, dim=1, load=DeafThenHearing, layers={"deaf": 1, "hearing": 8},
    layer="deaf",
)  # fmt: skip


@pytest.fixture(scope="module")
def result(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    own = Recordings(path=table, targets={"genre": "genre", "segmentation": "segmentation"})
    return run(INFO, own, layers=["all"], cache=tmp_path_factory.mktemp("cache"), workers=1)


def test_validation_picks_the_layer_that_hears(result: Result) -> None:
    genre = result.task("genre")
    assert genre.layer == "hearing"
    assert [one.layer for one in genre.by_layer] == ["deaf", "hearing"]
    assert genre.by_layer[1].score == genre.main
    assert genre.main.value == 1.0
    assert genre.by_layer[0].score.value < 0.8  # three classes, known to nobody


def test_the_pick_is_the_best_on_validation_and_not_on_test(result: Result) -> None:
    for task in result.tasks:
        best = max(task.by_layer, key=lambda one: one.valid_score)
        assert task.layer == best.layer


def test_each_layer_scores_as_it_does_alone(result: Result, table: Path, tmp_path: Path) -> None:
    own = Recordings(path=table, targets={"genre": "genre"})
    alone = run(INFO, own, layers=["deaf"], cache=tmp_path, workers=1)
    assert alone.task("genre").main == result.task("genre").by_layer[0].score
    assert alone.task("genre").by_layer == ()
    assert alone.model.dim == 1
    assert result_path(alone).name.endswith("-layers-deaf.json")


def test_the_table_stars_the_picked_layer(result: Result) -> None:
    rows = layer_table(result).splitlines()
    assert rows[0].split() == ["layer", "genre", "segments.foote", "segments.boundary-probe"] or "genre" in rows[0]
    assert rows[3].startswith("hearing")
    assert "1.000*" in rows[3]
    assert "Layers picked on validation: genre hearing" in str(result)


def test_the_curves_are_drawn(result: Result, tmp_path: Path) -> None:
    draw_layers(result, tmp_path / "layers.svg")
    text = (tmp_path / "layers.svg").read_text()
    assert "<svg" in text


def test_a_run_over_layers_has_a_place_of_its_own(result: Result) -> None:
    assert "layers-deaf-hearing" in result_path(result).name
    assert "2 layers" in str(result)


def test_several_models_in_one_run_score_as_they_do_alone(table: Path, bands: ModelInfo, tmp_path: Path) -> None:
    own = Recordings(path=table, targets={"genre": "genre"})
    together = run_each([bands, "log-mel"], own, cache=tmp_path / "a", workers=1)
    alone = [run(model, own, cache=tmp_path / "b", workers=1) for model in (bands, "log-mel")]
    assert [r.tasks for r in together] == [r.tasks for r in alone]
    assert [r.model for r in together] == [r.model for r in alone]
