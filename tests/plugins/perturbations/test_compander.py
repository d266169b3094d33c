"""The compander does what sox does with the same presets, and what the curves say."""

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from earmark.audio import Audio
from earmark.target import FAMILIES, FORMS, Target
from earmark_plugins.perturbations import compander

(COMPANDER,) = compander.provide_perturbations()
GOLDEN = Path(__file__).with_name("golden")
RECIPE = runpy.run_path(str(GOLDEN / "make_compander.py"))
SOX_TOLERANCE_DB = 0.03  # sox rounds the corners of its curves by 0.01 dB, seen on both sides of a corner
SOX_TOLERANCE = 1e-7  # of full scale, a rounding of float32; found are 4e-8
SETTLED_TOLERANCE_DB = 0.001
RIPPLE_TOLERANCE_DB = 0.1  # the envelope trembles within a period of the tone
RATE = 16_000


def companded(samples: np.ndarray, preset: str, rate: int = RATE) -> np.ndarray:
    audio = Audio(samples=samples.astype(np.float32), rate=rate)
    return COMPANDER.perturb(audio, COMPANDER.names[preset], track="t").samples.astype(float)


def square(level_db: float, seconds: float, rate: int = RATE) -> np.ndarray:
    """A square wave at 100 Hz, whose absolute samples are all the same: its envelope is its level."""
    return 10 ** (level_db / 20) * (-1.0) ** (np.arange(round(seconds * rate)) * 200 // rate)


@pytest.mark.parametrize("preset", COMPANDER.names)
def test_the_output_is_that_of_sox(preset):
    bursts = RECIPE["tone_bursts"]()
    ours = companded(bursts, preset)[:: RECIPE["KEPT"]]
    golden = np.load(GOLDEN / "compander.npz")[preset].astype(float)
    np.testing.assert_allclose(ours, golden, atol=SOX_TOLERANCE)
    heard = np.abs(golden) > 1e-5
    assert heard.sum() > 900  # of 1,392, of which a quarter is silent
    assert np.abs(20 * np.log10(ours[heard] / golden[heard])).max() < SOX_TOLERANCE_DB


# By hand: of the two points of the curve around the level, the line between them; at -10 dB from (-21, -21) to
# (0, -11) or (0, -20), in radio from (-60, -20) to (0, 0) less 5 dB.
BY_HAND_DB = {
    "music-light": {-10: -21 + 10 * 11 / 21, -50: -53 + 12 * 15 / 24},
    "music-standard": {-10: -21 + 1 * 11 / 21, -50: -43 + 12 * 5 / 24},
    "film-light": {-10: -21 + 1 * 11 / 21, -50: -47 + 6 * 3 / 12},
    "film-standard": {-10: -21 + 1 * 11 / 21, -50: -44},
    "speech": {-10: -21 + 1 * 11 / 21, -50: -35},
    "radio": {-10: -20 + 20 * 50 / 60 - 5, -50: -20 + 20 * 10 / 60 - 5},
}


@pytest.mark.parametrize("rate", [8_000, 44_100])
@pytest.mark.parametrize("level_db", [-10, -50])
@pytest.mark.parametrize("preset", COMPANDER.names)
def test_a_steady_level_comes_out_where_the_curve_says(preset, level_db, rate):
    steady = companded(square(level_db, 16.0, rate), preset, rate)[-rate // 5 :]
    expected = BY_HAND_DB[preset][level_db]
    np.testing.assert_allclose(20 * np.log10(np.abs(steady)), expected, atol=SETTLED_TOLERANCE_DB)


def settled(setting: compander.Setting) -> float:
    """Where the envelope of a sine with a peak of one stays on average: rises balance falls over a period."""

    def drift(envelope: float) -> float:
        up, _ = quad(lambda x: max(np.sin(x) - envelope, 0.0) / setting.attack_s, 0.0, np.pi, limit=200)
        down, _ = quad(lambda x: max(envelope - np.sin(x), 0.0) / setting.decay_s, 0.0, np.pi, limit=200)
        return up - down

    return brentq(drift, 0.01, 0.999)


@pytest.mark.parametrize("preset", ["music-light", "music-standard", "speech"])
def test_a_tone_at_minus_ten_db_is_scaled_by_the_curve_at_its_envelope(preset):
    tone = 10 ** (-10 / 20) * np.sin(2 * np.pi * 1_000 * np.arange(4 * 44_100) / 44_100)
    level_db = -10 + 20 * np.log10(settled(compander.PRESETS[preset]))
    slope = {"music-light": 10 / 21}.get(preset, 1 / 21)
    expected_db = -21 + (level_db + 21) * slope - level_db
    ratio = np.std(companded(tone, preset, 44_100)[-44_100:]) / np.std(tone[-44_100:])
    assert 20 * np.log10(ratio) == pytest.approx(expected_db, abs=RIPPLE_TOLERANCE_DB)


def looped(heights: np.ndarray, rate: int, setting: compander.Setting) -> np.ndarray:
    envelope, found = 10 ** (setting.start_db / 20), []
    for height in heights:
        time_s = setting.attack_s if height > envelope else setting.decay_s
        envelope += (1 - np.exp(-1 / (rate * time_s))) * (height - envelope)
        found.append(envelope)
    return np.array(found)


def signals(rate: int) -> dict[str, np.ndarray]:
    random, time_s = np.random.default_rng(2), np.arange(rate) / rate
    return {
        "noise": np.abs(random.standard_normal(rate)) * np.abs(np.sin(9 * time_s)),
        "clicks": (random.random(rate) < 0.001).astype(float),
        "square": np.abs(square(-6.0, 1.0, rate)),
        "silence": np.zeros(rate),
        "steps": np.repeat(random.random(rate // 50), 50),
    }


@pytest.mark.parametrize("preset", ["speech", "radio"])
@pytest.mark.parametrize("rate", [8_000, 44_100])
@pytest.mark.parametrize("signal", signals(50))
def test_the_envelope_is_that_of_a_loop_over_samples(signal, rate, preset):
    heights, setting = signals(rate)[signal], compander.PRESETS[preset]
    found = compander.followed(heights, rate, setting)
    np.testing.assert_allclose(found, looped(heights, rate, setting), rtol=1e-10, atol=1e-12)


def test_an_attack_that_is_slower_than_the_decay_is_followed_too():
    slow = replace(compander.PRESETS["speech"], attack_s=0.5, decay_s=0.02)
    heights = signals(8_000)["noise"]
    np.testing.assert_allclose(compander.followed(heights, 8_000, slow), looped(heights, 8_000, slow), rtol=1e-10)


@pytest.mark.parametrize(("preset", "ahead_s"), [(name, 0.0 if name == "radio" else 0.1) for name in COMPANDER.names])
def test_the_gain_turns_a_tenth_of_a_second_before_the_music_does_but_not_in_radio(preset, ahead_s):
    samples = np.concatenate([square(-10.0, 12.0), square(-50.0, 1.0)])
    gains = np.abs(companded(samples, preset) / samples)
    rising = np.flatnonzero(np.diff(gains) > 1e-6 * gains[:-1])
    assert rising[rising > 11 * RATE].min() + 1 == pytest.approx((12 - ahead_s) * RATE, abs=1)


def test_the_levels_go_up_by_the_range_of_gains():
    level_db = np.arange(-60.0, 0.1, 0.1)
    ranges = [np.ptp(20 * np.log10(compander.gain(10 ** (level_db / 20), compander.BY_LEVEL[level])))
              for level in COMPANDER.levels]  # fmt: skip
    np.testing.assert_allclose(ranges, [20.5, 26, 26, 32, 35, 40], atol=1e-6)


def test_four_presets_are_one_on_music_that_is_never_quiet():
    loud = square(-12.0, 2.0)
    same = [companded(loud, preset) for preset in ("film-light", "film-standard", "music-standard", "speech")]
    assert all(np.array_equal(same[0], other) for other in same)


@pytest.mark.parametrize("preset", COMPANDER.names)
@pytest.mark.parametrize("samples", [1, 400, 40_000])
def test_silence_stays_silent_and_length_is_kept(samples, preset):
    np.testing.assert_array_equal(companded(np.zeros(samples), preset, 8_000), np.zeros(samples))


@pytest.mark.parametrize("preset", COMPANDER.names)
def test_audio_beyond_full_scale_and_minutes_of_silence_give_numbers(preset):
    samples = np.concatenate([square(6.0, 0.5, 8_000), np.zeros(300 * 8_000), square(-90.0, 0.05, 8_000)])
    found = companded(samples, preset, 8_000)
    assert np.isfinite(found).all()
    assert np.abs(found[-400:]).max() == pytest.approx(10 ** ((-95 if preset == "radio" else -90) / 20), rel=1e-3)


def test_the_presets_are_known_by_name_and_nothing_lies_between():
    assert COMPANDER.spell(COMPANDER.names["music-standard"]) == "music-standard"
    assert "no level 2.5" in COMPANDER.refuses(2.5)
    for form, family in zip(FORMS, FAMILIES, strict=False):
        assert COMPANDER.moved(Target(name="x", family=family, form=form), "label", 1.0) == "label"
