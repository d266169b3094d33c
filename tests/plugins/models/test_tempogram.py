import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from earmark_plugins.models import tempogram
from earmark_plugins.models.tempogram import PERIODS_BPM, PULSES_BPM, RATE_HZ

ONE_BIN = 0.02  # bins are 2 % apart: the nearest is within 1 %, and a peak between two may fall to either


def clicks(bpm: float, seconds: float = 20.0, every: int = 1, seed: int = 0) -> np.ndarray:
    """Bursts of noise on each beat, the first of every `every` louder, over a faint noise."""
    random = np.random.default_rng(seed)
    audio = random.normal(0, 1e-3, round(seconds * RATE_HZ))
    burst = np.exp(-np.arange(800) / 200)
    for beat, start in enumerate(np.arange(0.1, seconds - 0.1, 60 / bpm)):
        first = round(start * RATE_HZ)
        audio[first : first + 800] += (0.5 if beat % every == 0 else 0.2) * burst * random.normal(0, 1, 800)
    return audio.astype(np.float32)


def embed(audio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean = tempogram.Tempogram().embed(torch.from_numpy(audio)[None])[0].mean(0).numpy()
    return mean[: len(PULSES_BPM)], mean[len(PULSES_BPM) :]


def test_the_bins_span_30_to_600_and_30_to_300_bpm():
    for bins, fastest in ((PULSES_BPM, 600), (PERIODS_BPM, 300)):
        assert bins[0] == 30
        assert abs(bins[-1] / fastest - 1) < ONE_BIN
        np.testing.assert_allclose(np.diff(np.log(bins)), 0.02)


@pytest.mark.parametrize("bpm", [62.0, 97.0, 140.0, 205.0])
def test_a_click_tracks_slowest_strong_pulse_is_its_tempo(bpm):
    pulses, _ = embed(clicks(bpm))
    slow = 1.5 * bpm > PULSES_BPM  # a click is as strong at every multiple of its tempo
    assert abs(PULSES_BPM[slow][pulses[slow].argmax()] / bpm - 1) < ONE_BIN


@pytest.mark.parametrize("bpm", [62.0, 97.0, 140.0, 205.0])
def test_a_click_tracks_shortest_strong_period_is_its_beat(bpm):
    _, periods = embed(clicks(bpm))
    fast = 0.75 * bpm < PERIODS_BPM  # and it repeats after every multiple of its period
    assert abs(PERIODS_BPM[fast][periods[fast].argmax()] / bpm - 1) < ONE_BIN


def test_loudness_leaves_the_tempogram_nearly_alone():
    loud, soft = (np.concatenate(embed(gain * clicks(120))) for gain in (1.0, 0.25))
    assert np.dot(loud, soft) / np.linalg.norm(loud) / np.linalg.norm(soft) > 0.99


def test_silence_embeds_to_zeros():
    assert not np.concatenate(embed(np.zeros(16_000, dtype=np.float32))).any()


def test_a_linear_probe_tells_a_tempo_from_its_double():
    """Waltz-like and march-like accents at 70 to 80 BPM, against the same at 140 to 160."""
    random = np.random.default_rng(0)
    slow = np.arange(48) % 2 == 0
    tempi = np.where(slow, 1, 2) * random.uniform(70, 80, 48)
    tracks = [clicks(b, 15.0, every=2 + int(i // 2 % 2), seed=i) for i, b in enumerate(tempi)]
    features = np.stack([np.concatenate(embed(track)) for track in tracks])
    probe = LogisticRegression(C=100, max_iter=2000).fit(features[:32], slow[:32])
    assert probe.score(features[32:], slow[32:]) == 1.0
