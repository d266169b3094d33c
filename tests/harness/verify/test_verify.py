"""Claimed answers that come out, and such that do not."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score

from earmark import ModelInfo, Result, run
from earmark.errors import EarmarkError, ResultError, UnknownName
from earmark.protocol import Recordings
from earmark.recount import Reading, answered
from earmark.robust import robust
from earmark.verify import Sample, Verification, verify

RATE = 8000
EXACT = 1e-12  # means of some tens of numbers
STORED = Sample(tracks=9, fresh=False)
ALL = Sample(tracks=None, fresh=False)
TARGETS = {name: name for name in ("genre", "tempo", "segmentation")}


class Bands:
    """Energy in eight bands of each tenth of a second; counts how much it is asked."""

    asked = 0

    def embed(self, audio):  # type: ignore[no-untyped-def]
        type(self).asked += len(audio)
        spectrum = np.abs(np.fft.rfft(audio.unfold(1, 800, 800).numpy(), axis=2))[:, :, :400] ** 2
        return np.log1p(spectrum.reshape(*spectrum.shape[:2], 8, 50).sum(3)).astype(np.float32)


class Louder(Bands):
    """Another model under the same name."""

    def embed(self, audio):  # type: ignore[no-untyped-def]
        return super().embed(audio)[:, :, ::-1] ** 2 + 1.0


BANDS = ModelInfo(name="bands", version="1", sample_rate=RATE, dim=8, load=Bands)
LOUDER = ModelInfo(name="bands", version="2", sample_rate=RATE, dim=8, load=Louder)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def tones(table: Path) -> Recordings:
    return Recordings(path=table, targets=TARGETS)


@pytest.fixture(scope="module")
def claimed(tones: Recordings, kept: Path) -> Result:
    return run(BANDS, tones, cache=kept, workers=1)


@pytest.fixture(scope="module")
def changed(tones: Recordings, kept: Path) -> Result:
    return robust(BANDS, tones, ["white-noise:20,0", "silence:1"], cache=kept, workers=1)


@pytest.fixture
def again(tones: Recordings, kept: Path) -> Callable[..., Verification]:
    def verify_it(result: Result, sample: Sample = STORED, model: ModelInfo = BANDS, on: Any = None) -> Verification:
        return verify(result, model, on or tones, sample, cache=kept, workers=1)

    return verify_it


def consistent(result: Result, table: pd.DataFrame) -> Result:
    """The result with other answers, and with the scores that these give: a forger who knows what is recomputed."""
    edited = result.with_tables({**result.tables, "predictions": table})
    given = answered(edited)

    def scored(reading: Reading, scores: tuple[Any, ...]) -> tuple[Any, ...]:
        one = given[reading]
        values = [float(one.marks(metric, one.weights(1, 0)[:1])[0]) for metric in one.metrics]
        return tuple(s.model_copy(update={"value": v}) for s, v in zip(scores, values, strict=False))

    tasks = [t.model_copy(update={"scores": scored(Reading(t.task, t.probe), t.scores)}) for t in result.tasks]
    robustness = result.robustness and result.robustness.model_copy(
        update={"tasks": tuple(_scored_under(one, scored) for one in result.robustness.tasks)}
    )
    update = {"tasks": tuple(tasks), "robustness": robustness}
    return result.model_copy(update=update).with_tables({**result.tables, "predictions": table})


def _scored_under(one: Any, scored: Callable[[Reading, tuple[Any, ...]], tuple[Any, ...]]) -> Any:
    conditions = [
        c.model_copy(update={"score": scored(Reading(one.task, one.probe, c.condition), (c.score,))[0]})
        for c in one.conditions
    ]
    return one.model_copy(update={"conditions": tuple(conditions)})


def forged(result: Result, condition: str) -> Result:
    """The result, but every answer to the genre is right."""
    table = result.predictions_frame().copy()
    mine = (table["task"] == "genre") & (table["condition"] == condition)
    table.loc[mine, "estimated"] = table.loc[mine, "reference"]
    table.loc[mine, "outputs"] = None
    return consistent(result, table)


def wrong(result: Result) -> Result:
    """The result, but every answer to the genre is another class."""
    table = result.predictions_frame().copy()
    mine = table["task"] == "genre"
    other = {'"low"': '"mid"', '"mid"': '"high"', '"high"': '"low"'}
    table.loc[mine, "estimated"] = [other[answer] for answer in table.loc[mine, "estimated"]]
    table.loc[mine, "outputs"] = None
    return consistent(result, table)


def reading(found: Verification, task: str, condition: str = "") -> Any:
    return next(one for one in found.readings if (one.task, one.condition) == (task, condition))


def test_honest_answers_come_out(claimed: Result, again: Callable[..., Verification]) -> None:
    found = again(claimed)
    assert found.passed
    assert found.tracks == 9
    assert found.of == 18
    assert found.agree == found.answers == 9 * len(claimed.tasks)
    assert found.notes == ()
    assert "come out: 36 of 36 answers about 9 of 18 test tracks agree (100 %)" in found.sentence


def test_the_sample_is_scored_as_scikit_learn_does(claimed: Result, again: Callable[..., Verification]) -> None:
    found = again(wrong(claimed))
    table = claimed.predictions_frame()
    mine = table[(table["task"] == "genre") & table["track"].isin(next(iter(found.sample.values())))]
    score = reading(found, "genre")
    assert score.found == pytest.approx(accuracy_score(mine["reference"], mine["estimated"]), abs=EXACT)
    assert score.claimed < score.found
    assert len(mine) == 9


def test_all_tracks_give_the_scores_of_the_result(claimed: Result, again: Callable[..., Verification]) -> None:
    found = again(claimed, ALL)
    assert found.tracks == 18
    for task in claimed.tasks:
        assert reading(found, task.task).found == pytest.approx(task.main.value, abs=EXACT)


def test_forged_answers_do_not_come_out(claimed: Result, again: Callable[..., Verification]) -> None:
    found = again(wrong(claimed))
    assert not found.passed
    assert "do not come out" in found.sentence
    assert "least genre (0 %)" in found.sentence
    assert reading(found, "tempo").agree == 9
    assert {track.answers - track.agree for track in found.worst} == {1}
    assert found.worst[0].example.startswith("genre: claimed ")


def test_answers_that_contradict_themselves_are_refused_at_once(
    claimed: Result, again: Callable[..., Verification]
) -> None:
    table = claimed.predictions_frame().copy()
    table.loc[table["task"] == "genre", "estimated"] = '"mid"'
    with pytest.raises(ResultError, match="outputs say"):
        again(claimed.with_tables({"predictions": table}))


def test_scores_that_the_answers_do_not_give_are_refused_at_once(
    claimed: Result, changed: Result, again: Callable[..., Verification]
) -> None:
    first, *rest = claimed.tasks
    better = first.model_copy(update={"scores": (first.main.model_copy(update={"value": 0.999}), *first.scores[1:])})
    with pytest.raises(ResultError, match=r"claims accuracy of 0\.999, but its own answers give"):
        again(claimed.model_copy(update={"tasks": (better, *rest)}).with_tables(claimed.tables))
    table = changed.predictions_frame().copy()
    noisy = (table["task"] == "genre") & (table["condition"] == "white-noise:0")
    table.loc[noisy, "estimated"], table.loc[noisy, "outputs"] = table.loc[noisy, "reference"], None
    with pytest.raises(ResultError, match="Task 'genre' by linear under white-noise:0: the result claims"):
        again(changed.with_tables({"predictions": table}))


def test_answers_about_no_test_track_are_refused(claimed: Result, again: Callable[..., Verification]) -> None:
    table = claimed.predictions_frame().copy()
    table["track"] = table["track"].replace({table["track"].iloc[0]: "t0"})  # of train
    with pytest.raises(ResultError, match="'t0' is no test track of 'tracks' here"):
        again(claimed.with_tables({"predictions": table}))


def test_tracks_that_were_left_out_are_missed(claimed: Result, again: Callable[..., Verification]) -> None:
    table = claimed.predictions_frame()
    left = table[table["track"] != table["track"].iloc[0]]
    found = again(consistent(claimed, left), ALL)
    assert [track.example for track in found.worst] == ["genre: no answer claimed"]
    assert not found.passed


def test_the_draw_follows_from_the_answers(claimed: Result, again: Callable[..., Verification]) -> None:
    other = claimed.model_copy(update={"created": "2020-01-01T00:00:00+00:00"}).with_tables(claimed.tables)
    assert again(claimed).draw == again(claimed).draw != again(other).draw
    assert again(claimed, Sample(tracks=9, fresh=False, draw=7)).draw == 7


def test_another_model_is_said_first(claimed: Result, again: Callable[..., Verification]) -> None:
    found = again(claimed, model=LOUDER)
    assert found.notes[0].startswith("The model here is another one than the result is of: its fingerprint is")
    assert not found.passed


def test_other_audio_is_said(claimed: Result, again: Callable[..., Verification], table: Path, tmp_path: Path) -> None:
    shutil.copytree(table.parent, tmp_path, dirs_exist_ok=True)
    shutil.copyfile(table.parent / "9.wav", tmp_path / "7.wav")
    found = again(claimed, ALL, on=Recordings(path=tmp_path / table.name, targets=TARGETS))
    assert found.notes[0].startswith("The data set tracks is another one here: its checksum is")
    assert found.worst[0].track == "t7"


def test_forged_labels_do_not_come_out(claimed: Result, again: Callable[..., Verification]) -> None:
    table = claimed.predictions_frame().copy()
    mine = table["task"] == "tempo"
    table.loc[mine, "reference"] = table.loc[mine, "estimated"]
    found = again(consistent(claimed, table))
    assert not found.passed
    assert reading(found, "tempo").claimed == reading(found, "tempo").found  # under the labels that are true
    assert "the label claimed is" in found.worst[0].example


def test_another_benchmark_is_refused(claimed: Result, again: Callable[..., Verification]) -> None:
    other = claimed.model_copy(update={"benchmark": claimed.benchmark.model_copy(update={"version": "none"})})
    with pytest.raises(ResultError, match="but here is"):
        again(other.with_tables(claimed.tables))


def test_everything_is_embedded_anew_unless_the_store_is_asked(
    claimed: Result, again: Callable[..., Verification], kept: Path
) -> None:
    before = Bands.asked
    assert again(claimed).fresh is False
    assert Bands.asked == before
    assert again(claimed, Sample(tracks=9)).fresh
    assert Bands.asked - before >= 42 + 9  # train and validation, and the sample
    assert not list(kept.glob("verify-*"))


def test_conditions_come_out_too(changed: Result, again: Callable[..., Verification]) -> None:
    found = again(changed)
    assert found.passed
    assert {one.condition for one in found.readings} == {"", "white-noise:20", "white-noise:0", "silence:1"}
    assert "silence:1" in str(found)


def test_forging_one_condition_is_found(changed: Result, again: Callable[..., Verification]) -> None:
    false = forged(changed, "white-noise:0")
    if reading(again(changed, ALL), "genre", "white-noise:0").claimed == 1.0:
        pytest.fail("the noise changes no answer: forging would change none either")
    found = again(false, ALL)
    assert not found.passed
    assert "least genre under white-noise:0" in found.sentence
    only = Sample(tracks=None, fresh=False, conditions=("clean", "white-noise:20"))
    assert again(false, only).passed  # nobody asked for it


def test_a_condition_that_the_result_has_not_is_refused(changed: Result, again: Callable[..., Verification]) -> None:
    with pytest.raises(UnknownName, match="condition of the result"):
        again(changed, Sample(conditions=("hum:0",)))


def test_conditions_of_a_plain_result_are_refused(claimed: Result, again: Callable[..., Verification]) -> None:
    with pytest.raises(ResultError, match="of clean audio alone"):
        again(claimed, Sample(conditions=("clean",)))


def test_neighbours_hold_no_answers(claimed: Result, again: Callable[..., Verification]) -> None:
    with pytest.raises(ResultError, match="holds no answers"):
        again(claimed.model_copy(update={"neighbourhood": object()}))


def test_a_result_without_its_predictions_is_refused(claimed: Result, again: Callable[..., Verification]) -> None:
    with pytest.raises(ResultError, match="without its predictions"):
        again(claimed.with_tables({}))


def test_no_track_is_no_sample(claimed: Result, again: Callable[..., Verification]) -> None:
    with pytest.raises(EarmarkError, match="at least one track"):
        again(claimed, Sample(tracks=0))
