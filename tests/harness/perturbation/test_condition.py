"""A condition is a perturbation at a level, and says what it is."""

from dataclasses import replace

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.errors import EarmarkError
from earmark.perturbation import Condition, Perturbation
from earmark.target import Target

AUDIO = Audio(samples=np.linspace(-0.5, 0.5, 800, dtype=np.float32), rate=8000)
TEMPO = Target(name="tempo", family="tempo", form="tempo")


def louder(audio: Audio, factor: float, _: np.random.Generator) -> Audio:
    return replace(audio, samples=audio.samples * np.float32(factor))


def hissing(audio: Audio, level: float, random: np.random.Generator) -> Audio:
    return replace(audio, samples=random.standard_normal(len(audio.samples), np.float32))


LOUDER = Perturbation(
    name="louder",
    version="1",
    unit="× amplitude",
    levels=(1.5, 2.0),
    limits=(0.0, 8.0),
    neutral=1.0,
    apply=louder,
    moves={"tempo": lambda bpm, factor: bpm * factor},
)
PRESETS = replace(LOUDER, name="device", levels=(1.0, 2.0), names={"speech": 1.0, "radio": 2.0}, neutral=None)


@pytest.mark.parametrize(
    ("perturbation", "level", "name", "sentence"),
    [
        (LOUDER, 2.0, "louder:2", "louder 2 × amplitude"),
        (LOUDER, 2**0.5, "louder:1.41421", "louder 1.41421 × amplitude"),
        (PRESETS, 2.0, "device:radio", "device radio"),
    ],
)
def test_it_is_spelled_for_the_command_line_and_said_in_a_sentence(perturbation, level, name, sentence):
    condition = Condition(perturbation=perturbation, level=level)
    assert (condition.name, str(condition)) == (name, sentence)


@pytest.mark.parametrize(
    ("perturbation", "level", "sentence"),
    [
        (LOUDER, 9.0, "'louder' has no level 9; they go from 0 to 8 × amplitude"),
        (LOUDER, -0.1, "'louder' has no level -0.1"),
        (LOUDER, float("nan"), "'louder' has no level nan"),
        (PRESETS, 1.5, "'device' has no level 1.5; its levels are speech, radio"),
    ],
)
def test_a_level_that_there_is_not_is_refused_with_those_that_there_are(perturbation, level, sentence):
    with pytest.raises(EarmarkError, match=sentence):
        Condition(perturbation=perturbation, level=level)


def test_a_level_between_those_of_the_ladder_is_fine():
    assert Condition(perturbation=LOUDER, level=1.75).apply(AUDIO, track="t").samples[0] == -0.875


def test_it_applies_the_perturbation_at_its_level():
    np.testing.assert_array_equal(
        Condition(perturbation=LOUDER, level=2.0).apply(AUDIO, track="t").samples, 2 * AUDIO.samples
    )


def test_track_and_seed_decide_the_chance():
    condition = Condition(perturbation=replace(LOUDER, apply=hissing), level=1.0)
    first, again, other, seeded = (
        condition.apply(AUDIO, track=track, seed=seed).samples[0]
        for track, seed in (("a", 0), ("a", 0), ("b", 0), ("a", 1))
    )
    assert first == again
    assert len({float(first), float(other), float(seeded)}) == 3


def test_it_moves_labels_at_its_level():
    assert Condition(perturbation=LOUDER, level=2.0).moved(TEMPO, 60.0) == 120.0


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        (AUDIO, True),
        (replace(AUDIO, samples=AUDIO.samples.copy()), True),
        (replace(AUDIO, rate=16000), False),
        (replace(AUDIO, samples=AUDIO.samples[:-1]), False),
        (replace(AUDIO, samples=AUDIO.samples + np.float32(1e-3)), False),
    ],
)
def test_nothing_is_changed_where_samples_and_rate_are_the_same(changed, left):
    assert Condition(perturbation=LOUDER, level=1.0).leaves(AUDIO, changed) is left


def test_a_level_between_those_that_there_are_is_refused() -> None:
    codec = replace(
        LOUDER, name="codec", unit="kbit/s", levels=(64.0, 32.0), limits=(8.0, 320.0), only=(32.0, 48.0, 64.0)
    )
    assert Condition(perturbation=codec, level=48.0).name == "codec:48"
    with pytest.raises(EarmarkError, match="has no level 50; there are 32, 48, 64 kbit/s"):
        Condition(perturbation=codec, level=50.0)
