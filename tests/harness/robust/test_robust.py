"""Whole runs: probes learn from clean audio and are asked about changed audio."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np
import pandas as pd
import pytest
import soundfile
from sklearn.metrics import accuracy_score

from earmark import ModelInfo, Result, run
from earmark.errors import EarmarkError, UnknownName
from earmark.protocol import Recordings, result_path
from earmark.result.robust.record import ConditionScore, Equivariance
from earmark.robust import robust, robust_each
from earmark.target import KEYS

Of = Callable[..., Recordings]
EXACT = 1e-12  # means of some hundred numbers in another order
TESTS = 18  # of the sixty tones
CHANGES = ["white-noise:20,-10", "time-stretch:1.25", "silence:1"]


def under(result: Result, condition: str, task: str = "") -> ConditionScore:
    assert result.robustness is not None
    found = [one for one in result.robustness.tasks if one.task == task or not task]
    return next(score for score in found[0].conditions if score.condition == condition)


def condition(result: Result, name: str) -> Any:
    assert result.robustness is not None
    return next(one for one in result.robustness.conditions if one.name == name)


@pytest.fixture
def tones(table: Path, recordings: Of) -> Recordings:
    return recordings(table, "genre", "tempo", "segmentation")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the runs of this file: what they share is embedded once."""
    return tmp_path_factory.mktemp("cache")


def test_scores_on_clean_audio_are_those_of_a_run(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    plain = run(bands, tones, cache=kept, workers=1)
    found = robust(bands, tones, CHANGES, cache=kept, workers=1)
    beside = {"baseline": (), "gain": None}  # a robust result has no baseline
    assert found.tasks == tuple(task.model_copy(update=beside) for task in plain.tasks)
    assert found.datasets == plain.datasets
    assert found.robustness is not None
    for task, clean in zip(found.robustness.tasks, plain.tasks, strict=True):
        assert (task.task, task.probe, task.clean) == (clean.task, clean.probe, clean.main)
        assert task.chance == clean.chance[0].value


def test_scores_by_an_mlp_on_clean_audio_are_those_of_a_run(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    how = {"cache": kept, "workers": 1, "tasks": ["genre"], "probes": ["mlp"]}
    plain = run(bands, tones, **how)  # type: ignore[arg-type]
    found = robust(bands, tones, ["white-noise:20"], **how)  # type: ignore[arg-type]
    assert found.task("genre", "mlp").scores == plain.task("genre", "mlp").scores
    assert found.task("genre", "mlp").seed_deviation == plain.task("genre", "mlp").seed_deviation
    rows = found.predictions_frame()
    assert set(rows[rows.condition == "white-noise:20"].seed) == {0, 1, 2, 3, 4}


def scored(task: str, rows: pd.DataFrame) -> float:
    """The main score of a task from its predictions alone, by mir_eval and scikit-learn."""
    reference, estimated = rows.reference.map(json.loads), rows.estimated.map(json.loads)
    if task == "genre":
        return float(accuracy_score(reference, estimated))
    pairs = list(zip(reference, estimated, strict=True))
    if task == "key":
        return float(np.mean([mir_eval.key.weighted_score(*pair) for pair in pairs]))
    if task == "tempo":
        return float(np.mean([abs(e / r - 1) <= 0.04 + 1e-9 for r, e in pairs]))
    return float(np.mean([boundary_f(*pair) for pair in pairs]))


def boundary_f(reference: dict[str, Any], estimated: dict[str, Any]) -> float:
    """HR.5F; where only one side has a boundary inside nothing was found, where neither has all was."""
    end = reference["edges_s"][-1]
    both = [
        np.array([0.0, *(e for e in side["edges_s"] if 0.1 <= e <= end - 0.1), end]) for side in (reference, estimated)
    ]
    if min(map(len, both)) == 2:
        return float(len(both[0]) == len(both[1]))
    intervals = [np.stack([edges[:-1], edges[1:]], axis=1) for edges in both]
    return float(mir_eval.segment.detection(*intervals, window=0.5, trim=True)[2])


def test_every_score_follows_from_the_predictions(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    found = robust(bands, tones, CHANGES, cache=kept, workers=1)
    rows, seen = found.predictions_frame(), 0
    assert found.robustness is not None
    for task in found.robustness.tasks:
        of_task = rows[(rows.task == task.task) & (rows.probe == task.probe)]
        assert task.clean.value == pytest.approx(scored(task.task, of_task[of_task.condition == ""]), abs=EXACT)
        for score in task.conditions:
            some = of_task[of_task.condition == score.condition]
            assert score.tracks == len(some)
            assert score.score.value == pytest.approx(scored(task.task, some), abs=EXACT)
            seen += 1
    assert seen == 4 * 4  # genre, tempo, sections twice; four conditions


def test_predictions_name_the_tracks_of_every_condition(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    rows = robust(bands, tones, CHANGES, cache=kept, workers=1).predictions_frame()
    genre = rows[rows.task == "genre"].groupby("condition").track.apply(list)
    assert list(genre.index) == ["", "silence:1", "time-stretch:1.25", "white-noise:-10", "white-noise:20"]
    assert all(tracks == genre[""] for tracks in genre)  # ids as on clean audio
    clean, fast = (rows[(rows.task == "tempo") & (rows.condition == c)] for c in ("", "time-stretch:1.25"))
    np.testing.assert_allclose(fast.reference.map(json.loads).to_numpy(), 1.25 * clean.reference.map(json.loads))
    moved = json.loads(rows[(rows.task == "segmentation.foote") & (rows.condition == "silence:1")].reference.iloc[0])
    assert moved == {"edges_s": [0, 1, 4, 7, 8], "labels": ["silence", "a", "b", "silence"]}


def test_the_change_is_the_difference_of_two_scores(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    found = robust(bands, tones, CHANGES, cache=kept, workers=1).robustness
    assert found is not None
    for task in found.tasks:
        for score in task.conditions:
            assert score.change is not None
            assert score.change.value == pytest.approx(score.score.value - task.clean.value, abs=EXACT)  # type: ignore[operator]
            assert score.change.low <= score.change.value + EXACT  # type: ignore[operator]
            assert score.change.high >= score.change.value - EXACT  # type: ignore[operator]


def test_the_interval_of_a_change_is_paired(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    """Resamples of the groups, as scikit-learn's accuracies of both differ; each track is a group of its own here."""
    found = robust(bands, tones, ["white-noise:-10"], cache=kept, workers=1, tasks=["genre"])
    rows = found.predictions_frame().assign(right=lambda r: (r.reference == r.estimated).astype(float))
    change = np.subtract(*(rows[rows.condition == c].right.to_numpy() for c in ("white-noise:-10", "")))
    drawn = np.random.default_rng(1).integers(0, TESTS, (20_000, TESTS))
    low, high = np.quantile(change[drawn].mean(axis=1), [0.025, 0.975])
    score = under(found, "white-noise:-10")
    assert score.change is not None
    assert change.mean() < 0
    assert score.change.low == pytest.approx(low, abs=1 / TESTS)  # a step of the mean of so many
    assert score.change.high == pytest.approx(high, abs=1 / TESTS)


def test_what_does_nothing_changes_nothing(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    found = robust(bands, tones, ["gain:0"], cache=kept, workers=1)
    about = condition(found, "gain:0")
    assert (about.unchanged, about.tracks) == (TESTS, TESTS)
    assert about.drift.cosine == pytest.approx(1.0, abs=EXACT)
    assert (about.drift.rank, about.drift.found) == (1.0, 1.0)
    assert found.robustness is not None
    for task in found.robustness.tasks:
        (score,) = task.conditions
        assert score.score == task.clean
        assert score.change is not None
        assert (score.change.value, score.change.low, score.change.high) == (0, 0, 0)
        assert (score.unmoved, score.equivariance) == (None, None)


def test_a_model_that_normalises_does_not_hear_a_gain(tones: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    class Normalised:
        def embed(self, audio):  # type: ignore[no-untyped-def]
            return bands.load().embed(audio / audio.abs().amax(dim=1, keepdim=True))  # type: ignore[union-attr]

    info = ModelInfo(name="normalised", version="1", sample_rate=8_000, dim=8, load=Normalised)
    found = robust(info, tones, ["gain:-12"], cache=tmp_path, workers=1, tasks=["genre"])
    about, score = condition(found, "gain:-12"), under(found, "gain:-12")
    assert about.drift.cosine == pytest.approx(1.0, abs=1e-9)  # float32 samples, scaled down and up again
    assert (about.drift.rank, about.unchanged) == (1.0, 0)
    assert score.change is not None
    assert (score.change.value, score.change.low, score.change.high) == (0, 0, 0)


def test_only_the_test_split_is_changed(tones: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    found = robust(bands, tones, CHANGES, cache=tmp_path, workers=1, tasks=["genre"])
    assert found.cost.embedded_tracks == 60 + TESTS * 4
    assert condition(found, "silence:1").tracks == TESTS
    again = robust(bands, tones, [*CHANGES, "gain:-6"], cache=tmp_path, workers=1, tasks=["genre"])
    assert (again.cost.embedded_tracks, again.cost.stored_tracks) == (TESTS, 60 + TESTS * 4)


def test_the_same_arguments_give_the_same_whatever_the_workers(
    tones: Recordings, bands: ModelInfo, tmp_path: Path
) -> None:
    words = ["white-noise:20,-10", "reverb:1", "time-stretch:1.25"]
    one, two = (robust("log-mel", tones, words, cache=tmp_path / str(n), workers=n, limit=6) for n in (1, 2))
    assert one.tasks == two.tasks
    assert same(one) == same(two)
    pd.testing.assert_frame_equal(one.predictions_frame(), two.predictions_frame())


def same(result: Result) -> Any:
    """What a robust result says, without what it took."""
    assert result.robustness is not None
    return result.robustness.model_copy(update={"work_s": {}})


def test_conditions_do_not_know_of_each_other(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    alone = robust(bands, tones, ["white-noise:20"], cache=kept, workers=1)
    among = robust(bands, tones, CHANGES, cache=kept, workers=1)
    for task in ("genre", "tempo", "segmentation.boundary-probe"):
        assert under(alone, "white-noise:20", task) == under(among, "white-noise:20", task)
    assert condition(alone, "white-noise:20").drift == condition(among, "white-noise:20").drift


def test_another_seed_is_another_noise(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    how = {"cache": kept, "workers": 1, "tasks": ["genre"]}
    drifts = [
        condition(robust(bands, tones, ["white-noise:0"], seed=seed, **how), "white-noise:0").drift.cosine  # type: ignore[arg-type]
        for seed in (0, 1)
    ]
    assert drifts[0] != drifts[1]


def test_several_models_are_measured_at_once(
    tones: Recordings, bands: ModelInfo, constant: ModelInfo, tmp_path: Path
) -> None:
    both = robust_each([bands, constant], tones, ["white-noise:20"], cache=tmp_path / "a", workers=1)
    alone = robust(bands, tones, ["white-noise:20"], cache=tmp_path / "b", workers=1)
    assert [one.model.name for one in both] == ["bands", "constant"]
    assert same(both[0]) == same(alone)
    assert set(both[0].robustness.work_s) == {"decode", "resample", "embed", "embed changed", "white-noise"}  # type: ignore[union-attr]


def test_a_tempo_that_is_heard_follows_a_stretch(
    click_table: Path, click_rate: ModelInfo, recordings: Of, tmp_path: Path
) -> None:
    found = robust(click_rate, recordings(click_table, "tempo"), ["time-stretch:1.25,0.8"], cache=tmp_path, workers=1)
    assert found.task("tempo").main.value == 1.0
    for name in ("time-stretch:1.25", "time-stretch:0.8"):
        score = under(found, name)
        assert score.tracks == 12
        assert score.score.value == 1.0
        assert score.unmoved is not None
        assert score.unmoved.value == 0.0
        assert score.equivariance == Equivariance(tracks=12, follows=1.0, stays=0.0, breaks=0.0)


def test_a_tempo_that_is_not_heard_stays(
    click_table: Path, constant: ModelInfo, recordings: Of, tmp_path: Path
) -> None:
    found = robust(constant, recordings(click_table, "tempo"), ["time-stretch:1.25"], cache=tmp_path, workers=1)
    score = under(found, "time-stretch:1.25")
    assert score.equivariance == Equivariance(tracks=12, follows=0.0, stays=1.0, breaks=0.0)
    assert score.unmoved is not None
    assert score.unmoved.value == found.task("tempo").main.value
    assert (condition(found, "time-stretch:1.25").drift.rank, score.score.value) == (6.5, score.chance)


def constants(labels: list[str]) -> list[float]:
    """What each of the 24 keys, as the only answer, scores under these labels, by mir_eval."""
    return [float(np.mean([mir_eval.key.weighted_score(label, key) for label in labels])) for key in KEYS]


def test_a_chroma_key_probe_follows_a_pitch_shift(key_table: Path, recordings: Of, tmp_path: Path) -> None:
    """Under the old label it falls to chance, under the moved one it does not."""
    shifts = (-3, -2, -1, 1, 2, 3)
    words = [f"pitch-shift:{','.join(map(str, shifts))}"]
    found = robust("chroma", recordings(key_table, "key"), words, cache=tmp_path, workers=1)
    task, rows = found.robustness.tasks[0], found.predictions_frame()  # type: ignore[union-attr]
    assert task.clean.value is not None
    assert task.clean.value > 0.9
    for shift in shifts:
        score = under(found, f"pitch-shift:{shift}")
        labels = rows[rows.condition == score.condition].reference.map(json.loads).tolist()
        assert score.tracks == len(labels) == 48
        assert score.score.value == pytest.approx(scored("key", rows[rows.condition == score.condition]), abs=EXACT)
        assert score.score.value > 0.9
        assert score.unmoved is not None
        assert score.unmoved.value < 0.2  # the wrong key, a fifth or a relative of which is worth something
        assert score.equivariance is not None
        assert score.equivariance.follows > 0.9
        assert score.chance == pytest.approx(constants(labels)[0], abs=EXACT)  # all keys are as frequent


def test_chance_is_the_constant_answer_of_clean_audio_under_the_label_that_is_then_true(
    table: Path, bands: ModelInfo, recordings: Of, tmp_path: Path
) -> None:
    """Most of the training tracks are in C: of what is in C, nothing is any more a tone higher."""
    head, *rows = table.read_text().splitlines()
    keys = ["C major" if i % 4 else "A minor" for i in range(60)]
    lines = [f"{row.replace(',', f',{table.parent}/', 1)},{key}" for row, key in zip(rows, keys, strict=True)]
    (tmp_path / "t.csv").write_text("\n".join([f"{head},key", *lines]))
    found = robust(bands, recordings(tmp_path / "t.csv", "key"), ["pitch-shift:2"], cache=tmp_path, workers=1)
    train = [keys[i] for i in range(60) if i % 10 < 5]
    best = int(np.argmax(constants(train)))
    score, tests = under(found, "pitch-shift:2"), [keys[i] for i in range(60) if i % 10 >= 7]
    higher = ["D major" if key == "C major" else "B minor" for key in tests]
    assert found.task("key").chance[0].value == pytest.approx(constants(tests)[best], abs=EXACT)
    assert score.chance == pytest.approx(constants(higher)[best], abs=EXACT)
    assert score.chance < 0.1 < constants(tests)[best]


def test_tracks_whose_label_nobody_knows_are_left_out_on_both_sides(
    table: Path, bands: ModelInfo, recordings: Of, tmp_path: Path
) -> None:
    """At twice the speed a tempo above 200 BPM is none any more."""
    rows = [row.split(",") for row in table.read_text().splitlines()[1:]]
    lines = [",".join([r[0], f"{table.parent}/{r[1]}", r[2], r[3], str(180 + i)]) for i, r in enumerate(rows)]
    (tmp_path / "t.csv").write_text("\n".join(["id,path,group,split,tempo", *lines]))
    found = robust(bands, recordings(tmp_path / "t.csv", "tempo"), ["time-stretch:2"], cache=tmp_path, workers=1)
    known = [180 + i for i in range(60) if i % 10 >= 7 and 2 * (180 + i) <= 400]
    score, rows_of = under(found, "time-stretch:2"), found.predictions_frame()
    assert score.tracks == len(known) == 6
    clean = rows_of[(rows_of.condition == "") & (rows_of.reference.map(json.loads) <= 200)]
    assert score.change is not None
    assert score.change.value == pytest.approx(
        score.score.value - scored("tempo", clean),
        abs=EXACT,  # type: ignore[operator]
    )


def test_a_shift_between_two_keys_has_no_score(key_table: Path, recordings: Of, tmp_path: Path) -> None:
    own = recordings(key_table, "key")
    found = robust("chroma", own, ["pitch-shift:0.5"], cache=tmp_path, workers=1, limit=24)
    assert found.robustness is not None
    assert found.robustness.tasks[0].conditions == ()
    assert found.robustness.tasks[0].worst == ""
    assert condition(found, "pitch-shift:0.5").tracks == 24  # the drift is known all the same
    assert str(found)


def test_the_worst_case_is_the_lowest_score(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    found = robust(bands, tones, CHANGES, cache=kept, workers=1, tasks=["genre"]).robustness
    assert found is not None
    scores = {score.condition: score.score.value for score in found.tasks[0].conditions}
    assert scores[found.tasks[0].worst] == min(scores.values())  # type: ignore[type-var]


def test_each_layer_is_asked_and_validation_picks(tones: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    class Two:
        def embed(self, audio):  # type: ignore[no-untyped-def]
            found = bands.load().embed(audio)  # type: ignore[union-attr]
            return {"heard": found, "deaf": np.ones_like(found)}

    info = ModelInfo(
        name="two", version="1", sample_rate=8_000, dim=8, load=Two, layers={"heard": 8, "deaf": 8}, layer="heard"
    )
    how = {"cache": tmp_path, "workers": 1, "tasks": ["genre"], "layers": ["all"]}
    plain, found = run(info, tones, **how), robust(info, tones, ["white-noise:60"], **how)  # type: ignore[arg-type]
    assert found.task("genre").layer == "heard"
    assert found.task("genre").by_layer == plain.task("genre").by_layer
    assert under(found, "white-noise:60").score.value == 1.0  # of the layer that was picked
    assert condition(found, "white-noise:60").drift.rank == (TESTS + 1) / 2  # of the one nearest to the output


def test_an_unreadable_recording_is_left_out(table: Path, bands: ModelInfo, recordings: Of, tmp_path: Path) -> None:
    (tmp_path / "noise.wav").write_bytes(b"no audio")
    head, *rows = table.read_text().splitlines()
    rows = [row.replace(",", f",{table.parent}/", 1) for row in rows]
    rows[9] = f"t9,{tmp_path}/noise.wav,g9,test,low,60,0-3:a; 3-6:b"
    (tmp_path / "t.csv").write_text("\n".join([head, *rows]))
    found = robust(bands, recordings(tmp_path / "t.csv", "genre"), ["gain:-6"], cache=tmp_path, workers=1)
    assert [one.track for one in found.datasets[0].skipped] == ["t9"]
    assert (under(found, "gain:-6").tracks, condition(found, "gain:-6").tracks) == (TESTS - 1, TESTS - 1)


def test_a_condition_hears_the_channels(table: Path, bands: ModelInfo, recordings: Of, tmp_path: Path) -> None:
    """All sounds left and nothing right: alone the left is the mix at twice its amplitude, the right is silence."""
    head, *rows = table.read_text().splitlines()
    for i in range(60):
        mono, rate = soundfile.read(table.parent / f"{i}.wav")
        soundfile.write(tmp_path / f"{i}.wav", np.stack([mono, 0 * mono], axis=1), rate)
    (tmp_path / "t.csv").write_text("\n".join([head, *rows]))
    own = recordings(tmp_path / "t.csv", "genre")
    found = robust(bands, own, ["one-channel"], cache=tmp_path, workers=1)
    left, right = (condition(found, f"one-channel:{side}") for side in ("left", "right"))
    assert left.drift.cosine > 0.9
    assert right.drift.cosine == 0  # bands of silence are zero
    assert under(found, "one-channel:right").score.value == pytest.approx(1 / 3)  # of three kinds


def test_the_result_says_what_was_asked(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    found = robust(bands, tones, ["won2020", "white-noise:20"], cache=kept, workers=1, tasks=["genre"])
    asked = found.robustness
    assert asked is not None
    assert asked.asked == ("won2020", "white-noise:20")
    assert [preset.name for preset in asked.presets] == ["won2020"]
    assert len(asked.conditions) == 9
    assert asked.sentence
    assert result_path(found).name == f"tracks-{found.benchmark.version}-robust-won2020-white-noise-20-genre.json"


def test_mistakes_are_told_before_anything_is_embedded(tones: Recordings, bands: ModelInfo, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'mp3'"):
        robust(bands, tones, ["mp33"], cache=tmp_path)
    with pytest.raises(EarmarkError, match="they go from"):
        robust(bands, tones, ["gain:12"], cache=tmp_path)
    with pytest.raises(EarmarkError, match="Name at least one perturbation"):
        robust(bands, tones, [], cache=tmp_path)
    assert not list(tmp_path.rglob("*.safetensors"))


def test_one_perturbation_may_be_named_without_a_list(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    found = robust(bands, tones, "silence:1", cache=kept, workers=1)
    assert condition(found, "silence:1").tracks == TESTS


def test_many_perturbations_fit_into_the_name_of_a_file(tones: Recordings, bands: ModelInfo, kept: Path) -> None:
    words = [f"gain:-{db}" for db in range(1, 13)]
    names = {
        result_path(robust(bands, tones, some, tasks=["genre"], cache=kept, workers=1)).name
        for some in (words, words[::-1])
    }
    assert len(names) == 2
    assert all(len(name) < 100 for name in names)
