import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from earmark_plugins.models import chroma

RATE = chroma.RATE_HZ
ROTATED_TOLERANCE = 0.1  # overtones above the highest pitch drop out, others of the same tone do not


def tone(midi: float, seconds: float = 2.0, partials: int = 4) -> np.ndarray:
    time_s = np.arange(round(seconds * RATE)) / RATE
    hertz = 440 * 2 ** ((midi - 69) / 12)
    return sum(0.1 * 0.5**p * np.sin(2 * np.pi * hertz * (p + 1) * time_s) for p in range(partials))


def embed(audio: np.ndarray) -> np.ndarray:
    return chroma.Chroma().embed(torch.from_numpy(audio.astype(np.float32))[None])[0].mean(0).numpy()


@pytest.mark.parametrize("midi", [45, 52, 57, 60, 66, 71, 76, 83])
def test_a_tone_lands_on_its_pitch_class(midi):
    assert embed(tone(midi))[:12].argmax() == midi % 12


@pytest.mark.parametrize("cents", [-40, -20, 20, 40])
def test_a_detuned_tone_lands_on_the_nearest_pitch_class(cents):
    pitches = embed(tone(60 + cents / 100))[:12]
    assert pitches.argmax() == 0
    assert pitches[0] > 0.9


@pytest.mark.parametrize(("third", "fit"), [(4, 7), (3, 19)])
def test_a_triad_on_g_fits_its_own_template_best(third, fit):
    triad = tone(55) + tone(55 + third) + tone(62)
    assert embed(triad)[12:].argmax() == fit


def test_a_transposition_rotates_pitch_classes_and_triads():
    low = embed(tone(57) + tone(61) + tone(64))
    high = embed(tone(60) + tone(64) + tone(67))
    halves = [low[:12], low[12:24], low[24:]]
    np.testing.assert_allclose(np.concatenate([np.roll(h, 3) for h in halves]), high, atol=ROTATED_TOLERANCE)


def test_silence_embeds_to_zeros():
    assert not embed(np.zeros(RATE)).any()


SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11))
CADENCES = ((0, 5, 7, 0), (0, 9, 5, 7), (0, 7, 9, 5)), ((0, 5, 7, 0), (0, 8, 5, 7), (0, 5, 8, 7))


def progression(key: int, random: np.random.Generator) -> np.ndarray:
    """Four chords of half a second in a key of KEYS, each of three tones of the scale, in noise."""
    tonic, mode = key % 12, key // 12
    chords = CADENCES[mode][random.integers(3)]
    ladder = [s + 12 * octave for octave in range(3) for s in SCALES[mode]]
    steps = [ladder.index(root) for root in chords]
    audio = np.concatenate([sum(tone(48 + tonic + ladder[step + third], 0.5) for third in (0, 2, 4)) for step in steps])
    return audio + random.normal(0, 0.02, len(audio))


def test_a_linear_probe_reads_the_key_of_progressions():
    random = np.random.default_rng(0)
    keys = np.arange(240) % 24
    features = np.stack([embed(progression(key, random)) for key in keys])
    probe = LogisticRegression(C=100, max_iter=2000).fit(features[:168], keys[:168])
    assert probe.score(features[168:], keys[168:]) > 0.9  # chance is 0.04
