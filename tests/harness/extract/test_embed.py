"""Models are held to their contract, frozen, and cannot hear padding or neighbours."""

import numpy as np
import pytest
import torch

from earmark.audio import Audio
from earmark.errors import PluginError
from earmark.extract.embed import Loaded, embed_audio, exact_arithmetic, freeze
from earmark.model import ModelInfo, OpenedModel

FLOAT32 = 1e-6  # relative: what rounding to float32 costs


def embedded(opened, *audio, batch_size=4):
    tracks = [
        Loaded(str(i), f"t{i}.wav", Audio(samples=np.asarray(a, np.float32), rate=1_000)) for i, a in enumerate(audio)
    ]
    return list(embed_audio(opened, tracks, device="cpu", batch_size=batch_size).values())


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda a: torch.zeros(a.shape[0], 3, 5), "returned dim 5, but its info says 2"),
        (lambda a: torch.zeros(a.shape[0], 2), r"returned the shape \[1, 2\]; expected \[batch, frames, dim\]"),
        (lambda a: torch.zeros(a.shape[0] + 1, 3, 2), r"returned the shape \[2, 3, 2\]"),
        (lambda a: torch.zeros(a.shape[0], 0, 2), r"returned the shape \[1, 0, 2\]"),
        (lambda a: torch.full((a.shape[0], 3, 2), torch.nan), "returned NaN or infinite numbers for t0.wav"),
        (lambda a: np.full((a.shape[0], 3, 2), 1e300), "returned NaN or infinite numbers"),
        (lambda a: [[[1.0, 2.0]]], "returned a list; expected a torch tensor or numpy array"),
        (lambda a: torch.zeros(a.shape[0], 3, 2, dtype=torch.complex64), "returned an array of complex64"),
        (lambda a: 1 / 0, r"failed on audio \[1, 1000\] of t0.wav: ZeroDivisionError: division by zero"),
    ],
)
def test_a_breach_of_the_contract_is_named(opener, answer, sentence):
    with pytest.raises(PluginError, match=f"Model 'local' {sentence}"):
        embedded(opener(answer, window_s=1.0)(), np.ones(500))


@pytest.mark.parametrize("kind", [np.float64, torch.float16, torch.bfloat16, torch.int64])
def test_any_kind_of_number_becomes_float32(opener, kind):
    as_kind = (lambda a: np.ones((1, 3, 2), kind)) if kind is np.float64 else lambda a: torch.ones(1, 3, 2, dtype=kind)
    (found,) = embedded(opener(as_kind)(), np.zeros(1_000))
    assert found.mean.dtype == np.float32
    assert found.mean.tolist() == [1.0, 1.0]


def test_mean_and_deviation_are_those_of_the_audio(mean_and_energy):
    audio = np.random.default_rng(0).normal(size=3_000).astype(np.float32)
    (found,) = embedded(mean_and_energy()(), audio)
    frames = audio.reshape(30, 100).astype(np.float64)
    by_hand = np.stack([frames.mean(axis=1), (frames**2).mean(axis=1)], axis=1)
    np.testing.assert_allclose(found.mean, by_hand.mean(axis=0), rtol=FLOAT32 * 10)
    np.testing.assert_allclose(found.deviation, by_hand.std(axis=0), rtol=FLOAT32 * 10)
    np.testing.assert_allclose(found.frames, by_hand.reshape(6, 5, 2).mean(axis=1), atol=FLOAT32)


def test_frames_wholly_in_padding_are_dropped(mean_and_energy):
    (found,) = embedded(mean_and_energy()(), np.ones(1_250))
    # 12 frames of ones and one of which half is padding: its mean and mean square are 0.5
    np.testing.assert_allclose(found.mean, (12 + 0.5) / 13, rtol=FLOAT32)


def test_a_track_embeds_the_same_beside_longer_neighbours(mean_and_energy):
    short, long = np.random.default_rng(0).normal(size=(2, 9_999))
    alone = embedded(mean_and_energy()(), short[:130])[0]
    beside = embedded(mean_and_energy()(), long, short[:130], long)[1]
    np.testing.assert_array_equal(alone.frames, beside.frames)
    np.testing.assert_array_equal(alone.mean, beside.mean)


@pytest.mark.parametrize("window_s", [None, 1.0])
@pytest.mark.parametrize("samples", [0, 1, 10, 999])
def test_short_tracks_embed(opener, window_s, samples):
    (found,) = embedded(opener(lambda a: a[:, :1, None].expand(-1, 1, 2), window_s=window_s)(), np.ones(samples))
    assert found.frames.shape == (2 if samples > 500 else 1, 2)


def test_silence_embeds_to_zeros(mean_and_energy):
    (found,) = embedded(mean_and_energy()(), np.zeros(2_500))
    assert not found.frames.any()
    assert not found.mean.any()


def test_windows_reach_the_model_in_batches(opener):
    seen = []
    embedded(opener(lambda a: seen.append(tuple(a.shape)) or a[:, :1, None].expand(-1, 1, 2), window_s=1.0)(),
             np.ones(7_000), np.ones(2_000))  # fmt: skip
    assert seen == [(4, 1_000), (4, 1_000), (1, 1_000)]


def test_a_whole_track_model_gets_one_track_at_a_time(opener):
    seen = []
    embedded(opener(lambda a: seen.append(tuple(a.shape)) or a[:, :1, None].expand(-1, 1, 2))(),
             np.ones(700), np.ones(200))  # fmt: skip
    assert seen == [(1, 700), (1, 200)]


def test_a_model_may_write_to_its_audio(opener):
    audio = np.ones(2_000, np.float32)
    embedded(opener(lambda a: a.mul_(0)[:, :1, None].expand(-1, 1, 2), window_s=1.0, hop_s=0.5)(), audio)
    assert audio.all()


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = torch.nn.BatchNorm1d(2)
        self.drop = torch.nn.Dropout(0.5)

    def embed(self, audio):
        return self.drop(self.norm(audio.unfold(-1, 2, 2).reshape(-1, 2))).reshape(len(audio), -1, 2)


class Holder:
    """A plugin that is no module but holds one."""

    def __init__(self):
        self.net = Net()

    def embed(self, audio):
        return self.net.embed(audio)


@pytest.mark.parametrize("load", [Net, Holder])
def test_a_model_is_frozen(load):
    info = ModelInfo(name="net", version="1", sample_rate=1_000, dim=2, load=load)
    opened = freeze(OpenedModel(info=info, model=load()), "cpu")
    net = getattr(opened.model, "net", opened.model)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    first, second = embedded(opened, np.ones(100), np.ones(100))
    np.testing.assert_array_equal(first.mean, second.mean)
    assert not any(p.requires_grad for p in net.parameters())
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_threads_are_pinned_and_given_back():
    before = torch.get_num_threads()
    with exact_arithmetic():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
