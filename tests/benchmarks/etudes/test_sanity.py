"""Whether the études measure what they should: on etudes-small, through the whole protocol."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from earmark import Dataset, Result, Timeline
from earmark.answer import ANSWERS
from earmark.extract import GRID_S, Embeddings
from earmark.neighbours import neighbours
from earmark.protocol import run_each
from earmark.protocol.layers import read_layers
from earmark.protocol.reading import gather, readers_of
from earmark.protocol.scoring import Jury, score
from earmark.protocol.sitting import Embedded
from earmark.registry import find_dataset
from earmark.result import Score, TaskResult
from earmark.result.robust.record import ConditionScore
from earmark.robust import robust
from earmark.target import FAMILIES
from earmark.task import tasks_for

BASELINES = ("log-mel", "mfcc", "chroma", "tempogram", "random-cnn")
PERFECT = 0.99  # the ridge probe shrinks a little, and the tempo comes from bins
BY_NOVELTY = 0.85  # Foote learns nothing: sections shorter than its kernel of 6 s escape even an oracle
CEILING = 0.95  # a benchmark that everything passes measures nothing
SLACK = 0.02  # chance is the guess that was best on train, which another may beat on test
SIZE = "etudes-small"
OLD_KEY = 0.15  # MIREX: a shift of 1 or 3 semitones leaves no fifth, and seldom a relative key


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def etudes(cache: Path) -> Dataset:
    info, _ = find_dataset(SIZE)
    found: Dataset = info.load(cache / "datasets")
    return found


class Oracle:
    """Stands in for an extraction: the embedding of a track is what `labels` say of it."""

    layers = ("",)

    def __init__(self, dataset: Dataset, target: str, labels: Mapping[str, Any]) -> None:
        self.target, self.labels = dataset.target(target), labels

    def read(self, track: str, layer: str = "") -> Embeddings:
        label = self.labels[track]
        frames = self._sections(label) if isinstance(label, Timeline) else self._answer(label)
        mean = frames.mean(0)
        duration_s = label.edges_s[-1] if isinstance(label, Timeline) else GRID_S
        return Embeddings(frames=frames, step_s=GRID_S, duration_s=duration_s, mean=mean, deviation=np.zeros_like(mean))

    def _answer(self, label: Any) -> np.ndarray:
        return ANSWERS[self.target.form].encode(self.target, [label]).astype(np.float32)

    def _sections(self, label: Timeline) -> np.ndarray:
        times_s = (np.arange(math.ceil(label.edges_s[-1] / GRID_S)) + 0.5) * GRID_S
        section = np.searchsorted(label.edges_s, times_s, side="right") - 1
        return np.eye(12, dtype=np.float32)[
            section.clip(0, len(label.labels) - 1)
        ]  # by place: A after A is a section too


def read_by_oracle(dataset: Dataset, target: str, labels: Mapping[str, Any]) -> dict[str, TaskResult]:
    oracle = Oracle(dataset, target, labels)
    vectors = {"": {track: oracle.read(track).mean for track in labels}}
    embedded = Embedded(extraction=oracle, vectors=vectors, audio_s=0.0)  # type: ignore[arg-type]
    found = {}
    for task in tasks_for(dataset.name, [dataset.target(target)]):
        material = gather(task, dataset, labels.__contains__)
        jury = Jury.of(material, resamples=200, seed=0)
        for probe, reader in readers_of(task, ["linear"], seed=0).items():
            layered = read_layers(reader, material, embedded, jury.metrics[0])
            found[task.name] = score(material, probe, layered, None, jury)
    return found


TARGETS = ("genre", "era", "mood", "valence", "arousal", "key", "tempo", "instrument", "vocal", "register", "segments")


@pytest.mark.parametrize("target", TARGETS)
def test_an_oracle_that_reads_the_score_answers_every_task(etudes: Dataset, target: str) -> None:
    labels = {t.id: t.labels[target] for t in etudes.tracks if target in t.labels}
    for task in read_by_oracle(etudes, target, labels).values():
        assert task.main.value is not None
        assert task.main.value > (BY_NOVELTY if task.probe == "foote" else PERFECT), task.task


@pytest.mark.parametrize("target", TARGETS)
def test_shuffled_labels_are_read_at_chance(etudes: Dataset, target: str) -> None:
    labelled = [t for t in etudes.tracks if target in t.labels]
    order = np.random.default_rng(4).permutation(len(labelled))
    labels = {t.id: labelled[i].labels[target] for t, i in zip(labelled, order, strict=True)}
    for task in read_by_oracle(etudes, target, labels).values():
        assert task.main.low is not None
        assert task.main.low <= (task.chance[0].value or 0.0) + SLACK, task.task


@pytest.fixture(scope="module")
def results(etudes: Dataset, cache: Path) -> dict[str, Result]:
    return dict(zip(BASELINES, run_each(BASELINES, etudes.name, cache=cache), strict=True))


def best(results: dict[str, Result], task: str) -> tuple[str, TaskResult]:
    return max(((n, r.task(task)) for n, r in results.items()), key=lambda pair: pair[1].main.value or -9.0)


@pytest.mark.parametrize("family", FAMILIES)
def test_some_baseline_is_clearly_above_chance_in_every_family(results: dict[str, Result], family: str) -> None:
    asked = [t for r in results.values() for t in r.tasks if t.family == family and t.main.higher_is_better]
    assert any((t.main.low or 0.0) > (t.chance[0].value or 0.0) for t in asked)


def test_no_baseline_is_at_the_ceiling_of_any_task(results: dict[str, Result]) -> None:
    scores = {(name, t.task): t.main.value or 0.0 for name, r in results.items() for t in r.tasks}
    assert max(scores.values()) < CEILING, max(scores, key=lambda pair: scores[pair])


@pytest.mark.parametrize(("task", "names"), [("key", {"chroma"}), ("tempo", {"tempogram"})])
def test_the_baseline_made_for_a_task_is_best_at_it(results: dict[str, Result], task: str, names: set[str]) -> None:
    assert best(results, task)[0] in names


@pytest.mark.parametrize("task", ["era", "instrument"])
def test_timbre_is_read_better_from_spectra_than_from_pitch_classes(results: dict[str, Result], task: str) -> None:
    by_spectrum = max(results[name].task(task).main.value or 0.0 for name in ("log-mel", "mfcc", "random-cnn"))
    assert by_spectrum > (results["chroma"].task(task).main.value or 0.0)


@pytest.mark.parametrize("name", BASELINES)
def test_every_task_of_every_family_is_answered(results: dict[str, Result], name: str) -> None:
    assert len(results[name].tasks) == 12
    assert all(task.main.value is not None and task.converged for task in results[name].tasks)


@pytest.fixture(scope="module")
def shifted(etudes: Dataset, cache: Path) -> Result:
    return robust("chroma", etudes.name, ["pitch-shift:-3,-1,1,3"], tasks=["key"], cache=cache)


def of_key(result: Result) -> tuple[ConditionScore, ...]:
    assert result.robustness is not None
    return result.robustness.tasks[0].conditions


def test_a_shift_breaks_the_key_of_chroma_under_the_old_label_alone(shifted: Result) -> None:
    for under in of_key(shifted):
        assert under.unmoved is not None
        assert under.change is not None
        assert (under.unmoved.high or 0.0) < OLD_KEY
        assert (under.change.high or 0.0) >= 0, under.condition


def test_the_key_probe_of_chroma_follows_a_shift(shifted: Result) -> None:
    for under in of_key(shifted):
        assert under.equivariance is not None
        assert under.equivariance.follows > 0.5 > under.equivariance.stays


def lifts(model: str, cache: Path) -> dict[str, Score]:
    found = neighbours(model, SIZE, tasks=["genre", "tempo"], cache=cache).neighbourhood
    assert found
    nearest = [one for one in found.locality if one.distance == "cosine" and not one.same_group]
    return {one.measure: one.lift for one in nearest}


def test_neighbours_of_a_tempogram_share_the_tempo_and_those_of_mfcc_the_genre(etudes: Dataset, cache: Path) -> None:
    rhythm, timbre = lifts("tempogram", cache), lifts("mfcc", cache)
    assert (rhythm["within 4 %"].low or 0.0) > 3 * (rhythm["same label"].high or 9.0)
    assert (timbre["same label"].low or 0.0) > 1 > (timbre["within 4 %"].low or 9.0)
    assert (timbre["same label"].value or 0.0) > (rhythm["same label"].value or 9.0)
