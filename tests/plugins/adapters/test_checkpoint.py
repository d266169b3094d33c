"""What `bench train` wrote is a model, and says what it has heard."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from blake3 import blake3

from earmark import run
from earmark.errors import PluginError
from earmark.extract import model_fingerprint
from earmark.protocol import Recordings
from earmark.registry import find_model, open_model
from earmark.result.table import to_text
from earmark.train import train
from earmark_plugins.adapters.checkpoint import accepts

TOLERANCE = 1e-6  # float32
WINDOW = 59_049


@pytest.fixture(scope="module")
def tones(table: Path) -> Recordings:
    return Recordings(path=table, targets={"genre": "genre"})


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def trained(tones: Recordings, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a network that was trained for one epoch."""
    out = tmp_path_factory.mktemp("trained") / "t.safetensors"
    train("short-chunk-cnn", tones, out=out, epochs=1, cache=cache, workers=1)
    return out


@pytest.fixture
def copy(trained: Path, tmp_path: Path) -> Callable[..., Path]:
    """Copy the checkpoint, with something changed in what its JSON says of the plan."""

    def change(**known: object) -> Path:
        about = json.loads(trained.with_suffix(".json").read_text())
        about["plan"] |= known
        (tmp_path / "c.json").write_text(json.dumps(about))
        (tmp_path / "c.safetensors").write_bytes(trained.read_bytes())
        return tmp_path / "c.safetensors"

    return change


def test_a_bare_path_is_the_same_model_as_with_the_adapters_name(trained: Path):
    bare, named = (find_model(name)[0] for name in (str(trained), f"checkpoint:{trained}"))
    assert (bare.name, bare.version) == (named.name, named.version)
    assert bare.name == "short-chunk-cnn-tiny"
    assert bare.version == blake3(trained.read_bytes()).hexdigest()[:12]


def test_it_declares_its_training_data(trained: Path):
    info, _ = find_model(str(trained))
    assert info.training_data == ("tracks",)
    assert "on tracks" in info.source


def test_a_run_on_its_training_data_is_marked(trained: Path, tones: Recordings, cache: Path):
    result = run(str(trained), tones, tasks=["genre"], cache=cache, workers=1)
    assert "The model was trained on tracks: these scores say little about new music." in to_text(result)


def test_the_embedding_is_what_the_last_layer_reads(trained: Path):
    """The logits, worked out from the penultimate layer and the last one's weights by numpy."""
    network = open_model(str(trained)).model
    audio = torch.from_numpy(np.random.default_rng(0).normal(0, 0.1, (2, WINDOW)).astype(np.float32))
    with torch.no_grad():
        penultimate = network.embed(audio)["penultimate"][:, 0].numpy()
        logits = network(audio).numpy()
    weights, bias = (network.state_dict()[f"logits.{name}"].numpy() for name in ("weight", "bias"))
    np.testing.assert_allclose(penultimate @ weights.T + bias, logits, rtol=TOLERANCE, atol=TOLERANCE)


def test_its_layers_can_be_compared(trained: Path, tones: Recordings, cache: Path):
    result = run(str(trained), tones, tasks=["genre"], layers=["block1", "penultimate"], cache=cache, workers=1)
    assert result.model.layers == ("block1", "penultimate")


def test_other_weights_have_another_fingerprint(trained: Path, tones: Recordings, cache: Path, tmp_path: Path):
    train("short-chunk-cnn", tones, out=tmp_path / "u", epochs=0, cache=cache, workers=1)
    one, other = (model_fingerprint(open_model(str(path))) for path in (trained, tmp_path / "u.safetensors"))
    assert one != other


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"trainer": "long-chunk-cnn"}, "needs the trainer 'long-chunk-cnn'.*install the plugin"),
        ({"trainer_version": "0"}, "version 0.*here is version 1"),
        ({"size": "huge"}, r"the size 'huge'; here is version 1 \(tiny, small, full\)"),
    ],
    ids=["trainer", "version", "size"],
)
def test_a_checkpoint_that_nothing_here_builds_is_refused(copy, plan: dict[str, str], sentence: str):
    with pytest.raises(PluginError, match=sentence):
        find_model(str(copy(**plan)))


def test_weights_of_another_network_are_refused(copy):
    with pytest.raises(PluginError, match="does not fit the network of short-chunk-cnn-small"):
        open_model(str(copy(size="small")))


def test_other_safetensors_are_not_its_own(trained: Path, tmp_path: Path):
    assert accepts(trained)
    (tmp_path / "x.safetensors").write_bytes(trained.read_bytes())
    assert not accepts(tmp_path / "x.safetensors")
    assert not accepts(trained.with_suffix(".json"))
