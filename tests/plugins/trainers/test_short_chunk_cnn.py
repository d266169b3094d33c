"""The published architecture, held against the paper's figures and librosa."""

import json
import subprocess
import sys

import librosa
import numpy as np
import pytest
import torch

from earmark_plugins.trainers.short_chunk_cnn import RATE_HZ, RECIPES, WINDOW_SAMPLES, provide_trainers
from earmark_plugins.trainers.short_chunk_cnn.network import BANDS, FFT_SAMPLES, HOP_SAMPLES, Decibels

PLAIN, RESIDUAL = provide_trainers()
EACH = pytest.mark.parametrize("trainer", [PLAIN, RESIDUAL], ids=lambda t: t.name)
TAGS = 50  # of the paper's data sets
DECIBEL_TOLERANCE = 1e-2  # float32 against librosa's float64 where a band is 100 dB below the loudest


def parameters(trainer, size):
    return sum(p.numel() for p in trainer.build(size, TAGS).parameters())


@pytest.mark.parametrize(("trainer", "millions"), [(PLAIN, 3.69), (RESIDUAL, 12.1)], ids=["plain", "residual"])
def test_full_has_the_parameters_of_the_paper(trainer, millions):
    """Won et al. 2020: 3.69 M and 12.1 M with 50 tags."""
    digits = len(str(millions).partition(".")[2])
    assert round(parameters(trainer, "full") / 1e6, digits) == millions


@EACH
def test_each_size_is_several_times_the_one_before(trainer):
    tiny, small, full = (parameters(trainer, size) for size in ("tiny", "small", "full"))
    assert 9 * tiny < 3 * small < full


def test_the_mel_spectrogram_is_librosas():
    samples = np.random.default_rng(0).normal(0, 0.1, WINDOW_SAMPLES).astype(np.float32)
    mel = librosa.feature.melspectrogram(
        y=samples, sr=RATE_HZ, n_fft=FFT_SAMPLES, hop_length=HOP_SAMPLES, n_mels=BANDS, htk=True, norm=None,
        pad_mode="reflect",
    )  # fmt: skip
    expected = librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=None)
    found = Decibels()(torch.from_numpy(samples)[None])[0].numpy()
    np.testing.assert_allclose(found, expected, atol=DECIBEL_TOLERANCE)


def test_silence_is_a_hundred_decibels_down():
    assert torch.all(Decibels()(torch.zeros(1, WINDOW_SAMPLES)) == -100.0)


@EACH
def test_it_embeds_each_layer_with_its_dimension(trainer):
    network = trainer.build("tiny", 3).eval()
    layers = network.embed(torch.randn(2, WINDOW_SAMPLES))
    assert {name: tuple(layer.shape) for name, layer in layers.items()} == {
        name: (2, 1, dim) for name, dim in trainer.layers["tiny"].items()
    }


@EACH
@pytest.mark.parametrize("samples", [1, 800, WINDOW_SAMPLES, 2 * WINDOW_SAMPLES])
def test_audio_of_any_length_gives_finite_logits(trainer, samples):
    logits = trainer.build("tiny", 5).eval()(0.1 * torch.randn(2, samples))
    assert logits.shape == (2, 5)
    assert logits.isfinite().all()


def test_full_embeds_in_512_numbers():
    assert PLAIN.layers["full"]["penultimate"] == RESIDUAL.layers["full"]["penultimate"] == 512


def test_a_window_is_3_69_seconds():
    assert round(PLAIN.window_s, 2) == 3.69
    assert round(PLAIN.window_s * PLAIN.sample_rate) == 59_049


def test_the_recipe_of_full_is_the_published_one():
    """Adam for 80 epochs, then SGD at 1e-3 and 1e-4 for 20 each and at 1e-5 to the 200th."""
    phases = [(p.epochs, p.optimizer, p.learning_rate) for p in RECIPES["full"].phases]
    assert phases == [(80, "adam", 1e-4), (20, "sgd", 1e-3), (20, "sgd", 1e-4), (80, "sgd", 1e-5)]
    assert all(p.weight_decay == 1e-4 for p in RECIPES["full"].phases)
    assert (RECIPES["full"].batch_size, RECIPES["full"].crops, RECIPES["full"].chunks) == (16, 1, 16)


def test_listing_the_trainers_imports_nothing_heavy():
    code = (
        "import json, sys\nfrom earmark_plugins.trainers.short_chunk_cnn import provide_trainers\nprovide_trainers()\n"
        "print(json.dumps([name for name in ('torch', 'librosa', 'scipy') if name in sys.modules]))"
    )
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(listed.stdout) == []
