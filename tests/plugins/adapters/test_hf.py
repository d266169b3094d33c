"""The Hugging Face adapter, on tiny random encoders of each family, against transformers called by itself."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from earmark import run
from earmark.errors import PluginError, UnknownName
from earmark.protocol import Recordings
from earmark_plugins.adapters import hf

tiny = pytest.importorskip("tiny_transformers", reason="needs the extra hf: pip install earmark[hf]")
transformers, save, noise, embed, near = tiny.transformers, tiny.save, tiny.noise, tiny.embed, tiny.near
SEQUENCES = ("wav2vec2", "hubert", "wavlm", "data2vec", "unispeech")
EVERY = (*SEQUENCES, "ast", "clap", "clap-fused", "whisper")


def plain(folder: Path, audio: torch.Tensor, loader: str = "AutoModel"):
    """What transformers gives for one clip, as its documentation calls it."""
    with warnings.catch_warnings(action="ignore"):  # AST's lowest bands are empty, as published
        extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
    model = getattr(transformers, loader).from_pretrained(folder)
    model = model.get_encoder() if hasattr(model, "get_encoder") and loader == "WhisperModel" else model
    given = extractor(audio[0].numpy(), sampling_rate=extractor.sampling_rate, return_tensors="pt")
    with torch.inference_mode():
        return model(**given, output_hidden_states=True), model.config


@pytest.mark.parametrize("kind", SEQUENCES)
def test_every_hidden_state_of_a_sequence_is_a_layer(folder, kind):
    output, _ = plain(folder(kind), audio := noise(folder(kind)))
    layers = embed(folder(kind), audio)
    assert list(layers) == ["0", "1", "2", "3"]
    assert all(near(layers[str(i)], state) for i, state in enumerate(output.hidden_states))


def test_whisper_is_its_encoder(folder):
    output, _ = plain(folder("whisper"), audio := noise(folder("whisper")), "WhisperModel")
    layers = embed(folder("whisper"), audio)
    assert list(layers) == ["0", "1", "2"]
    assert all(near(layers[str(i)], state) for i, state in enumerate(output.hidden_states))
    assert near(layers["2"], output.last_hidden_state)


def test_patches_of_ast_are_averaged_over_frequency(folder):
    """Twelve bands of patches, one after the other, each with 101 in time; two tokens stand before them."""
    output, _ = plain(folder("ast"), audio := noise(folder("ast")))
    layers = embed(folder("ast"), audio)
    states = [*output.hidden_states[:-1], output.last_hidden_state]
    for i, state in enumerate(states):
        by_band = [state[:, 2 + 101 * band : 2 + 101 * (band + 1)] for band in range(12)]
        assert near(layers[str(i)], sum(by_band) / 12)
    assert near(layers["clip"][:, 0], output.pooler_output)


@pytest.mark.parametrize("kind", ["clap", "clap-fused"])
def test_the_clip_of_clap_is_what_shares_a_space_with_text(folder, kind, monkeypatch):
    """With fusion, transformers draws one clip to be longer than it is; here nobody draws."""
    monkeypatch.setattr(np.random, "randint", lambda low, high: 0)
    extractor = transformers.ClapFeatureExtractor.from_pretrained(folder(kind))
    model = transformers.ClapModel.from_pretrained(folder(kind))
    given = extractor((audio := noise(folder(kind)))[0].numpy(), sampling_rate=48_000, return_tensors="pt")
    with torch.inference_mode():
        output = model.get_audio_features(given["input_features"], is_longer=torch.tensor([[False]]))
    pooled = output.pooler_output
    found = embed(folder(kind), audio)["clip"][:, 0]
    assert near(torch.nn.functional.normalize(found), torch.nn.functional.normalize(pooled))


def test_the_last_frames_of_clap_are_its_unfolded_output(folder):
    output, _ = plain(folder("clap"), audio := noise(folder("clap")), "ClapAudioModelWithProjection")
    assert near(embed(folder("clap"), audio)["4"], output.last_hidden_state.mean(2).mT)


@pytest.mark.parametrize("layer", ["0", "1", "2", "3", "4"])
@pytest.mark.parametrize("start_s", [0.5, 3.0, 6.5, 9.0])
def test_a_burst_moves_the_frames_of_clap_at_its_time(folder, layer, start_s):
    """HTS-AT folds time into a square; a burst must come out where it went in."""
    quiet = noise(folder("clap")) * 0.01
    burst = quiet.clone()
    begin = round(start_s * 48_000)
    burst[:, begin : begin + 4_800] *= 3000.0
    move = (embed(folder("clap"), burst)[layer] - embed(folder("clap"), quiet)[layer]).norm(dim=2)[0]
    found_s = (move.argmax() + 0.5) * 10.0 / len(move)
    assert abs(found_s - start_s - 0.05) < 0.1 + 10.0 / len(move)  # half the burst, and a frame


@pytest.mark.parametrize("kind", EVERY)
def test_a_row_equals_itself_in_a_batch(folder, kind):
    rows = noise(folder(kind), rows=3)
    together = embed(folder(kind), rows)
    for i in range(3):
        alone = embed(folder(kind), rows[i : i + 1])
        assert all(near(together[name][i : i + 1], alone[name]) for name in alone)


@pytest.mark.parametrize("kind", EVERY)
def test_the_info_says_what_comes_out(folder, kind):
    info = hf.describe(str(folder(kind)))
    answers = embed(folder(kind), noise(folder(kind)))
    assert {name: frames.shape[2] for name, frames in answers.items()} == info.layers
    assert info.dim == answers[info.main_layer].shape[2]
    assert info.name == f"hf:{kind}"


def test_the_main_layer_is_the_one_that_people_take(folder):
    mains = {kind: hf.describe(str(folder(kind))).main_layer for kind in ("wav2vec2", "ast", "clap", "whisper")}
    assert mains == {"wav2vec2": "3", "ast": "2", "clap": "clip", "whisper": "2"}


def test_a_window_fits_the_model(folder):
    windows = {kind: hf.describe(str(folder(kind))).window_s for kind in ("wav2vec2", "ast", "clap", "whisper")}
    assert windows == {"wav2vec2": 10.0, "ast": 10.24, "clap": 10.0, "whisper": 30.0}


@pytest.mark.parametrize(
    ("kind", "seconds", "frames"), [("whisper", 6.0, 300), ("ast", 5.12, 50), ("wav2vec2", 4, 199)]
)
def test_a_shorter_window_gives_no_frames_of_the_filling(folder, kind, seconds, frames):
    """Whisper: 50 a second. AST: half of its 101 patches. wav2vec 2.0: (64,000 - 400) // 320 + 1."""
    audio = noise(folder(kind), seconds=seconds)
    assert hf.describe(str(folder(kind)), window=str(seconds)).window_s == seconds
    assert embed(folder(kind), audio, window=str(seconds))["1"].shape[1] == frames


def test_whispers_frames_are_those_of_the_audio_and_not_of_the_filling(folder):
    audio = noise(folder("whisper"), seconds=6.0)
    output, _ = plain(folder("whisper"), audio, "WhisperModel")
    assert near(embed(folder("whisper"), audio, window="6")["2"], output.last_hidden_state[:, :300])


@pytest.mark.parametrize(("window", "said"), [("31", "30 s at once"), ("0", "above 0"), ("soon", "above 0")])
def test_a_window_that_the_model_cannot_hear_is_refused(folder, window, said):
    with pytest.raises(PluginError, match=said):
        hf.describe(str(folder("whisper")), window=window)


def test_one_layer_is_taken_by_number(folder):
    audio = noise(folder("hubert"))
    info = hf.describe(str(folder("hubert")), layer="2")
    assert (info.dim, info.layers, info.layer) == (32, {}, "")
    assert torch.equal(embed(folder("hubert"), audio, layer="2"), embed(folder("hubert"), audio)["2"])


def test_the_mean_is_that_of_all_hidden_states(folder):
    output, _ = plain(folder("hubert"), audio := noise(folder("hubert")))
    assert near(embed(folder("hubert"), audio, layer="mean"), sum(output.hidden_states) / 4)


def test_the_mean_of_ast_leaves_the_clip_out(folder):
    layers = embed(folder("ast"), audio := noise(folder("ast")))
    assert near(embed(folder("ast"), audio, layer="mean"), (layers["0"] + layers["1"] + layers["2"]) / 3)


def test_layers_of_other_sizes_have_no_mean(folder):
    with pytest.raises(PluginError, match="differ in dimension"):
        hf.describe(str(folder("clap")), layer="mean")


def test_layers_of_other_lengths_have_no_mean(folder):
    """SEW halves the rate of frames inside and restores it at the end."""
    lengths = [frames.shape[1] for frames in embed(folder("sew"), noise(folder("sew"))).values()]
    assert lengths == [249, 249, 249, 499]
    with pytest.raises(PluginError, match="differ in their number of frames"):
        embed(folder("sew"), noise(folder("sew")), layer="mean")


def test_gain_is_heard_unless_each_window_is_normalised(folder):
    gains = {kind: hf.describe(str(folder(kind))).gain for kind in ("wav2vec2", "ast", "clap", "whisper")}
    assert gains == {"wav2vec2": "invariant", "ast": "heard", "clap": "heard", "whisper": "heard"}


def test_a_layer_that_is_not_there_gets_a_hint(folder):
    with pytest.raises(UnknownName, match="0, 1, 2, 3, mean"):
        hf.describe(str(folder("hubert")), layer="7")


def test_the_feature_extractor_is_the_models_own(tmp_path):
    """The same weights with and without normalisation: the second hears loudness."""
    plain_folder = save("hubert", tmp_path / "plain", extractor={"do_normalize": False, "sampling_rate": 24_000})
    output, _ = plain(plain_folder, audio := noise(plain_folder))
    assert hf.describe(str(plain_folder)).sample_rate == 24_000
    assert near(embed(plain_folder, audio)["3"], output.last_hidden_state)
    assert not near(embed(plain_folder, audio * 0.01)["3"], output.last_hidden_state)


def test_a_run_goes_through_from_a_folder_layer_by_layer(folder, table, tmp_path):
    own = Recordings(path=table, targets={"genre": "genre"})
    model = f"hf:{folder('wav2vec2')}?window=2"
    result = run(model, own, layers=["all"], cache=tmp_path, workers=1, device="cpu")
    assert result.model.name == "hf:wav2vec2"
    assert re.fullmatch(r"[0-9a-f]{12}", result.model.version)
    assert str(folder("wav2vec2")) not in str(result)
    assert 0.0 <= result.task("genre").main.value <= 1.0
