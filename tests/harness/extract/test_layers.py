"""A model that gives several layers: one extraction, each layer by itself."""

import numpy as np
import pytest
import torch

from earmark.errors import PluginError, UnknownName
from earmark.extract import Asked, Setup, choose_layers, extract, extract_each
from earmark.model import ModelInfo

LAYERS = {"low": 1, "high": 2}


def low(audio):
    return audio.unfold(-1, 100, 100).mean(-1, keepdim=True)


def high(audio):
    return torch.cat([low(audio).abs(), low(audio) * 2], dim=2)[:, ::2]  # half as many frames, twice the dim


@pytest.fixture
def layered(opener):
    return opener(lambda audio: {"low": low(audio), "high": high(audio)}, layers=LAYERS, window_s=1.0)


def test_each_layer_is_what_a_model_of_that_layer_alone_gives(store, noise, layered, opener):
    tracks = noise(1.0, 2.5)
    found = extract(tracks, layered, store, layers=("all",))
    for name, embed, dim in (("low", low, 1), ("high", high, 2)):
        alone = extract(tracks, opener(embed, dim=dim, window_s=1.0), store)
        for track in tracks:
            np.testing.assert_array_equal(found.read(track.id, name).frames, alone.read(track.id).frames)
            np.testing.assert_array_equal(found.read(track.id, name).deviation, alone.read(track.id).deviation)


def test_without_a_wish_the_last_layer_or_the_named_one_is_taken(opener):
    info = opener(low, layers=LAYERS)().info
    assert choose_layers(info) == ("high",)
    assert choose_layers(opener(low, layers=LAYERS, layer="low", dim=1)().info) == ("low",)
    assert choose_layers(info, ["high", "low"]) == ("low", "high")  # in the model's order


def test_layers_come_in_one_tensor_too(store, noise, opener):
    stacked = opener(lambda a: torch.stack([low(a), -low(a)]), layers={"a": 1, "b": 1}, dim=1)
    found = extract(noise(1.0), stacked, store, layers=("all",))
    np.testing.assert_array_equal(found.read("t0", "b").mean, -found.read("t0", "a").mean)


def test_a_layer_that_is_stored_is_not_embedded_again(store, noise, layered):
    tracks = noise(1.0)
    computed = [extract(tracks, layered, store, layers=wish).computed for wish in ((), ("high",), ("all",), ("low",))]
    assert computed == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda a: {"low": low(a)}, "returned the layers low without 'high'"),
        (low, r"names 2 layers but returned \[1, 10, 1\]"),
        (lambda a: {"low": low(a), "high": low(a)}, "returned dim 1 as layer 'high', but its info says 2"),
    ],
)
def test_a_breach_is_named(store, noise, opener, answer, sentence):
    with pytest.raises(PluginError, match=sentence):
        extract(noise(1.0), opener(answer, layers=LAYERS), store, layers=("all",))


def test_a_misspelt_layer_gets_a_hint(store, noise, layered, mean_and_energy):
    with pytest.raises(UnknownName, match="Did you mean 'high'"):
        extract(noise(1.0), layered, store, layers=("hihg",))
    with pytest.raises(PluginError, match="gives one answer and no layers"):
        extract(noise(1.0), mean_and_energy(), store, layers=("all",))


def test_an_info_whose_dim_is_not_its_layers_is_refused():
    with pytest.raises(PluginError, match="has dim 3, but its layer 'high' has 2"):
        ModelInfo(name="m", version="1", sample_rate=1, dim=3, load=object, layers=LAYERS)
    with pytest.raises(PluginError, match="has no layer 'middle'; it has low, high"):
        ModelInfo(name="m", version="1", sample_rate=1, dim=2, load=object, layers=LAYERS, layer="middle")


@pytest.mark.parametrize("workers", [1, 2])
def test_several_models_embed_as_each_does_alone(store, noise, opener, mean_and_energy, workers):
    def embed(audio):  # local: a worker cannot import this file
        frames = audio.unfold(-1, 100, 100)
        return {"low": frames.mean(-1, keepdim=True), "high": frames[..., :2]}

    tracks = noise(1.0, 2.5, 0.3, 1.7)
    layered = opener(embed, layers={"low": 1, "high": 2}, window_s=1.0)
    asked = [Asked(open_model=mean_and_energy()), Asked(open_model=layered, layers=("all",))]
    both = extract_each(tracks, asked, Setup(store=store, device="cpu", batch_size=8), workers=workers)
    alone = [extract(tracks, one.open_model, store, layers=one.layers, workers=1) for one in asked]
    assert [found.computed for found in (*both, *alone)] == [4, 4, 0, 0]
    assert [found.by_layer for found in both] == [found.by_layer for found in alone]
    assert both[0].audio_s == both[1].audio_s == 5.5


def test_several_models_share_one_decoding(store, noise, mean_and_energy, monkeypatch):
    from earmark.extract import recordings  # noqa: PLC0415 - patched where it is used

    decoded = []
    decode = recordings.decode
    monkeypatch.setattr(recordings, "decode", lambda *what, **how: decoded.append(what[1]) or decode(*what, **how))
    asked = [Asked(open_model=mean_and_energy(window_s=s)) for s in (1.0, 0.5)]
    extract_each(noise(1.0, 2.0), asked, Setup(store=store, device="cpu", batch_size=8), workers=1)
    assert len(decoded) == 2


def test_fewer_digits_are_another_embedding(store, noise, opener):
    weights = torch.randn(100, 2, generator=torch.Generator().manual_seed(0))
    multiply = opener(lambda audio: audio.unfold(-1, 100, 100) @ weights)
    full, half = (extract(noise(1.0), multiply, store, precision=p).read("t0").mean for p in ("float32", "bf16"))
    assert not np.array_equal(full, half)
    np.testing.assert_allclose(half, full, atol=0.02)  # bfloat16 keeps 8 bits: sums of 100 products of about 0.1
