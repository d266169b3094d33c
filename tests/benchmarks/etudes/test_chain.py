"""Each era leaves its traces, none of them in one place only, and none in the level."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from scipy import signal

from earmark_benchmarks.etudes.chain import CEILING_DB, CHAINS, LOUDNESS_DB, Stems, balanced, record
from earmark_benchmarks.etudes.chain.effects import brick_wall, compress, limit
from earmark_benchmarks.etudes.chain.wear import wow
from earmark_benchmarks.etudes.eras import ERA_NAMES, ERAS
from earmark_benchmarks.etudes.render import RATE, Samples

SEEDS = range(12)
LOUDNESS_TOLERANCE_DB = 0.5
"""The limiter takes a little after the last gain."""
SECONDS = 3


@cache
def stems(seed: int) -> Stems:
    """Noise that comes and goes, noise in bursts, a tone with harmonics: bright or dark, more or less drums."""
    dice = np.random.default_rng([seed, 1])
    time_s = np.arange(SECONDS * RATE) / RATE
    spectrum = np.fft.rfft(dice.standard_normal(len(time_s)))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** dice.uniform(0.3, 0.9)
    band = np.fft.irfft(spectrum) * (0.6 + 0.4 * np.sin(np.pi * time_s))
    drums = np.roll(np.fft.irfft(spectrum), RATE) * np.exp(-((time_s * 2) % 1) * 12)
    voice = sum(np.sin(2 * np.pi * 220 * k * time_s) / k for k in range(1, 20)) * (time_s % 2 < 1)
    return balanced(band / np.std(band), dice.uniform(0.1, 0.9) * drums / np.std(drums), voice, 0.0)


@cache
def records(era: str) -> tuple[Samples, ...]:
    return tuple(record(stems(seed), era, np.random.default_rng([seed, 9])) for seed in SEEDS)


def share(samples: Samples, low_hz: float, high_hz: float) -> float:
    """Part of the power between two frequencies, by Welch's method."""
    frequencies, power = signal.welch(samples, RATE, nperseg=4096)
    return float(power[(frequencies >= low_hz) & (frequencies < high_hz)].sum() / power.sum())


def mean_share_db(era: str, low_hz: float, high_hz: float) -> float:
    return float(np.mean([10 * np.log10(share(samples, low_hz, high_hz)) for samples in records(era)]))


def crest_db(samples: Samples) -> float:
    return float(20 * np.log10(np.abs(samples).max() / np.sqrt(np.mean(np.square(samples)))))


def test_every_era_has_its_chain_and_the_years_follow_each_other() -> None:
    assert tuple(CHAINS) == ERA_NAMES
    assert all(a.last_year + 1 == b.first_year for a, b in pairwise(ERAS))


@pytest.mark.parametrize("era", ERA_NAMES)
def test_loudness_is_in_its_range_and_nothing_clips(era: str) -> None:
    for samples in records(era):
        loudness_db = 20 * np.log10(np.sqrt(np.mean(np.square(samples))))
        assert LOUDNESS_DB[0] - LOUDNESS_TOLERANCE_DB <= loudness_db <= LOUDNESS_DB[1] + LOUDNESS_TOLERANCE_DB
        assert np.abs(samples).max() <= 10 ** (CEILING_DB / 20) + 1e-12


def test_the_level_tells_no_era() -> None:
    levels = np.array([[20 * np.log10(np.std(samples)) for samples in records(era)] for era in ERA_NAMES])
    assert np.ptp(levels, axis=0).max() < LOUDNESS_TOLERANCE_DB  # the same dice, the same level


def test_treble_grows_from_the_horn_to_the_microphone_to_the_eighties() -> None:
    shares = {era: mean_share_db(era, 3000, RATE) for era in ERA_NAMES}
    assert shares["acoustic"] < shares["electrical"] < shares["eighties"]
    assert shares["multitrack"] < shares["digital"] < shares["eighties"]


def test_a_horn_hears_no_bass() -> None:
    shares = {era: mean_share_db(era, 0, 120) for era in ERA_NAMES}
    assert all(shares["acoustic"] < shares[era] - 6 for era in ERA_NAMES[1:])


def test_loud_records_have_a_smaller_crest_than_others_of_their_bandwidth() -> None:
    crests = {era: np.mean([crest_db(samples) for samples in records(era)]) for era in ERA_NAMES}
    assert all(crests["loud"] < crests[era] - 1.5 for era in ("multitrack", "eighties", "digital"))


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(ERA_NAMES)))
def test_neighbours_overlap_in_bass_and_treble(earlier: str, later: str) -> None:
    for band_hz in ((0, 120), (3000, RATE)):
        first, second = ([share(samples, *band_hz) for samples in records(era)] for era in (earlier, later))
        assert max(min(first), min(second)) < min(max(first), max(second))


def test_the_same_dice_make_the_same_record() -> None:
    again = record(stems(0), "tape", np.random.default_rng([0, 9]))
    np.testing.assert_array_equal(again, records("tape")[0])


def test_a_limiter_holds_its_ceiling_and_leaves_the_quiet_alone() -> None:
    dice = np.random.default_rng(1)
    assert np.abs(limit(dice.standard_normal(RATE), 0.5)).max() <= 0.5
    quiet = 0.1 * np.sin(np.arange(RATE))
    np.testing.assert_allclose(limit(quiet, 0.5), quiet, rtol=1e-12)


def test_a_compressor_narrows_the_gap_between_loud_and_soft() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)
    tone[RATE:] *= 0.1
    pressed = compress(tone, -10, 4)
    gap_db = 20 * np.log10(np.std(pressed[RATE // 2 : RATE]) / np.std(pressed[-RATE // 2 :]))
    assert gap_db < 20 - 3


def test_a_lossy_coders_wall_is_steep() -> None:
    noise = np.random.default_rng(2).standard_normal(4 * RATE)
    cut = brick_wall(noise, 11_000)
    assert 10 * np.log10(share(cut, 12_500, RATE) / share(cut, 9_000, 10_500)) < -40


def test_wow_keeps_the_mean_pitch() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(8 * RATE) / RATE)
    swung = wow(tone, np.random.default_rng(3), 1.3, 0.3)
    phase = np.unwrap(np.angle(signal.hilbert(swung)))[RATE:-RATE]
    found_hz = np.polyfit(np.arange(len(phase)) / RATE, phase, 1)[0] / (2 * np.pi)
    assert found_hz == pytest.approx(1000, rel=5e-4)  # one cent, over six seconds of swinging
