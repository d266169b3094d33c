import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from earmark import EarmarkError, ModelInfo, run
from earmark.errors import UnknownName
from earmark.protocol import Recordings, result_path

DIGITS = ("float32", "bf16")
TARGETS = {"genre": "genre", "tempo": "tempo", "segmentation": "segmentation"}


@pytest.fixture
def own(table: Path) -> Recordings:
    return Recordings(path=table, targets=TARGETS)


def test_a_run_answers_every_task_with_intervals_chance_and_baseline(
    own: Recordings, bands: ModelInfo, tmp_path: Path
) -> None:
    result = run(bands, own, cache=tmp_path, workers=1)
    assert [t.task for t in result.tasks] == ["genre", "tempo", "segmentation.foote", "segmentation.boundary-probe"]
    for task in result.tasks:
        assert task.main.low is not None
        assert task.chance[0].value is not None
        assert task.baseline[0].metric == task.main.metric
    assert result.task("genre").main.value == 1.0  # the pitch is the genre


def test_scores_follow_from_the_predictions(own: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    result = run(bands, own, cache=tmp_path, workers=1, tasks=["genre"])
    rows = result.predictions_frame()
    expected = accuracy_score(rows.reference.map(json.loads), rows.estimated.map(json.loads))
    assert result.task("genre").main.value == expected
    assert set(rows.track) == {f"t{i}" for i in range(60) if i % 10 >= 7}


def test_the_same_arguments_give_the_same_scores(own: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    one, other = (run(bands, own, cache=tmp_path / name, workers=1) for name in ("a", "b"))
    assert one.tasks == other.tasks
    assert one.datasets == other.datasets


def test_scores_do_not_depend_on_the_number_of_workers(own: Recordings, tmp_path: Path) -> None:
    results = [run("log-mel", own, cache=tmp_path / str(n), workers=n).to_pandas() for n in (1, 2)]
    np.testing.assert_allclose(results[0].value, results[1].value, atol=1e-4)  # the promise: four decimals


def test_a_second_run_embeds_nothing(own: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    first, second = (run(bands, own, cache=tmp_path, workers=1, tasks=["genre"]) for _ in range(2))
    assert (first.cost.embedded_tracks, first.cost.stored_tracks) == (60, 0)
    assert (second.cost.embedded_tracks, second.cost.stored_tracks) == (0, 60)


def test_tasks_are_chosen_by_name_or_family(own: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    def chosen(*names: str) -> list[str]:
        return [t.task for t in run(bands, own, cache=tmp_path, workers=1, tasks=names).tasks]

    assert chosen("tempo") == ["tempo"]
    assert chosen("segmentation") == ["segmentation.foote", "segmentation.boundary-probe"]
    with pytest.raises(UnknownName, match="Did you mean 'tempo'"):
        chosen("temop")


def test_a_misspelt_probe_or_benchmark_gets_a_hint(bands: ModelInfo, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'linear'"):
        run(bands, "etudes-small", probes=["liner"], cache=tmp_path)
    with pytest.raises(UnknownName, match="Did you mean 'etudes'"):
        run(bands, "etude", cache=tmp_path)


def test_a_limit_is_marked(own: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    result = run(bands, own, cache=tmp_path, workers=1, tasks=["genre"], limit=9)
    assert result.limit == 9
    assert result.task("genre").tracks == {"train": 9, "valid": 9, "test": 9}


def test_mlp_probes_report_their_seeds(own: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    result = run(bands, own, cache=tmp_path, workers=1, tasks=["genre"], probes=["mlp"])
    assert result.task("genre", "mlp").seed_deviation is not None
    assert set(result.predictions_frame().seed) == {0, 1, 2, 3, 4}


def test_the_baseline_against_itself_gains_nothing(own: Recordings, tmp_path: Path) -> None:
    result = run("log-mel", own, cache=tmp_path, workers=1, tasks=["genre"])
    assert result.task("genre").gain is None
    assert result.task("genre").baseline == result.task("genre").scores


def test_the_baseline_keeps_all_its_digits(own: Recordings, tmp_path: Path) -> None:
    full, half = (run("log-mel", own, cache=tmp_path, workers=1, tasks=["tempo"], precision=p) for p in DIGITS)
    assert half.task("tempo").baseline == full.task("tempo").scores
    assert half.task("tempo").gain is not None
    assert "Embedded in bf16" in str(half)


def test_an_unusable_device_is_said(own: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    with pytest.raises(EarmarkError, match="cannot be used"):
        run(bands, own, cache=tmp_path, device="cuda:99")


def test_a_result_has_a_place_that_no_name_escapes(own: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    result = run(bands, own, cache=tmp_path, workers=1, tasks=["genre"])
    odd = result.model.model_copy(update={"name": "../../org/model", "version": "1.0/x"})
    found = result_path(result.model_copy(update={"model": odd}))
    assert found.parent == Path("results/org-model/1.0-x")
    assert found.name == f"tracks-{result.benchmark.version}-genre.json"


def test_a_part_of_a_benchmark_does_not_replace_the_whole(own: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    whole = run(bands, own, cache=tmp_path, workers=1)
    parts = [
        run(bands, own, cache=tmp_path, workers=1, **words)  # type: ignore[arg-type]
        for words in ({"tasks": ["genre"]}, {"limit": 9}, {"tasks": ["genre"], "probes": ["mlp"]})
    ]
    assert len({result_path(result) for result in [whole, *parts]}) == 4


def test_too_few_labels_are_told_before_anything_is_embedded(table: Path, bands: ModelInfo, tmp_path: Path) -> None:
    with pytest.raises(EarmarkError, match="needs at least 2"):
        run(bands, Recordings(path=table, targets={"genre": "genre"}), cache=tmp_path, workers=1, limit=1)
    assert not list((tmp_path / "embeddings").glob("shards/*"))


def test_the_same_recording_on_two_sides_of_a_split_is_told(table: Path, bands: ModelInfo, tmp_path: Path) -> None:
    head, *rows = table.read_text().splitlines()
    (tmp_path / "copy.wav").write_bytes((table.parent / "0.wav").read_bytes())  # t0 is in train
    rows = [row.replace(",", f",{table.parent}/", 1) for row in rows]
    rows.append(f"t60,{tmp_path}/copy.wav,g60,test,low,60,0-3:a; 3-6:b")
    (tmp_path / "tracks.csv").write_text("\n".join([head, *rows]))
    own = Recordings(path=tmp_path / "tracks.csv", targets={"genre": "genre"})
    assert any("t0 = t60" in note for note in run(bands, own, cache=tmp_path, workers=1).datasets[0].notes)


def test_the_data_checksum_follows_labels_and_audio(table: Path, bands: ModelInfo, tmp_path: Path) -> None:
    def checksum(text: str) -> str:
        (tmp_path / "t.csv").write_text(text)
        found = run(bands, Recordings(path=tmp_path / "t.csv", targets={"genre": "genre"}), cache=tmp_path, workers=1)
        return found.datasets[0].checksum

    head, *rows = table.read_text().splitlines()
    rows = [row.replace(",", f",{table.parent}/", 1) for row in rows]
    assert checksum("\n".join([head, *rows])) == checksum("\n".join([head, *reversed(rows)]))
    assert checksum("\n".join([head, *rows])) != checksum("\n".join([head, rows[0].replace("low", "mid"), *rows[1:]]))


def test_a_drawn_split_comes_with_the_result(table: Path, bands: ModelInfo, tmp_path: Path) -> None:
    unsplit = Recordings(path=table, targets={"genre": "genre"}, columns={"split": ""})
    drawn = run(bands, unsplit, cache=tmp_path, workers=1, seed=3)
    split = drawn.tables["split"]
    assert len(split) == 60
    assert set(drawn.predictions_frame().track) == set(split.id[split.split == "test"])
    assert any("drawn by group with seed 3" in note for note in drawn.datasets[0].notes)
