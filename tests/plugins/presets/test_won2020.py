"""The conditions of Won et al. 2020 are those of the paper, and each can be made."""

import numpy as np
import pytest

from earmark import Audio, Condition
from earmark_plugins.perturbations import (
    compander,
    noise_mix,
    pitch_shift,
    pitch_shift_vocoder,
    time_stretch,
    time_stretch_vocoder,
)
from earmark_plugins.presets.won2020 import provide_presets

PAPER, VOCODER = provide_presets()
MODULES = (compander, noise_mix, pitch_shift, pitch_shift_vocoder, time_stretch, time_stretch_vocoder)
BY_NAME = {p.name: p for module in MODULES for p in module.provide_perturbations()}
SPELLED = [
    "time-stretch:0.707107",
    "time-stretch:1.41421",
    "pitch-shift:-1",
    "pitch-shift:1",
    "compander:music-standard",
    "compander:speech",
    "noise-mix:0.1",
    "noise-mix:0.4",
]  # the paper's code: rate 2^-1/2 and 2^1/2, ±1 semitone, MUDA's presets 4 and 6, r = 0.1 and 0.4


def conditions(preset):
    return [Condition(perturbation=BY_NAME[name], level=level) for name, level in preset.conditions]


def test_the_eight_conditions_are_the_papers():
    assert PAPER.name == "won2020"
    assert [condition.name for condition in conditions(PAPER)] == SPELLED


def test_the_vocoder_stands_in_for_the_stretch_and_the_shift_alone():
    expected = [name.replace("stretch:", "stretch-vocoder:").replace("shift:", "shift-vocoder:") for name in SPELLED]
    assert VOCODER.name == "won2020-vocoder"
    assert [condition.name for condition in conditions(VOCODER)] == expected


@pytest.mark.parametrize("preset", [PAPER, VOCODER], ids=lambda preset: preset.name)
def test_the_speeds_are_half_an_octave_to_the_last_digit(preset):
    (_, slow), (_, fast) = preset.conditions[:2]
    assert (slow * fast, fast * fast) == (pytest.approx(1.0, rel=1e-15), pytest.approx(2.0, rel=1e-15))


@pytest.mark.parametrize("preset", [PAPER, VOCODER], ids=lambda preset: preset.name)
def test_every_condition_changes_a_recording(preset):
    samples = 0.3 * np.random.default_rng(0).standard_normal(16000).astype(np.float32)
    audio = Audio(samples=samples, rate=16000)
    for condition in conditions(preset):
        assert not condition.leaves(audio, condition.apply(audio, track="t"))
