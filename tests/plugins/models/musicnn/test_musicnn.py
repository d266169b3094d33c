import errno
import os
from functools import cache
from pathlib import Path

import librosa
import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import load_file

from earmark.errors import PluginError
from earmark.place import Place
from earmark.progress import silent
from earmark_plugins.models import musicnn
from earmark_plugins.models.musicnn import tensorflow_checkpoint

MEL_TOLERANCE = 3e-5  # of a range of 0 to 7: float32 against librosa's own order of sums
TAG_TOLERANCE = 1e-5  # of probabilities: TensorFlow's order of sums, through some ten layers
BY_NAME = {published.name: published for published in musicnn.PUBLISHED}

TAGS = {
    "musicnn-msd": (0.02489784, 0.03559139, 0.03191685, 0.09564942, 0.5172445, 0.02329977, 0.05181533, 0.01636363),
    "musicnn-mtt": (0.678799, 0.01318678, 0.1459635, 0.02292576, 0.02029853, 0.08406926, 0.0245672, 0.02531111),
    "musicnn-vgg-msd": (0.04573273, 0.05895829, 0.06183816, 0.1562778, 0.508113, 0.08061943, 0.07718457, 0.01928646),
    "musicnn-vgg-mtt": (0.08513786, 0.003466466, 0.1337846, 0.05952045, 0.005989124, 0.2367329, 0.1091299, 0.02874895),
}
"""The first eight tags of `clip` from the package's own graph: musicnn.models.define_model of musicnn 0.1.0 with its
checkpoint, in TensorFlow 2.21 with tf-keras, on librosa 0.11's mel spectrogram in float32, reflected at both ends."""
PENULTIMATE = {
    "musicnn-msd": (-0.1771756, -0.1270288, -0.2848264, -0.275121, -0.3531506, 0.07730512),
    "musicnn-mtt": (-0.07995161, -0.0328787, 0.9632927, -0.1860576, -0.07870331, 1.286716),
}
"""The first of the penultimate layer, likewise."""


def clip() -> np.ndarray:
    """Plucked chords and beats of noise, 3 s: what TAGS and PENULTIMATE were made of."""
    time_s = np.arange(48_000) / 16_000
    partials = [(harmonic * root, harmonic) for root in (220.0, 277.18, 329.63) for harmonic in (1, 2, 3, 4)]
    chord = sum(np.sin(2 * np.pi * hz * time_s) / harmonic for hz, harmonic in partials)
    noise = np.random.default_rng(0).standard_normal(len(time_s)) * np.exp(-40 * ((time_s + 0.25) % 0.5))
    return (0.1 * chord * np.exp(-6 * (time_s % 0.5)) + 0.1 * noise).astype(np.float32)


def patches(audio: np.ndarray) -> np.ndarray:
    return musicnn.LogMelPatches()(torch.from_numpy(audio)[None])[0].numpy()


def librosas(audio: np.ndarray) -> np.ndarray:
    """The package's spectrogram of a whole track, [frames, 96], without its cast to float16."""
    power = librosa.feature.melspectrogram(y=audio, sr=16_000, n_fft=512, hop_length=256, n_mels=96, pad_mode="reflect")
    return np.log10(10_000 * power + 1).T


def test_three_seconds_are_187_frames_of_librosas_mel_spectrogram():
    found = patches(clip())
    assert found.shape == (1, 187, 96)
    np.testing.assert_allclose(found[0], librosas(clip())[:187], atol=MEL_TOLERANCE)


def test_a_long_track_is_cut_as_the_package_cuts_it():
    track = np.concatenate([clip(), 0.5 * clip(), clip()])
    found = patches(track)
    assert found.shape == (3, 187, 96)
    np.testing.assert_allclose(found.reshape(-1, 96), librosas(track)[: 3 * 187], atol=MEL_TOLERANCE)


@pytest.mark.parametrize("samples", [1, 100, 47_999])
def test_a_short_clip_is_padded_with_silence(samples):
    padded = np.pad(clip()[:samples], (0, 48_000 - samples))
    np.testing.assert_array_equal(patches(clip()[:samples]), patches(padded))


def test_full_scale_stays_in_range():
    square = np.sign(np.sin(2 * np.pi * 100 * np.arange(48_000) / 16_000)).astype(np.float32)
    assert 10 ** patches(square).max() > np.finfo(np.float16).max  # the package's float16 overflows here
    np.testing.assert_allclose(patches(square)[0], librosas(square)[:187], atol=MEL_TOLERANCE)


def test_silence_has_a_spectrum_of_zeros():
    assert not patches(np.zeros(48_000, np.float32)).any()


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """Finds a model's folder: the cache's, or one that pip fills now; skips the test where it cannot."""

    @cache
    def find(name: str) -> Path:
        folder = Place.at().models / name
        if (folder / musicnn.WEIGHTS_FILE).is_file():
            return folder
        folder = tmp_path_factory.mktemp("models") / name
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("PIP_RETRIES", "0")
            environment.setenv("PIP_DEFAULT_TIMEOUT", "10")
            try:
                BY_NAME[name].fetch(folder, silent)
            except PluginError as reason:
                pytest.skip(str(reason))
        return folder

    return find


def tags(name: str, folder: Path) -> np.ndarray:
    """The probabilities of the 50 tags of `clip`, through the last layer of the checkpoint."""
    model, weights = BY_NAME[name].load(folder=folder), load_file(folder / musicnn.WEIGHTS_FILE)
    audio = torch.from_numpy(clip())[None]
    if "vgg" in name:
        last = model.network.maps(model.patches(audio)[0])[-1].permute(0, 2, 3, 1).flatten(1).numpy()
        logits = last @ weights["dense/kernel"] + weights["dense/bias"]
    else:
        last = model.embed(audio)["penultimate"][0].numpy()
        logits = last @ weights["dense_1/kernel"] + weights["dense_1/bias"]
    return 1 / (1 + np.exp(-logits[0]))


@pytest.mark.parametrize("name", TAGS)
def test_the_published_weights_give_the_packages_tags(name, fetched):
    np.testing.assert_allclose(tags(name, fetched(name))[:8], TAGS[name], atol=TAG_TOLERANCE)


@pytest.mark.parametrize("name", PENULTIMATE)
def test_the_penultimate_layer_is_the_packages(name, fetched):
    model = BY_NAME[name].load(folder=fetched(name))
    found = model.embed(torch.from_numpy(clip())[None])["penultimate"][0, 0, :6]
    np.testing.assert_allclose(found.numpy(), PENULTIMATE[name], atol=10 * TAG_TOLERANCE)


@pytest.mark.parametrize("name", TAGS)
def test_the_layers_are_as_wide_as_stated(name, fetched):
    model, info = BY_NAME[name].load(folder=fetched(name)), BY_NAME[name].info()
    layers = model.embed(torch.zeros(2, 100_000))
    assert {layer: tuple(found.shape) for layer, found in layers.items()} == {
        layer: (2, 2, dim) for layer, dim in info.layers.items()
    }


@pytest.fixture
def published(monkeypatch):
    """A model whose wheel holds three tensors of a checkpoint."""
    found = {name: np.arange(3, dtype=np.float32) for name in ("dense/bias", "dense/bias/Adam_1", "beta1_power")}
    monkeypatch.setattr(musicnn, "read_wheel", lambda *_: [b"index", b"data", b"ISC"])
    monkeypatch.setattr(
        tensorflow_checkpoint, "read_checkpoint", lambda *files, wanted: {n: t for n, t in found.items() if wanted(n)}
    )
    return BY_NAME["musicnn-msd"]


def test_only_the_weights_are_kept_with_their_licence(published, tmp_path):
    published.fetch(tmp_path / "new", silent)
    assert [path.name for path in (tmp_path / "new").iterdir()] == [musicnn.WEIGHTS_FILE]
    with safe_open(tmp_path / "new" / musicnn.WEIGHTS_FILE, "numpy") as kept:
        assert list(kept.keys()) == ["dense/bias"]
        assert kept.metadata() == {"licence": "ISC", "source": "musicnn==0.1.0"}


def test_a_full_disk_leaves_the_old_weights_and_no_half_file(published, tmp_path, monkeypatch):
    (tmp_path / musicnn.WEIGHTS_FILE).write_bytes(b"old")

    def full(source, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(PluginError, match=r"musicnn-msd cannot be kept in .*No space left on device"):
        published.fetch(tmp_path, silent)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_folder_that_cannot_be_made_is_said(published, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PluginError, match="cannot be kept in"):
        published.fetch(tmp_path / "file" / "models", silent)


@pytest.mark.parametrize("name", BY_NAME)
def test_without_weights_it_says_how_to_get_them(name, tmp_path):
    with pytest.raises(PluginError, match=f"`bench models get {name}`"):
        BY_NAME[name].load(folder=tmp_path)


def test_damaged_weights_are_refused(tmp_path):
    (tmp_path / musicnn.WEIGHTS_FILE).write_bytes(b"no safetensors")
    with pytest.raises(PluginError, match="obtain it again"):
        BY_NAME["musicnn-msd"].load(folder=tmp_path)
