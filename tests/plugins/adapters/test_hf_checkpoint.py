"""What the Hugging Face adapter makes of checkpoints: their version, their weights, their code and their card."""

import json
import sys
from importlib import import_module
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from earmark.errors import PluginError
from earmark.extract import model_fingerprint
from earmark.extract.state import state_digest
from earmark.registry import find_model, open_model
from earmark_plugins.adapters import hf

tiny = pytest.importorskip("tiny_transformers", reason="needs the extra hf: pip install earmark[hf]")
transformers, save, noise, embed, near = tiny.transformers, tiny.save, tiny.noise, tiny.embed, tiny.near
weights_of = tiny.weights_of
KINDS = ("wav2vec2", "hubert", "wavlm", "ast", "clap", "clap-fused", "whisper")
TRUSTED = frozenset({"remote-code"})


def test_weights_in_half_precision_are_used_in_full(tmp_path):
    path = save("hubert", tmp_path / "half")
    transformers.HubertModel.from_pretrained(path, dtype=torch.float16).save_pretrained(path)
    assert embed(path, noise(path))["3"].dtype == torch.float32


def test_the_version_follows_weights_and_settings(tmp_path):
    paths = [save("hubert", tmp_path / "a"), save("hubert", tmp_path / "b")]
    paths.append(save("hubert", tmp_path / "c", extractor={"do_normalize": False}))
    paths.append(save("hubert", tmp_path / "d", layer_norm_eps=1e-4))
    versions = [hf.describe(str(path)).version for path in paths]
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


def test_the_fingerprint_knows_the_model_and_not_its_folder(tmp_path, folder):
    moved = copytree(folder("hubert"), tmp_path / "hubert")
    names = (f"hf:{folder('hubert')}", f"hf:{moved}", f"hf:{moved}?layer=2")
    prints = [model_fingerprint(open_model(name)) for name in names]
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize("kind", KINDS)
def test_embedding_changes_nothing_in_the_model(folder, kind):
    model = hf.describe(str(folder(kind))).load()
    before = state_digest(model)
    model.embed(noise(folder(kind)))
    assert state_digest(model) == before


def test_a_model_saved_with_a_head_is_its_encoder(tmp_path):
    """wav2vec 2.0 with CTC has no vector for masking, which transformers then draws: it must not matter."""
    path = save("wav2vec2", tmp_path / "ctc", ending="ForCTC", mask_time_prob=0.0, vocab_size=12)
    assert "wav2vec2.masked_spec_embed" not in weights_of(path)
    expected = transformers.Wav2Vec2ForCTC.from_pretrained(path).wav2vec2
    audio = (audio := noise(path)) / audio.std()
    with torch.inference_mode():
        output = expected((audio - audio.mean()) / (audio.var(correction=0) + 1e-7).sqrt())
    found = [open_model(f"hf:{path}") for _ in range(2)]
    assert near(found[0].model.embed(audio)["3"], output.last_hidden_state)
    assert model_fingerprint(found[0]) == model_fingerprint(found[1])


def test_missing_weights_are_refused(tmp_path):
    path = save("hubert", tmp_path / "torn")
    kept = {name: tensor for name, tensor in weights_of(path).items() if "encoder.layers.1." not in name}
    save_file(kept, path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(PluginError, match=r"lacks 16 weights of HubertModel, such as encoder\.layers\.1"):
        hf.describe(str(path)).load()


def as_pickle(path: Path, content: object) -> Path:
    (path / "model.safetensors").unlink()
    torch.save(content, path / "pytorch_model.bin")
    return path


def test_a_pickle_of_weights_alone_loads(tmp_path):
    path = save("hubert", tmp_path / "pickled")
    audio, expected = noise(path), embed(path, noise(path))
    as_pickle(path, weights_of(path))
    assert torch.equal(embed(path, audio)["3"], expected["3"])


class Bag(dict):
    """Weights in a class that no reader of plain weights will build."""


@pytest.mark.parametrize("kind", ["hubert", "clap", "whisper"])
def test_a_pickle_of_more_is_refused_unless_trusted(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(sys.modules["__main__"], "Bag", Bag, raising=False)  # where the pickle looks for it
    monkeypatch.setattr(Bag, "__module__", "__main__")
    path = save(kind, tmp_path / "pickled")
    audio, expected = noise(path), embed(path, noise(path))
    as_pickle(path, Bag(weights_of(path)))
    with pytest.raises(PluginError, match="--trust-weights"):
        hf.describe(str(path)).load()
    found = embed(path, audio, trust=frozenset({"weights"}))
    assert all(near(found[name], frames) for name, frames in expected.items())  # memory aligned otherwise


def test_a_folder_without_weights_is_told(tmp_path):
    path = save("hubert", tmp_path / "bare")
    (path / "model.safetensors").unlink()
    with pytest.raises(PluginError, match="weights of bare cannot be read"):
        hf.describe(str(path)).load()


def test_a_folder_without_a_feature_extractor_is_told(tmp_path):
    path = save("hubert", tmp_path / "bare")
    (path / "preprocessor_config.json").unlink()
    with pytest.raises(PluginError, match=r"preprocessor_config\.json.* of bare cannot be read"):
        hf.describe(str(path))


def test_a_folder_that_is_no_model_is_told(tmp_path):
    with pytest.raises(PluginError, match=r"has no config\.json"):
        hf.describe(str(tmp_path))


def test_a_model_of_another_kind_is_told(tmp_path):
    transformers.BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1).save_pretrained(tmp_path)
    transformers.Wav2Vec2FeatureExtractor().save_pretrained(tmp_path)
    with pytest.raises(PluginError, match=r"'bert'; there are: .*hubert"):
        hf.describe(str(tmp_path))


@pytest.fixture
def offline(tmp_path, monkeypatch) -> Path:
    """The hub's cache on this machine, and no hub."""
    constants = import_module("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def commit(cache: Path, folder: Path, name: str, *, main: bool = False) -> Path:
    """Put a model into the cache of the hub, as huggingface_hub lays it out."""
    model = cache / "models--me--tiny"
    if main:
        (model / "refs").mkdir(parents=True)
        (model / "refs" / "main").write_text(name)
    return copytree(folder, model / "snapshots" / name)


def test_a_name_that_the_hub_does_not_give_is_told(offline):
    with pytest.raises(PluginError, match=r"no folder nobody/nothing, and Hugging Face gives no model of that name"):
        hf.describe("nobody/nothing")


def test_a_name_on_the_hub_is_pinned_by_its_commit(offline, folder):
    (commit(offline, folder("hubert"), "a" * 40, main=True) / "README.md").write_text("---\nlicense: mit\n---\n")
    info = hf.describe("me/tiny")
    assert (info.name, info.version, info.license) == ("hf:me/tiny", "a" * 40, "mit")
    assert info.source == "https://huggingface.co/me/tiny"
    audio = noise(folder("hubert"))
    with torch.inference_mode():
        assert torch.equal(info.load().embed(audio)["3"], embed(folder("hubert"), audio)["3"])


def test_a_model_that_moves_on_the_hub_stays_what_was_described(offline, folder):
    """Between the description and the loading, as when a worker opens the model later."""
    commit(offline, folder("hubert"), "a" * 40, main=True)
    info = hf.describe("me/tiny")
    commit(offline, folder("wavlm"), "b" * 40)
    (offline / "models--me--tiny" / "refs" / "main").write_text("b" * 40)
    assert type(info.load().network).__name__ == "HubertModel"
    assert type(hf.describe("me/tiny").load().network).__name__ == "WavLMModel"


def test_a_revision_is_taken(offline, folder):
    commit(offline, folder("hubert"), "a" * 40, main=True)
    commit(offline, folder("wavlm"), "b" * 40)
    assert hf.describe("me/tiny", revision="b" * 40).version == "b" * 40
    with pytest.raises(PluginError, match="Check the name, the revision"):
        hf.describe("me/tiny", revision="c" * 40)


def test_without_transformers_it_says_what_to_install(folder, monkeypatch):
    path = folder("hubert")
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(PluginError, match=r"pip install 'earmark\[hf\]'"):
        hf.describe(str(path))


def test_a_folder_has_no_revision(folder):
    with pytest.raises(PluginError, match="is a folder"):
        hf.describe(str(folder("hubert")), revision="abc")


CARD = """---
license: other
license_name: my-licence
datasets:
- fma
- my/songs
base_model: facebook/hubert-base-ls960
---
# A model
"""


def test_the_card_tells_licence_origin_and_training_data(tmp_path):
    path = save("hubert", tmp_path / "carded")
    (path / "README.md").write_text(CARD)
    info = hf.describe(str(path))
    assert (info.license, info.training_data) == ("my-licence", ("fma", "my/songs"))
    assert (
        info.source == "a folder of transformers' hubert, made from https://huggingface.co/facebook/hubert-base-ls960"
    )


def test_a_bare_folder_is_a_name(folder):
    assert find_model(str(folder("hubert")))[0].name == "hf:hubert"
    assert not hf.accepts(folder("hubert").parent)


@pytest.mark.parametrize("kind", ["wav2vec2", "clap"])
def test_loading_is_silent(folder, kind, capfd):
    hf.describe(str(folder(kind))).load().embed(noise(folder(kind)))
    assert capfd.readouterr() == ("", "")


def test_it_restores_what_it_silenced(folder):
    logging = import_module("transformers.utils.logging")
    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    hf.describe(str(folder("hubert"))).load()
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before


OWN_CONFIG = """
from transformers import PretrainedConfig
class OwnConfig(PretrainedConfig):
    model_type = "own_model"
    def __init__(self, hidden_size=6, num_hidden_layers=2, **more):
        self.hidden_size, self.num_hidden_layers = hidden_size, num_hidden_layers
        super().__init__(**more)
"""
OWN_MODEL = """
import torch
from transformers import PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput
from .own_config import OwnConfig
class OwnModel(PreTrainedModel):
    config_class = OwnConfig
    def __init__(self, config):
        super().__init__(config)
        self.layers = torch.nn.ModuleList(
            [torch.nn.Linear(400, 6), *[torch.nn.Linear(6, 6) for _ in range(config.num_hidden_layers)]])
        self.post_init()
    def forward(self, input_values, output_hidden_states=False):
        states, x = [], input_values.unfold(1, 400, 400)
        for layer in self.layers:
            x = layer(x).tanh()
            states.append(x)
        return BaseModelOutput(last_hidden_state=x, hidden_states=tuple(states) if output_hidden_states else None)
"""


@pytest.fixture
def own(tmp_path, monkeypatch) -> Path:
    """A model that brings its own code, as MERT does."""
    dynamic = import_module("transformers.dynamic_module_utils")
    monkeypatch.setattr(dynamic, "HF_MODULES_CACHE", str(tmp_path / "modules"))
    path = tmp_path / "own"
    path.mkdir()
    (path / "own_config.py").write_text(OWN_CONFIG)
    (path / "own_model.py").write_text(OWN_MODEL)
    classes = {"AutoConfig": "own_config.OwnConfig", "AutoModel": "own_model.OwnModel"}
    (path / "config.json").write_text(
        json.dumps({"model_type": "own_model", "auto_map": classes, "architectures": ["OwnModel"]})
    )
    generator = torch.Generator().manual_seed(0)
    shapes = {"0": (6, 400), "1": (6, 6), "2": (6, 6)}
    weights = {f"layers.{i}.weight": torch.randn(shape, generator=generator) for i, shape in shapes.items()}
    biases = {f"layers.{i}.bias": torch.randn(6, generator=generator) for i in shapes}
    save_file(weights | biases, path / "model.safetensors", metadata={"format": "pt"})
    transformers.Wav2Vec2FeatureExtractor(do_normalize=False, sampling_rate=24_000).save_pretrained(path)
    return path


def test_code_that_comes_with_a_model_is_refused_unless_trusted(own):
    with pytest.raises(PluginError, match=r"own_model\.OwnModel.*--trust-remote-code"):
        hf.describe(str(own))


def test_code_that_comes_with_a_model_runs_when_trusted(own):
    """The same sums by hand."""
    audio = torch.from_numpy(np.random.default_rng(0).normal(0, 0.1, (2, 4_000)).astype(np.float32))
    layers = embed(own, audio, trust=TRUSTED)
    x, weights = audio.reshape(2, 10, 400), weights_of(own)
    for i in range(3):
        x = torch.tanh(x @ weights[f"layers.{i}.weight"].T + weights[f"layers.{i}.bias"])
        assert near(layers[str(i)], x)


def test_edited_code_is_another_version(own):
    before = hf.describe(str(own), trust=TRUSTED).version
    (own / "own_model.py").write_text(OWN_MODEL.replace("tanh", "sin"))
    assert hf.describe(str(own), trust=TRUSTED).version != before
