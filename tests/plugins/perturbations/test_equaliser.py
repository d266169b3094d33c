"""The equaliser has the response of its cookbook, one curve for a track, deeper along the ladder."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition
from earmark_plugins.perturbations.equaliser import BELLS, RANGE_HZ, draw, provide_perturbations

(EQUALISER,) = provide_perturbations()
RATE = 48_000
SAMPLES = 1 << 17
TOLERANCE_DB = 0.01  # float32 and an impulse response cut after 2.7 s
SHAPE = 0.999  # correlation of two curves in dB that differ in depth only by the cookbook's definition of width


def apply(audio: Audio, level_db: float, track: str = "t", seed: int = 0) -> Audio:
    return Condition(perturbation=EQUALISER, level=level_db).apply(audio, track=track, seed=seed)


def response_db(level_db: float, track: str = "t", rate: int = RATE) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies in Hz and measured gain in dB, from the answer to a click."""
    click = np.zeros(SAMPLES, np.float32)
    click[0] = 1.0
    answer = apply(Audio(samples=click, rate=rate), level_db, track).samples.astype(float)
    return np.fft.rfftfreq(SAMPLES, 1 / rate), 20 * np.log10(np.abs(np.fft.rfft(answer)))


def analogue_db(hertz: np.ndarray, level_db: float, track: str, rate: int = RATE) -> np.ndarray:
    """The product of the cookbook's analogue prototypes H(s) = (s² + s A/Q + 1) / (s² + s/(A Q) + 1).

    s = j tan(w/2) / tan(w0/2) is the bilinear transform that the cookbook prescribes.
    """
    total = np.zeros(len(hertz))
    for bell in draw(EQUALISER.chance(track)):
        s = 1j * np.tan(np.pi * hertz / rate) / np.tan(np.pi * bell.centre_hz / rate)
        a = 10 ** (bell.sign * level_db / 40)
        gain = (s**2 + s * a / bell.quality + 1) / (s**2 + s / (a * bell.quality) + 1)
        total += 20 * np.log10(np.abs(gain))
    return total


@pytest.mark.parametrize("level_db", EQUALISER.levels)
@pytest.mark.parametrize("track", ["t", "another"])
def test_the_measured_response_is_the_product_of_the_bells(level_db, track):
    hertz, measured_db = response_db(level_db, track)
    heard = (hertz > 30) & (hertz < 20_000)
    np.testing.assert_allclose(measured_db[heard], analogue_db(hertz[heard], level_db, track), atol=TOLERANCE_DB)


@pytest.mark.parametrize("level_db", EQUALISER.levels)
def test_the_measured_response_at_the_centres_is_the_analytic_one(level_db):
    hertz, measured_db = response_db(level_db)
    centres_hz = np.array([bell.centre_hz for bell in draw(EQUALISER.chance("t"))])
    found_db = np.interp(centres_hz, hertz, measured_db)
    np.testing.assert_allclose(found_db, analogue_db(centres_hz, level_db, "t"), atol=0.05)  # between two bins


def test_along_the_ladder_the_curve_is_the_same_only_deeper():
    curves = [response_db(level_db)[1][100:40_000] for level_db in EQUALISER.levels]
    depths = [np.ptp(curve) for curve in curves]
    assert depths == sorted(depths)
    assert all(np.corrcoef(curve, curves[0])[0, 1] > SHAPE - 0.02 for curve in curves)


def test_no_decibels_change_nothing():
    audio = Audio(samples=np.random.default_rng(0).normal(0, 0.1, 1000).astype(np.float32), rate=RATE)
    np.testing.assert_array_equal(apply(audio, EQUALISER.neutral).samples, audio.samples)


def test_two_tracks_and_two_seeds_meet_different_curves():
    audio = Audio(samples=np.random.default_rng(0).normal(0, 0.1, 1000).astype(np.float32), rate=RATE)
    heard = [apply(audio, 6.0, track, seed).samples.tobytes() for track in ("a", "b") for seed in (0, 1)]
    assert len(set(heard)) == 4


def test_the_bells_lie_in_their_fifths_of_the_range():
    for track in range(100):
        bells = draw(EQUALISER.chance(str(track)))
        fifths = [BELLS * np.log(b.centre_hz / RANGE_HZ[0]) / np.log(RANGE_HZ[1] / RANGE_HZ[0]) for b in bells]
        assert [int(fifth) for fifth in fifths] == list(range(BELLS))
        assert all(0.7 <= bell.quality <= 2.8 and abs(bell.sign) == 1.0 for bell in bells)


def test_what_a_low_rate_cannot_hold_is_left_out():
    """At 8 kHz the curve below is that of the bells below 4 kHz."""
    track = next(str(t) for t in range(100) if draw(EQUALISER.chance(str(t)))[-1].centre_hz > 4000)
    hertz, measured_db = response_db(12.0, track, 8000)
    lower = [bell for bell in draw(EQUALISER.chance(track)) if bell.centre_hz < 4000]
    assert len(lower) == BELLS - 1
    assert measured_db[np.argmin(np.abs(hertz - 3990))] == pytest.approx(0.0, abs=1.0)  # every bell is 0 dB at the top
