from typing import cast

import numpy as np
import pytest

from earmark.dataset import Track
from earmark.extract import Extraction
from earmark.neighbours.leakage import leakage, main_axes
from earmark.protocol.reading import Material, probe_tracks
from earmark.protocol.scoring import Jury
from earmark.protocol.sitting import Embedded
from earmark.result.neighbours.record import Leak, Leakage
from earmark.target import Target
from earmark.task import FOOTE, Task

SIZES = {"train": 400, "valid": 150, "test": 600}
DIM = 12
APART = 0.1  # a share of what is known: scores of 600 tracks wander by some points
ALIKE = 0.12  # whitened coordinates are fitted anew, and a rotated space is standardised along other axes
WIDE = 0.25  # three deviations of the mean of five draws from Beta(r / 2, (dim - r) / 2)
Labels = dict[str, np.ndarray]


def space(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(sum(SIZES.values()), DIM))


def in_thirds(numbers: np.ndarray) -> np.ndarray:
    return np.array(["low", "mid", "high"])[np.digitize(numbers, [-0.43, 0.43])]


def material(vectors: np.ndarray, name: str, labels: np.ndarray, recipe: str = "probe") -> Material:
    form = "number" if labels.dtype.kind == "f" else "class"
    target = Target(name=name, family="genre", form=form, classes=() if form == "number" else ("low", "mid", "high"))
    splits = np.repeat(list(SIZES), list(SIZES.values()))
    tracks = [
        Track(id=str(i), group=str(i), split=str(split), source=None, labels={name: label})  # type: ignore[arg-type]
        for i, (split, label) in enumerate(zip(splits, labels.tolist(), strict=True))
    ]
    by_split = {split: tuple(t for t in tracks if t.split == split) for split in SIZES}
    return Material(task=Task(name=name, dataset="d", target=name, recipe=recipe), target=target, tracks=by_split)


def embedded(vectors: np.ndarray) -> Embedded:
    rows = {str(i): row for i, row in enumerate(vectors.astype(np.float32))}
    return Embedded(extraction=cast(Extraction, None), vectors={"out": rows}, audio_s=0.0)


def leaks(vectors: np.ndarray, **labels: np.ndarray) -> tuple[Leakage, dict[tuple[str, str], Leak]]:
    found = leakage([material(vectors, n, some) for n, some in labels.items()], embedded(vectors), "out", seed=0)
    return found, {(cell.span, cell.target): cell for cell in found.cells}


def test_targets_in_orthogonal_coordinates_do_not_leak() -> None:
    vectors = space()
    _, cells = leaks(vectors, a=in_thirds(vectors[:, 0]), b=in_thirds(vectors[:, 1]))
    assert [cells["a", "b"].kept, cells["b", "a"].kept] == pytest.approx([0, 0], abs=APART)


def test_a_target_is_found_in_its_own_span() -> None:
    vectors = space()
    _, cells = leaks(vectors, a=in_thirds(vectors[:, 0]), b=vectors[:, 1] + vectors[:, 2])
    assert [cells["a", "a"].kept, cells["b", "b"].kept] == pytest.approx([1, 1], abs=APART)


def test_targets_that_share_coordinates_leak() -> None:
    vectors = space()
    _, cells = leaks(vectors, a=in_thirds(vectors[:, 3]), b=vectors[:, 3] * 2)
    assert [cells["a", "b"].kept, cells["b", "a"].kept] == pytest.approx([1, 1], abs=APART)


def test_half_of_what_a_target_depends_on_is_half_of_what_is_found() -> None:
    vectors = space()
    _, cells = leaks(vectors, a=vectors[:, 0], b=(vectors[:, 0] + vectors[:, 1]) / np.sqrt(2))
    assert cells["a", "b"].kept == pytest.approx(0.5, abs=APART)  # the squared cosine of 45 degrees


def test_a_turned_space_gives_the_same_answers() -> None:
    vectors = space()
    labels = {"a": in_thirds(vectors[:, 0]), "b": vectors[:, 0] + vectors[:, 1]}
    turn, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(DIM, DIM)))
    _, before = leaks(vectors, **labels)
    _, after = leaks(vectors @ turn, **labels)
    assert {pair: cell.kept for pair, cell in after.items()} == pytest.approx(
        {pair: cell.kept for pair, cell in before.items()}, abs=ALIKE
    )


def test_as_many_random_directions_find_their_share_of_the_dimensions() -> None:
    vectors = space()
    _, cells = leaks(vectors, a=vectors[:, 0])
    assert cells["a", "a"].directions == 1
    assert cells["a", "a"].random_kept == pytest.approx(1 / DIM, abs=WIDE)


def test_a_target_that_the_embedding_does_not_know_has_no_share() -> None:
    vectors = space()
    _, cells = leaks(vectors, a=vectors[:, 0], noise=in_thirds(space(9)[:, 0]))
    assert cells["a", "noise"].kept is None
    assert cells["a", "noise"].random_kept is None


def test_a_target_of_one_class_has_no_span() -> None:
    vectors = space()
    _, cells = leaks(vectors, one=np.repeat("low", len(vectors)), b=vectors[:, 0])
    assert cells["one", "b"].directions == 0
    assert cells["one", "b"].score.value is None


def test_the_whole_embedding_is_read_as_a_run_reads_it() -> None:
    vectors = space()
    found, _ = leaks(vectors, a=in_thirds(vectors[:, 0]))
    one = material(vectors, "a", in_thirds(vectors[:, 0]))
    jury = Jury.of(one, resamples=1000, seed=0)
    reading = probe_tracks(one, embedded(vectors), jury.metrics[0], "out", probe="linear", seed=0)
    assert found.whole == jury.scores(jury.marks(reading.estimated))[:1]


def test_only_targets_of_track_vectors_are_asked() -> None:
    vectors = space()
    both = [material(vectors, "a", vectors[:, 0]), material(vectors, "b", vectors[:, 1], FOOTE)]
    assert leakage(both, embedded(vectors), "out", seed=0).targets == ("a",)


def test_the_axes_are_those_of_the_widest_outputs() -> None:
    rows = np.diag([3.0, 1.0, 0.5, 0.0])
    rows = np.vstack([rows, -rows])  # variances of the columns 9, 1, 1/4 and 0, over 4
    axes = main_axes(rows, np.eye(4), 0.9)
    assert np.abs(axes) == pytest.approx(np.eye(4)[:, :2], abs=1e-9)  # 9 / 10.25 is below nine tenths


def test_outputs_that_never_vary_have_no_axes() -> None:
    assert main_axes(np.ones((5, 3)), np.ones((3, 2)), 0.9).shape == (3, 0)
