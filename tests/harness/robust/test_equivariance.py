"""Whether answers go where the label goes, on cases that can be read off."""

import numpy as np
import pytest

from earmark.perturbation import Condition, Perturbation, moves
from earmark.robust.equivariance import equivariance_of
from earmark.target import Target

KEY = Target(name="key", family="key", form="key")
TEMPO = Target(name="tempo", family="tempo", form="tempo")
GENRE = Target(name="genre", family="genre", form="class", classes=("waltz", "march"))


def condition(level: float, **moved: object) -> Condition:
    known = {"name": "p", "version": "1", "unit": "x", "levels": (1.0,), "apply": lambda audio, *_: audio}
    return Condition(perturbation=Perturbation(**known, moves=moved), level=level)


def shift(semitones: float) -> Condition:
    return condition(semitones, key=moves.transposed)


def stretch(speed: float) -> Condition:
    return condition(speed, tempo=moves.faster)


def shares(found: object) -> tuple[float, ...]:
    return found.follows, found.stays, found.breaks  # type: ignore[attr-defined]


def test_a_key_follows_stays_or_breaks():
    before = ["C major", "A minor", "B major", "C major"]
    after = ["D major", "A minor", "Db major", "A minor"]  # up two; where it was; up two; neither
    found = equivariance_of(KEY, shift(2), before, after)
    assert found.tracks == 4
    assert shares(found) == (0.5, 0.25, 0.25)


@pytest.mark.parametrize(
    ("speed", "before", "after", "share"),
    [
        (1.5, 100.0, 150.0, "follows"),
        (1.5, 100.0, 156.0, "follows"),  # 4 % above
        (1.5, 100.0, 157.0, "breaks"),
        (1.5, 100.0, 100.0, "stays"),
        (1.5, 100.0, 96.0, "stays"),  # 4 % below
        (1.5, 100.0, 95.0, "breaks"),
        (1.5, 100.0, 200.0, "breaks"),
        (1.02, 100.0, 102.0, "follows"),  # within 4 % of both: the nearer one
        (1.02, 100.0, 100.0, "stays"),
        (1.02, 100.0, 101.5, "follows"),
        (1.02, 100.0, 100.5, "stays"),
        (1.02, 100.0, 98.0, "stays"),  # 3.9 % below the moved one
        (0.5, 120.0, 60.0, "follows"),
    ],
)
def test_a_tempo_goes_where_the_nearer_label_is(speed, before, after, share):
    assert getattr(equivariance_of(TEMPO, stretch(speed), [before], [after]), share) == 1.0


def test_answers_count_whether_or_not_they_were_right():
    assert shares(equivariance_of(TEMPO, stretch(2.0), [200.0, 70.0], [400.0, 140.0])) == (1.0, 0.0, 0.0)


def test_what_no_label_can_follow_is_not_asked():
    found = equivariance_of(TEMPO, stretch(2.0), [300.0, 100.0], [300.0, 200.0])  # 600 BPM is no tempo
    assert (found.tracks, found.follows) == (1, 1.0)
    assert equivariance_of(TEMPO, stretch(2.0), [300.0], [300.0]) is None


def test_a_shift_between_two_keys_asks_nothing():
    assert equivariance_of(KEY, shift(0.5), ["C major"], ["C major"]) is None


def test_what_the_condition_leaves_alone_has_none():
    assert equivariance_of(GENRE, shift(2), ["waltz"], ["march"]) is None
    assert equivariance_of(TEMPO, shift(2), [100.0], [150.0]) is None
    assert equivariance_of(KEY, shift(12), ["C major"], ["D major"]) is None  # an octave


def test_a_form_without_a_judge_has_none():
    moved = condition(1.0, **{"class": lambda label, _: "march" if label == "waltz" else "waltz"})
    assert equivariance_of(GENRE, moved, ["waltz"], ["march"]) is None


def test_the_shares_add_up_to_one():
    random = np.random.default_rng(0)
    before, after = random.uniform(40, 200, (2, 500))
    found = equivariance_of(TEMPO, stretch(1.2), before.tolist(), after.tolist())
    assert sum(shares(found)) == pytest.approx(1.0)
    assert all(share > 0 for share in shares(found))
