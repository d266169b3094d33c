"""White noise, pink noise and hum have the ratio to the recording that their level says, whatever their colour."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Perturbation
from earmark.target import FAMILIES, FORMS, Target
from earmark_plugins.perturbations import hum, pink_noise, white_noise

NOISES = [module.provide_perturbations()[0] for module in (white_noise, pink_noise, hum)]
RATIO_TOLERANCE_DB = 0.001  # sums of float32 samples; what was promised is 0.1
SAME_NOISE_TOLERANCE = 2e-6  # float32 sums near one, of which the noise is taken back


def tone(rate: int = 22_050, seconds: float = 2.0) -> Audio:
    time_s = np.arange(round(seconds * rate)) / rate
    return Audio(samples=(0.5 * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32), rate=rate)


def noise_of(noise: Perturbation, audio: Audio, level: float, **chance: object) -> np.ndarray:
    return noise.perturb(audio, level, **{"track": "t", **chance}).samples.astype(float) - audio.samples


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
@pytest.mark.parametrize("level_db", NOISES[0].levels)
@pytest.mark.parametrize(("rate", "seconds"), [(22_050, 2.0), (8_000, 0.05), (44_101, 1.3), (192_000, 0.1)])
def test_the_measured_ratio_is_the_level(noise, level_db, rate, seconds):
    audio = tone(rate, seconds)
    added = noise_of(noise, audio, level_db)
    measured_db = 20 * np.log10(np.std(audio.samples.astype(float)) / np.sqrt(np.mean(added**2)))
    assert measured_db == pytest.approx(level_db, abs=RATIO_TOLERANCE_DB)


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_the_noise_is_the_same_along_the_ladder_only_louder(noise):
    soft, loud = (noise_of(noise, tone(), level_db) for level_db in (40.0, 0.0))
    np.testing.assert_allclose(100 * soft, loud, atol=100 * SAME_NOISE_TOLERANCE)


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
@pytest.mark.parametrize("chance", [{"track": "u"}, {"seed": 1}])
def test_another_track_or_seed_meets_other_noise(noise, chance):
    one, other = noise_of(noise, tone(), 0.0), noise_of(noise, tone(), 0.0, **chance)
    assert not np.allclose(one, other, atol=0.01)


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
@pytest.mark.parametrize("samples", [np.zeros(400, np.float32), np.zeros(1, np.float32)])
def test_silence_stays_silent(noise, samples):
    np.testing.assert_array_equal(noise.perturb(Audio(samples=samples, rate=8000), 0.0, track="t").samples, samples)


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_a_single_sample_is_answered(noise):
    assert len(noise.perturb(Audio(samples=np.float32([0.5]), rate=8000), 0.0, track="t").samples) == 1


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_the_same_ladder_goes_from_mild_to_severe_and_moves_no_label(noise):
    assert noise.levels == (40.0, 30.0, 20.0, 10.0, 0.0)
    for form, family in zip(FORMS, FAMILIES, strict=False):
        assert noise.moved(Target(name="x", family=family, form=form), "label", 10.0) == "label"
