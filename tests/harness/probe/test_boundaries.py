"""Foote, the boundary probe and the clock on planted pieces; scores by mir_eval."""

from dataclasses import replace

import mir_eval
import numpy as np
import pytest

from earmark.errors import DatasetError, PluginError
from earmark.probe.boundaries import PERIODS_S, Sketch, boundary_probe, foote, hit_f, regular
from earmark.target import Timeline

STEP_S = 0.5
MOMENTS = 50  # a frame is the mean of so many moments
ROUNDING = 1e-9  # the same counts, divided in another order
NEAR_ONE = 0.97  # a boundary inside a frame mixes two sections; the peak may fall on the frame's farther side


def score(tracks: list[Sketch], estimated: list[Timeline], window_s: float = 3.0) -> float:
    """Mean F-measure of the boundaries, trimmed; an estimate without any scores 0."""
    scores = [
        mir_eval.segment.detection(np.array(t.reference.intervals_s), np.array(e.intervals_s), window_s, trim=True)[2]
        for t, e in zip(tracks, estimated, strict=True)
        if len(e.labels) > 1
    ]
    return sum(scores) / len(tracks)


def random_form(rng: np.random.Generator, grid_s: float) -> Timeline:
    """Sections of 6 to 12 s, no two alike in a row, with boundaries at multiples of `grid_s`."""
    letters = str(rng.choice(["ABA", "ABC", "ABAC", "ABCA"]))
    ends_s = np.round(np.cumsum(rng.uniform(6, 12, len(letters))) / grid_s) * grid_s
    return Timeline(edges_s=(0.0, *ends_s.tolist()), labels=tuple(letters))


def heard(form: Timeline, sound: dict[str, np.ndarray]) -> np.ndarray:
    """Frames [n, dim] of a form in which each letter has its sound [dim]."""
    times_s = (np.arange(int(np.ceil(form.edges_s[-1] / STEP_S)) * MOMENTS) + 0.5) * STEP_S / MOMENTS
    section = np.searchsorted(form.edges_s[1:-1], times_s, side="right")
    moments = np.stack([sound[letter] for letter in form.labels])[section]
    return moments.reshape(-1, MOMENTS, moments.shape[1]).mean(axis=1)


def pieces(count: int, seed: int, *, noise: float = 0.3, hidden_in: int = 0, grid_s: float = STEP_S) -> list[Sketch]:
    """Pieces whose sections differ in 16 dimensions, beside `hidden_in` more of slowly changing noise."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        form = random_form(rng, grid_s)
        frames = heard(form, {letter: rng.standard_normal(4 if hidden_in else 16) for letter in "ABC"})
        frames = frames + noise * rng.standard_normal(frames.shape)
        drift = rng.standard_normal((len(frames) // 5 + 1, hidden_in)).repeat(5, axis=0)[: len(frames)]
        frames = np.column_stack([frames, drift]).astype(np.float32)
        made.append(Sketch(frames=frames, step_s=STEP_S, duration_s=form.edges_s[-1], reference=form))
    return made


def oracles(count: int, seed: int) -> list[Sketch]:
    """Pieces with boundaries anywhere, whose embedding is the label."""
    one_hot = dict(zip("ABC", np.eye(3), strict=True))
    tracks = pieces(count, seed, grid_s=0.001)
    return [replace(t, frames=heard(t.reference, one_hot).astype(np.float32)) for t in tracks]


def noises(count: int, seed: int) -> list[Sketch]:
    rng = np.random.default_rng(seed)
    return [replace(t, frames=rng.standard_normal(t.frames.shape).astype(np.float32)) for t in pieces(count, seed)]


def foote_all(tracks: list[Sketch]) -> list[Timeline]:
    return [foote(t.frames, t.step_s, t.duration_s) for t in tracks]


def clock(train: list[Sketch], test: list[Sketch]) -> list[Timeline]:
    period_s = max(PERIODS_S, key=lambda p: score(train, [regular(t.duration_s, p) for t in train]))
    return [regular(t.duration_s, period_s) for t in test]


def test_foote_finds_planted_boundaries_and_repetitions_exactly() -> None:
    tracks = pieces(30, 0, noise=0.0)
    assert foote_all(tracks) == [t.reference for t in tracks]


def test_foote_reads_an_oracle_embedding() -> None:
    tracks = oracles(60, 1)
    assert score(tracks, foote_all(tracks)) == 1.0
    assert score(tracks, foote_all(tracks), window_s=0.5) > NEAR_ONE


def test_the_probe_reads_an_oracle_embedding() -> None:
    test = oracles(40, 2)
    found = boundary_probe(oracles(40, 3), oracles(20, 4), test)
    assert found.valid_score > NEAR_ONE
    assert score(test, list(found.timelines)) == 1.0
    assert score(test, list(found.timelines), window_s=0.5) > NEAR_ONE


def test_no_reader_of_noise_beats_the_clock() -> None:
    train, valid, test = noises(60, 5), noises(30, 6), noises(60, 7)
    chance = score(test, clock(train, test))
    assert score(test, foote_all(test)) < chance
    assert score(test, list(boundary_probe(train, valid, test).timelines)) < chance + 0.05


def test_the_probe_beats_foote_where_few_of_many_dimensions_tell() -> None:
    train, valid, test = (pieces(n, s, hidden_in=60) for n, s in ((80, 8), (30, 9), (40, 10)))
    found = list(boundary_probe(train, valid, test).timelines)
    for window_s in (3.0, 0.5):
        assert score(test, found, window_s) > score(test, foote_all(test), window_s) + 0.1


def test_the_probe_answers_twice_the_same() -> None:
    splits = pieces(20, 11), pieces(10, 12), pieces(10, 13)
    assert boundary_probe(*splits) == boundary_probe(*splits)


def test_the_probe_does_not_read_the_references_of_the_test_tracks() -> None:
    train, valid, test = pieces(20, 11), pieces(10, 12), pieces(10, 13)
    blind = [replace(t, reference=Timeline(edges_s=(0.0, 1.0), labels=("?",))) for t in test]
    assert boundary_probe(train, valid, blind) == boundary_probe(train, valid, test)


def test_scale_and_a_constant_feature_change_no_answer() -> None:
    def altered(tracks: list[Sketch]) -> list[Sketch]:
        return [replace(t, frames=np.pad(t.frames * 64, ((0, 0), (0, 1)), constant_values=0.1)) for t in tracks]

    train, valid, test = pieces(20, 14), pieces(10, 15), pieces(20, 16)
    assert foote_all(altered(test)) == foote_all(test)
    expected = boundary_probe(train, valid, test).timelines
    assert boundary_probe(altered(train), altered(valid), altered(test)).timelines == expected


@pytest.mark.parametrize("count", [1, 3])
def test_a_track_of_few_frames_is_one_section(count: int) -> None:
    short = Sketch(
        frames=np.eye(count, 16, dtype=np.float32),
        step_s=STEP_S,
        duration_s=count * STEP_S,
        reference=Timeline(edges_s=(0.0, count * STEP_S), labels=("A",)),
    )
    assert foote(short.frames, STEP_S, short.duration_s) == short.reference
    found = boundary_probe([*pieces(10, 17), short], [*pieces(5, 18), short], [short])
    assert found.timelines == (short.reference,)


def test_pieces_without_boundaries_teach_that_there_are_none() -> None:
    plain = [replace(t, reference=Timeline(edges_s=(0.0, t.duration_s), labels=("A",))) for t in pieces(10, 19)]
    found = boundary_probe(plain, plain, plain)
    assert found.valid_score > NEAR_ONE
    assert all(len(timeline.labels) == 1 for timeline in found.timelines)


def test_no_boundary_lies_at_the_edges() -> None:
    for timeline in foote_all(noises(20, 20)):
        assert timeline.edges_s[1] >= 2.0
        assert timeline.edges_s[-2] <= timeline.edges_s[-1] - 2.0 or len(timeline.labels) == 1


def test_a_split_with_nothing_to_learn_from_is_an_error() -> None:
    with pytest.raises(DatasetError, match="train"):
        boundary_probe([], pieces(2, 21), [])
    with pytest.raises(DatasetError, match="valid"):
        boundary_probe(pieces(2, 21), [], [])


def test_frames_that_are_no_numbers_are_an_error() -> None:
    frames = np.full((60, 4), np.nan, dtype=np.float32)
    with pytest.raises(PluginError, match="NaN"):
        foote(frames, STEP_S, 30.0)


@pytest.mark.parametrize("start_s", [0.0, 0.05, 2.5])
def test_the_score_to_choose_by_is_mir_evals(start_s: float) -> None:
    rng = np.random.default_rng(22)
    for _ in range(100):
        marks, found = (np.sort(rng.uniform(3, 39, rng.integers(1, 9))) for _ in range(2))
        reference = Timeline(edges_s=(start_s, *marks.tolist(), 40.0), labels=("A",) * (len(marks) + 1))
        first = [start_s] if start_s > 1 else []
        theirs = mir_eval.util.boundaries_to_intervals(np.array([0.0, *first, *marks, 40.0]))
        ours = mir_eval.util.boundaries_to_intervals(np.array([0.0, *found, 40.0]))
        expected = mir_eval.segment.detection(theirs, ours, window=0.5, trim=True)[2]
        assert hit_f(reference, found.tolist()) == pytest.approx(expected, abs=ROUNDING)


def test_the_clock_strikes_every_period_but_not_at_the_end() -> None:
    assert regular(30.0, 7.0).edges_s == (0.0, 7.0, 14.0, 21.0, 28.0, 30.0)
    assert regular(29.5, 7.0).edges_s == (0.0, 7.0, 14.0, 21.0, 29.5)
    assert regular(5.0, 7.0).edges_s == (0.0, 5.0)
    assert regular(30.0, np.inf).edges_s == (0.0, 30.0)
