"""Whole runs: recordings are embedded, and what is near in the space is asked."""

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any

import numpy as np
import pytest
import soundfile
from sklearn.metrics.pairwise import cosine_distances, cosine_similarity

from earmark import ModelInfo, Result
from earmark.audio import Audio
from earmark.errors import EarmarkError, PluginError, UnknownName
from earmark.neighbours import main, neighbours, neighbours_each
from earmark.neighbours.translation import Stretched
from earmark.protocol import Recordings, begin, result_path
from earmark.protocol.recordings import Exam
from earmark.registry import find_conditions
from earmark.result import read_result, write_result
from earmark.result.neighbours.record import Locality, Neighbourhood, Retrieval, Translation
from earmark.task import Benchmark, tasks_for
from earmark.translator import Embedder, TranslatorInfo

Of = Callable[..., Recordings]
Rows = Sequence[Any]
EXACT = 1e-12  # means of some hundred numbers in another order
SINGLE = 1e-6  # float32 vectors
TRACKS, TESTS, TEMPI, K = 50, 6, 4, 10
ONE = 1 / TESTS + EXACT  # of the test tracks
RATE_HZ = 8_000


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the runs of this file: what they share is embedded once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True, scope="module")
def few_draws() -> Iterator[None]:
    """One random span beside each and few random votes are enough here: what they are is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("earmark.neighbours.leakage.DRAWS", 1)
        patch.setattr("earmark.neighbours.chance.VOTES", 1_000)
        yield


@pytest.fixture
def genres(rows: Rows, table_of: Of) -> Recordings:
    return table_of(rows, "genre")


def of(result: Result) -> Neighbourhood:
    assert result.neighbourhood is not None
    return result.neighbourhood


def closeness(result: Result, target: str, *, same_group: bool = False, measure: str = "") -> Locality:
    found = [one for one in of(result).locality if (one.target, one.distance) == (target, "cosine")]
    return next(one for one in found if one.same_group is same_group and one.measure.startswith(measure))


def retrieved(result: Result, target: str, *, same_group: bool = False) -> Retrieval:
    found = [one for one in of(result).retrieval if (one.target, one.distance) == (target, "cosine")]
    return next(one for one in found if one.same_group is same_group)


def value(found: Retrieval, metric: str) -> float:
    score = next(score.value for score in found.scores if score.metric == metric)
    assert score is not None
    return score


def heard(model: ModelInfo, samples: np.ndarray) -> np.ndarray:
    """The vector of a whole recording, without the harness."""
    found: np.ndarray = model.load().embed(samples[None])[0].mean(axis=0)  # type: ignore[union-attr]
    return found


def vectors_of(model: ModelInfo, rows: Rows) -> np.ndarray:
    return np.stack([heard(model, soundfile.read(row.path, dtype="float32")[0]) for row in rows])


@pytest.fixture(scope="module")
def moved(rows: Rows, table_of: Of, kept: Path) -> dict[str, Result]:
    """Filled once by `clicked`: a module's fixture cannot ask for a model, which is one test's."""
    return {}


@pytest.fixture
def clicked(moved: dict[str, Result], click_rate: ModelInfo, rows: Rows, table_of: Of, kept: Path) -> Result:
    """What hears the tempo, with the translator that does nothing."""
    if not moved:
        own, how = table_of(rows, "tempo", "genre"), {"tasks": ["tempo"], "cache": kept, "workers": 1}
        moved["clicked"] = neighbours(click_rate, own, ["identity"], **how)  # type: ignore[arg-type]
    return moved["clicked"]


def test_what_hears_the_tempo_has_neighbours_of_that_tempo(clicked: Result, rows: Rows) -> None:
    lift = closeness(clicked, "tempo", measure="within 4 %").lift
    tempi = np.array([row.tempo for row in rows])
    random = ((tempi[:, None] == tempi).sum(axis=1) - 1).mean() / (TRACKS - 1)  # a query is not its own neighbour
    assert lift.value == pytest.approx(1 / random, abs=EXACT)
    assert lift.low is not None
    assert lift.low > 3
    assert value(retrieved(clicked, "tempo"), "map") == 1.0


def test_what_hears_nothing_has_no_lift(
    noise: ModelInfo, constant: ModelInfo, rows: Rows, table_of: Of, kept: Path
) -> None:
    own = table_of(rows, "tempo", "genre")
    for result in neighbours_each([noise, constant], own, cache=kept, workers=1):
        assert {one.target for one in of(result).locality} == {"tempo", "genre"}
        for one in of(result).locality:
            assert one.lift.low is not None
            assert one.lift.high is not None
            assert one.lift.low <= 1 <= one.lift.high


def test_precision_and_lift_are_those_of_scikit_learn(
    noise: ModelInfo, genres: Recordings, rows: Rows, kept: Path
) -> None:
    result = neighbours(noise, genres, cache=kept, workers=1)
    apart = cosine_distances(vectors_of(noise, rows).astype(np.float64))
    np.fill_diagonal(apart, np.inf)
    genre = np.array([row.genre for row in rows])
    right = genre[np.argsort(apart, axis=1)[:, :K]] == genre[:, None]
    random = ((genre[:, None] == genre).sum(axis=1) - 1).mean() / (TRACKS - 1)
    assert value(retrieved(result, "genre"), "p@10") == pytest.approx(right.mean(), abs=EXACT)
    assert value(retrieved(result, "genre"), "p@5") == pytest.approx(right[:, :5].mean(), abs=EXACT)
    assert value(retrieved(result, "genre"), "1-nn") == pytest.approx(right[:, 0].mean(), abs=EXACT)
    assert closeness(result, "genre").lift.value == pytest.approx(right.mean() / random, abs=EXACT)
    assert retrieved(result, "genre").chance[2].value == pytest.approx(random, abs=EXACT)


def test_an_unreadable_recording_is_left_out(noise: ModelInfo, rows: Rows, table_of: Of, tmp_path: Path) -> None:
    (tmp_path / "noise.flac").write_bytes(b"no audio")
    some = [replace(rows[0], path=tmp_path / "noise.flac"), *rows[1:]]
    result = neighbours(noise, table_of(some, "genre"), cache=tmp_path / "a", workers=1)
    without = neighbours(noise, table_of(rows[1:], "genre"), cache=tmp_path / "b", workers=1)
    assert [one.track for one in result.datasets[0].skipped] == ["train-0"]
    assert of(result).tracks == TRACKS - 1
    assert of(result) == of(without)
    assert "train-0" in str(result)


def test_where_too_few_can_be_read_a_sentence_says_so(
    noise: ModelInfo, rows: Rows, table_of: Of, tmp_path: Path
) -> None:
    (tmp_path / "noise.flac").write_bytes(b"no audio")
    others = [replace(row, split="train") if row.split == "valid" else row for row in rows if row.id != "valid-0"]
    some = [replace(row, split="valid") if row.id in ("valid-1", "valid-4") else row for row in others]
    some = [replace(row, path=tmp_path / "noise.flac") if row.id == "valid-1" else row for row in some]
    with pytest.raises(EarmarkError, match="has 1 labelled tracks in valid"):
        neighbours(noise, table_of(some, "genre"), cache=tmp_path, workers=1)


def test_a_track_without_a_label_neither_asks_nor_answers(
    click_rate: ModelInfo, rows: Rows, table_of: Of, kept: Path
) -> None:
    some = [replace(row, tempo=None) if i < 5 else row for i, row in enumerate(rows)]
    how = {"cache": kept, "workers": 1}
    result = neighbours(click_rate, table_of(some, "tempo"), **how)  # type: ignore[arg-type]
    assert (of(result).tracks, retrieved(result, "tempo").queries) == (TRACKS, TRACKS - 5)
    tempi = np.array([row.tempo for row in some[5:]])
    counts = (tempi[:, None] == tempi).sum(axis=1) - 1
    share = closeness(result, "tempo", measure="within 4 %")
    assert share.neighbours.value == pytest.approx((np.minimum(counts, K) / K).mean(), abs=EXACT)
    assert share.random == pytest.approx(counts.mean() / (TRACKS - 6), abs=EXACT)


class Two:
    """Two layers: one hears nothing, the other is the noise of the other model."""

    def __init__(self, noise: ModelInfo) -> None:
        self.noise: Any = noise.load()

    def embed(self, audio):  # type: ignore[no-untyped-def]
        return {"deaf": np.ones((len(audio), 1, 3), np.float32), "drawn": self.noise.embed(audio)}


@pytest.fixture
def two(noise: ModelInfo) -> ModelInfo:
    return ModelInfo(
        name="two", version="1", sample_rate=RATE_HZ, dim=3, load=lambda: Two(noise), layers={"deaf": 3, "drawn": 6},
        layer="deaf",
    )  # fmt: skip


def test_one_layer_is_searched(
    two: ModelInfo, noise: ModelInfo, constant: ModelInfo, genres: Recordings, kept: Path
) -> None:
    how = {"cache": kept, "workers": 1}
    drawn = neighbours(two, genres, layers=["drawn"], **how)  # type: ignore[arg-type]
    assert of(drawn) == of(neighbours(noise, genres, **how))  # type: ignore[arg-type]
    assert of(neighbours(two, genres, **how)) == of(neighbours(constant, genres, **how))  # type: ignore[arg-type]
    assert (drawn.model.layers, drawn.model.dim) == (("drawn",), 6)
    assert result_path(drawn).name.endswith("-neighbours-layers-drawn.json")


def test_several_layers_are_refused_before_anything_is_done(two: ModelInfo, genres: Recordings, tmp_path: Path) -> None:
    for layers in (["deaf", "drawn"], ["all"]):
        with pytest.raises(EarmarkError, match="searched in one layer: name one by --layer"):
            neighbours(two, genres, layers=layers, cache=tmp_path)
    with pytest.raises(UnknownName, match="Did you mean 'drawn'"):
        neighbours(two, genres, layers=["drwan"], cache=tmp_path)
    assert not list(tmp_path.rglob("*.safetensors"))


def test_several_data_sets_are_refused(
    noise: ModelInfo, genres: Recordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both(on: Recordings, *_: object, **__: object) -> Exam:
        sets = {name: replace(on.read(0), name=name) for name in ("first", "second")}
        tasks = tuple(
            replace(task, name=f"{task.name}-{name}")
            for name, one in sets.items()
            for task in tasks_for(name, one.targets)
        )
        return Exam(benchmark=Benchmark(name="both", version="1", tasks=tasks), datasets=sets)

    monkeypatch.setattr(begin, "prepare", both)
    with pytest.raises(EarmarkError, match=r"in one data set, not in first, second; choose tasks of one by --tasks"):
        neighbours(noise, genres, cache=tmp_path)
    assert not list(tmp_path.rglob("*.safetensors"))
    (one,) = neighbours(noise, genres, tasks=["genre-second"], cache=tmp_path, workers=1).datasets
    assert one.name == "second"


def rows_at(result: Result, speed: float) -> dict[str, Translation]:
    return {one.translator: one for one in of(result).translations if one.speed == speed}


@pytest.mark.parametrize("speed", [0.8, 1.25])
def test_stretched_audio_is_embedded_for_translators(
    clicked: Result, click_rate: ModelInfo, rows: Rows, speed: float
) -> None:
    conditions = {one.level: one for one in find_conditions(["time-stretch:0.8,1.25"])[0]}
    tests = [row for row in rows if row.split == "test"]
    truth = []
    for row in tests:
        samples, rate = soundfile.read(row.path, dtype="float32")
        audio = conditions[speed].apply(Audio(samples=samples, rate=rate), track=row.id)
        assert len(audio.samples) == pytest.approx(len(samples) / speed, rel=0.01)
        truth.append(heard(click_rate, audio.samples))
    alike = np.diag(cosine_similarity(vectors_of(click_rate, tests), np.stack(truth)))
    found = rows_at(clicked, speed)
    assert list(found) == ["identity", "oracle"]
    assert {one.tracks for one in found.values()} == {TESTS}
    assert found["identity"].cosine.value == pytest.approx(alike.mean(), abs=SINGLE)
    assert found["oracle"].cosine.value == pytest.approx(1.0, abs=SINGLE)
    assert found["oracle"].gain == pytest.approx(1 - alike.mean(), abs=SINGLE)


@pytest.mark.parametrize("speed", [0.8, 1.25])
def test_the_oracle_finds_the_tempo_that_was_asked_for(clicked: Result, speed: float) -> None:
    found = rows_at(clicked, speed)
    for name, share in (("oracle", 1.0), ("identity", 0.0)):
        assert found[name].tempo_hits is not None
        assert found[name].tempo_hits.value == share  # type: ignore[union-attr]
        assert found[name].genre_match is not None  # a label of the data set, though not among the tasks


def test_the_takes_are_the_test_tracks_at_both_speeds(
    noise: ModelInfo, genres: Recordings, kept: Path, monkeypatch: pytest.MonkeyPatch, rows: Rows
) -> None:
    seen: list[tuple[float, list[str]]] = []

    def spy(space: Any, stretched: Sequence[Stretched], *_: object, **__: object) -> tuple[()]:
        seen.extend((one.speed, [space.ids[i] for i in one.tracks]) for one in stretched)
        return ()

    monkeypatch.setattr(main, "translation", spy)
    result = neighbours(noise, genres, "identity", cache=kept, workers=1)
    tests = [row.id for row in rows if row.split == "test"]
    assert seen == [(0.8, tests), (1.25, tests)]
    assert result.cost.embedded_tracks + result.cost.stored_tracks == TRACKS + 2 * TESTS


def a_translator(translate: Callable[..., Any], load: Callable[..., Any] | None = None) -> TranslatorInfo:
    return TranslatorInfo(name="bold", version="1", load=load or (lambda _: translate))


def test_a_translator_is_asked_for_every_speed(noise: ModelInfo, genres: Recordings, kept: Path) -> None:
    asked = []

    def double(vectors: np.ndarray, speed: float) -> np.ndarray:
        asked.append((vectors.shape, speed))
        return 2 * vectors

    result = neighbours(noise, genres, [a_translator(double)], cache=kept, workers=1)
    assert asked == [((TESTS, 6), 0.8), ((TESTS, 6), 1.25)]
    for speed in (0.8, 1.25):
        found = rows_at(result, speed)
        assert list(found) == ["identity", "bold", "oracle"]
        assert found["bold"].cosine.value == pytest.approx(found["identity"].cosine.value, abs=SINGLE)
        assert found["bold"].tempo_hits is None  # no tempo is known
        assert found["bold"].genre_match == found["identity"].genre_match


def test_a_translator_is_told_of_the_layer_that_it_moves(two: ModelInfo, genres: Recordings, kept: Path) -> None:
    told: list[int] = []

    def load(model: Embedder) -> Callable[..., Any]:
        told.append(model.dim)
        return lambda vectors, _: vectors

    translator = a_translator(lambda *_: None, load)
    for layers in ([], ["drawn"]):
        neighbours(two, genres, [translator], layers=layers, cache=kept, workers=1)
    assert told == [3, 6]


def raising(*_: object) -> Any:
    raise ZeroDivisionError("by nought")


@pytest.mark.parametrize(
    ("translator", "sentence"),
    [
        (a_translator(raising), "'bold' failed at × 0.8 speed: ZeroDivisionError: by nought"),
        (a_translator(lambda vectors, _: vectors[:, :2]), r"returned float32 \[6, 2\] for vectors \[6, 6\]"),
        (a_translator(lambda vectors, _: vectors * np.nan), "NaN or infinite values for 6 of 6 tracks"),
        (a_translator(lambda *_: None), "returned object"),
    ],
)
def test_a_broken_translator_is_named(
    noise: ModelInfo, genres: Recordings, kept: Path, translator: TranslatorInfo, sentence: str
) -> None:
    with pytest.raises(PluginError, match=sentence):
        neighbours(noise, genres, [translator], cache=kept, workers=1)


def test_a_translator_that_does_not_know_the_model_is_told_before_anything_is_embedded(
    noise: ModelInfo, genres: Recordings, tmp_path: Path
) -> None:
    with pytest.raises(PluginError, match="could not be loaded for 'noise': ZeroDivisionError"):
        neighbours(noise, genres, [a_translator(raising, raising)], cache=tmp_path)
    with pytest.raises(UnknownName, match=r"No translator is called 'identitty'. Did you mean 'identity'"):
        neighbours(noise, genres, ["identitty"], cache=tmp_path)
    assert not list(tmp_path.rglob("*.safetensors"))


def test_the_same_comes_out_whatever_the_workers(genres: Recordings, tmp_path: Path) -> None:
    one, two = (neighbours("log-mel", genres, "identity", cache=tmp_path / str(n), workers=n, limit=6) for n in (1, 2))
    assert of(one) == of(two)
    assert (of(one).tracks, one.limit) == (18, 6)


def test_the_order_of_the_table_changes_nothing(
    noise: ModelInfo, constant: ModelInfo, rows: Rows, table_of: Of, kept: Path
) -> None:
    """In a constant space all are equally far: even who is counted then does not hang on it."""
    mixed = [rows[i] for i in np.random.default_rng(0).permutation(TRACKS)]
    how = {"cache": kept, "workers": 1}
    tables = [table_of(some, "genre", "tempo") for some in (rows, mixed)]
    first, second = (neighbours_each([noise, constant], own, "identity", **how) for own in tables)  # type: ignore[arg-type]
    for one, other in zip(first, second, strict=True):
        assert of(one).model_copy(update={"leakage": None}) == of(other).model_copy(update={"leakage": None})
        for cell, same in zip(of(one).leakage.cells, of(other).leakage.cells, strict=True):  # type: ignore[union-attr]
            assert (cell.span, cell.target, cell.directions) == (same.span, same.target, same.directions)
            assert cell.score.value == pytest.approx(same.score.value, abs=ONE)  # probes are fitted in another order


def test_another_seed_draws_another_interval_of_the_same_lift(noise: ModelInfo, genres: Recordings, kept: Path) -> None:
    lifts = [closeness(neighbours(noise, genres, cache=kept, workers=1, seed=seed), "genre").lift for seed in (0, 1)]
    assert lifts[0].value == lifts[1].value
    assert lifts[0].low != lifts[1].low


def test_several_models_are_searched_each_by_itself(
    noise: ModelInfo, constant: ModelInfo, genres: Recordings, kept: Path
) -> None:
    both = neighbours_each([constant, noise], genres, cache=kept, workers=1)
    assert [one.model.name for one in both] == ["constant", "noise"]
    assert of(both[1]) == of(neighbours(noise, genres, cache=kept, workers=1))


def test_the_result_survives_its_file(clicked: Result, tmp_path: Path) -> None:
    written = write_result(clicked, tmp_path / "r.json")
    found = read_result(tmp_path / "r.json")
    assert found.model_dump() == written.model_dump()
    assert found.neighbourhood == clicked.neighbourhood
    assert str(found) == str(clicked)


def test_the_result_has_neighbours_and_no_tasks(clicked: Result) -> None:
    assert clicked.tasks == ()
    assert clicked.asked == ("tempo",)
    assert result_path(clicked).parent == Path("results/click-rate/1")
    assert result_path(clicked).name == f"clicks-{clicked.benchmark.version}-neighbours-identity-tempo.json"
    assert "oracle" in clicked._repr_html_()
    assert "oracle" in str(clicked)
    frame = clicked.to_pandas()
    assert len(frame) == 0
    assert clicked.tables == {}  # nothing was predicted
    assert {"task", "metric", "value"} <= set(frame.columns)


def test_the_own_group_makes_a_difference_only_where_there_are_groups(
    noise: ModelInfo, rows: Rows, table_of: Of, genres: Recordings, kept: Path, tmp_path: Path
) -> None:
    """Every recording twice, under two names: its twin is the nearest of each."""
    twins = []
    for row in rows:
        copyfile(row.path, tmp_path / row.path.name)
        other = replace(row, id=f"{row.id}-again", path=tmp_path / row.path.name, group=row.id)
        twins += [row, other]
    paired = neighbours(noise, table_of(twins, "genre"), cache=kept, workers=1)
    alone = neighbours(noise, genres, cache=kept, workers=1)
    assert value(retrieved(paired, "genre", same_group=True), "1-nn") == 1.0
    apart = value(retrieved(paired, "genre"), "1-nn")
    assert apart == value(retrieved(alone, "genre"), "1-nn") < 1.0
    for found in (retrieved(alone, "genre", same_group=own).scores for own in (True, False)):
        assert found == retrieved(alone, "genre").scores


def test_vectors_of_zeros_have_no_shape(genres: Recordings, kept: Path) -> None:
    class Silent:
        def embed(self, audio):  # type: ignore[no-untyped-def]
            return np.zeros((len(audio), 1, 3), np.float32)

    silent = ModelInfo(name="silent", version="1", sample_rate=RATE_HZ, dim=3, load=Silent)
    result = neighbours(silent, genres, "identity", cache=kept, workers=1)
    shape = of(result).shape
    assert (shape.intrinsic_dimension.value, shape.participation_ratio, shape.mean_cosine) == (None, None, 0.0)
    assert rows_at(result, 0.8)["oracle"].cosine.value == 0.0
    assert str(result)


def test_fewer_tracks_than_neighbours_all_count(noise: ModelInfo, rows: Rows, table_of: Of, tmp_path: Path) -> None:
    """Three of each genre: two of the five others are like a query, whatever the vectors."""
    names = ("train-0", "train-4", "valid-0", "valid-4", "test-0", "test-2")
    few = [row for row in rows if row.id in names]
    result = neighbours(noise, table_of(few, "genre"), "identity", cache=tmp_path, workers=1)
    found = closeness(result, "genre")
    assert sorted(row.genre for row in few) == ["even"] * 3 + ["odd"] * 3
    assert value(retrieved(result, "genre"), "p@10") == pytest.approx(0.4, abs=EXACT)
    assert (found.neighbours.value, found.random) == (pytest.approx(0.4, abs=EXACT), pytest.approx(0.4, abs=EXACT))
    assert found.lift.value == pytest.approx(1.0, abs=EXACT)
    assert {hubs.most for hubs in of(result).shape.hubness} == {5}
    assert str(result)


def test_a_model_that_answers_nan_does_not_get_here(genres: Recordings, tmp_path: Path) -> None:
    class Broken:
        def embed(self, audio):  # type: ignore[no-untyped-def]
            return np.full((len(audio), 1, 3), np.nan, np.float32)

    broken = ModelInfo(name="broken", version="1", sample_rate=RATE_HZ, dim=3, load=Broken)
    with pytest.raises(PluginError, match="NaN"):
        neighbours(broken, genres, cache=tmp_path, workers=1)


def test_progress_counts_steps_to_the_end(noise: ModelInfo, rows: Rows, table_of: Of, kept: Path) -> None:
    seen: dict[str, list[tuple[float, float, str]]] = {}

    def progress(phase: str, done: float, total: float, unit: str) -> None:
        seen.setdefault(phase, []).append((done, total, unit))

    neighbours(noise, table_of(rows, "tempo", "genre"), cache=kept, workers=1, progress=progress)
    assert seen["search"] == [(0, 3, "steps"), (1, 3, "steps"), (2, 3, "steps"), (3, 3, "steps")]
    assert seen["leakage"][-1][:2] == (6, 6)  # two readings, and each inside each
    for steps in seen.values():
        assert [done for done, *_ in steps] == sorted(done for done, *_ in steps)


def test_only_a_timeline_leaves_the_shape_alone(table: Path, noise: ModelInfo, tmp_path: Path) -> None:
    own = Recordings(path=table, targets={"segmentation": "segmentation"})
    result = neighbours(noise, own, cache=tmp_path, workers=1)
    found = of(result)
    assert (found.retrieval, found.locality) == ((), ())
    assert found.leakage is not None
    assert found.leakage.targets == ()
    assert found.shape.intrinsic_dimension.value is not None
    assert "Neighbours that share" not in str(result)


FRAMES, DIM = 3_000, 16


def test_frames_are_not_kept(genres: Recordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All frames together are a hundred times what a track's are."""

    class Long:
        def embed(self, audio):  # type: ignore[no-untyped-def]
            return np.ones((len(audio), FRAMES, DIM), np.float32) * audio.numpy().std()

    held: list[int] = []
    searched = main._searched

    def spy(*asked: Any) -> Neighbourhood:
        held.append(tracemalloc.get_traced_memory()[0])
        return searched(*asked)

    monkeypatch.setattr(main, "_searched", spy)
    long = ModelInfo(name="long", version="1", sample_rate=RATE_HZ, dim=DIM, load=Long)
    neighbours(long, genres, cache=tmp_path, workers=1, limit=2)
    tracemalloc.start()
    neighbours(long, genres, cache=tmp_path, workers=1)
    tracemalloc.stop()
    assert held[-1] < TRACKS * FRAMES * DIM * 4 / 4
