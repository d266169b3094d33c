"""The HEAR adapter, on modules written to HEAR's interface and on one from PyPI."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from earmark.audio import Audio
from earmark.errors import PluginError, UnknownName
from earmark.extract import model_fingerprint
from earmark.extract.embed import Loaded, embed_audio
from earmark.model import OpenedModel
from earmark.registry import open_model
from earmark_plugins.adapters import hear

RATE = 8000
CLIP_MS = 2000.0
MODULE = '''
"""Loudness and zero crossings of each tenth of a second, through a layer of random weights."""
import torch


class Loudness(torch.nn.Module):
    sample_rate = 8000
    timestamp_embedding_size = 6
    scene_embedding_size = 4

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 6)


def load_model(model_file_path=""):
    model = Loudness()
    if model_file_path:
        model.load_state_dict(torch.load(model_file_path))
    print("a module may talk")
    return model


def get_timestamp_embeddings(audio, model):
    frames = audio.unfold(1, 800, 800)
    loud = frames.square().mean(2)
    crossing = (frames.sign().diff(dim=2) != 0).float().mean(2)
    embeddings = model.layer(torch.stack([loud, crossing], 2))
    times = torch.arange(frames.shape[1]) * 100.0 + 50.0
    return embeddings, times.expand(len(audio), -1)


def get_scene_embeddings(audio, model):
    return get_timestamp_embeddings(audio, model)[0].mean(1)[:, :4]
'''

AS_NUMPY = "return embeddings.detach().numpy(), times.expand(len(audio), -1).numpy()"


def audio(rows: int = 3, seconds: float = 2.0) -> torch.Tensor:
    noise = np.random.default_rng(0).normal(0, 0.1, (rows, round(seconds * RATE)))
    return torch.from_numpy(noise.astype(np.float32))


def written(folder: Path, text: str = MODULE, **replaced: str) -> str:
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / "loudness.py"
    path.write_text(text)
    return str(path)


def embedded(module: str, clip: torch.Tensor, **options: str):
    with torch.inference_mode():
        return hear.describe(module, **options).load().embed(clip)


def stamped(folder: Path, times: str) -> str:
    return written(folder, **{"torch.arange(frames.shape[1]) * 100.0 + 50.0": times})


def plain(module: str):
    """The module's functions, called as HEAR says, with the weights that the adapter's seed gives."""
    functions = hear.import_module(module)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return functions, functions.load_model()


def test_frames_are_what_the_module_gives(tmp_path):
    functions, model = plain(written(tmp_path))
    expected, _ = functions.get_timestamp_embeddings(audio(), model)
    assert torch.equal(embedded(written(tmp_path), audio()), expected)


def test_a_scene_is_one_frame(tmp_path):
    functions, model = plain(written(tmp_path))
    expected = functions.get_scene_embeddings(audio(), model)
    assert torch.equal(embedded(written(tmp_path), audio(), embedding="scene")[:, 0], expected)


def test_both_are_layers_of_their_own_size(tmp_path):
    info = hear.describe(written(tmp_path), embedding="both")
    answers = info.load().embed(audio())
    assert info.layers == {"timestamp": 6, "scene": 4}
    assert info.main_layer == "timestamp"
    assert {name: tuple(frames.shape) for name, frames in answers.items()} == {
        "timestamp": (3, 20, 6),
        "scene": (3, 1, 4),
    }


def test_it_is_known_by_what_the_module_says(tmp_path):
    info = hear.describe(written(tmp_path))
    assert (info.name, info.sample_rate, info.dim, info.window_s) == ("hear:loudness", RATE, 6, None)
    assert (info.license, info.source) == ("", "a module of one's own, loudness.py")


def test_a_window_is_in_seconds(tmp_path):
    assert hear.describe(written(tmp_path), window="1.5").window_s == 1.5


@pytest.mark.parametrize("window", ["soon", "0", "-1", "nan", "inf"])
def test_a_window_that_is_no_time_is_refused(tmp_path, window):
    with pytest.raises(PluginError, match="seconds above 0"):
        hear.describe(written(tmp_path), window=window)


def test_weights_are_handed_to_the_module(tmp_path):
    _, model = plain(written(tmp_path))
    torch.nn.init.constant_(model.layer.weight, 3.0)
    torch.save(model.state_dict(), tmp_path / "weights.pt")
    found = hear.describe(written(tmp_path), weights=str(tmp_path / "weights.pt")).load()
    assert torch.equal(found.network.layer.weight, torch.full((6, 2), 3.0))


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(PluginError, match=r"no weight file .*gone\.pt"):
        hear.describe(written(tmp_path), weights=str(tmp_path / "gone.pt"))


def test_a_module_that_wants_weights_says_so(tmp_path):
    module = written(tmp_path, **{'model_file_path=""': "model_file_path"})
    with pytest.raises(PluginError, match=r"\?weights=PATH"):
        hear.describe(module)


def test_the_version_follows_code_and_weights(tmp_path):
    _, model = plain(written(tmp_path))
    torch.save(model.state_dict(), tmp_path / "weights.pt")
    versions = [hear.describe(written(tmp_path)).version, hear.describe(written(tmp_path)).version]
    versions.append(hear.describe(written(tmp_path), weights=str(tmp_path / "weights.pt")).version)
    versions.append(hear.describe(written(tmp_path, **{"+ 50.0": "+ 49.0"})).version)
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


def test_the_fingerprint_tells_embeddings_apart_and_not_folders(tmp_path):
    (tmp_path / "b").mkdir()
    names = [written(tmp_path), written(tmp_path / "b")]
    opened = [open_model(f"hear:{name}") for name in (*names, f"{names[0]}?embedding=scene")]
    prints = [model_fingerprint(OpenedModel(info=o.info, model=o.model)) for o in opened]
    assert prints[0] == prints[1] != prints[2]


def test_what_the_module_prints_stays_off_stdout(tmp_path, capsys):
    hear.describe(written(tmp_path))
    out, err = capsys.readouterr()
    assert out == ""
    assert "a module may talk" in err


def test_loading_leaves_the_global_random_state_alone(tmp_path):
    before = torch.random.get_rng_state()
    hear.describe(written(tmp_path)).load()
    assert torch.equal(torch.random.get_rng_state(), before)


def test_numpy_answers_are_taken(tmp_path):
    answer = {"return embeddings, times.expand(len(audio), -1)": AS_NUMPY}
    module = written(tmp_path, **answer)
    functions, model = plain(module)
    expected = functions.get_timestamp_embeddings(audio(), model)[0]
    assert isinstance(expected, np.ndarray)
    assert np.array_equal(embedded(module, audio()).numpy(), expected)


def test_a_tensorflow_model_gets_tensorflows_tensors(tmp_path, monkeypatch):
    """TensorFlow itself is far too large to install for this: a stand-in keeps what it was given."""
    stand_in = type(sys)("tensorflow")
    stand_in.Module = type("Module", (), {"__module__": "tensorflow"})
    stand_in.convert_to_tensor = lambda array: ("tensor of", array)
    monkeypatch.setitem(sys.modules, "tensorflow", stand_in)
    network = type("Model", (stand_in.Module,), {})()
    kind, array = hear._input(network)(audio())
    assert kind == "tensor of"
    assert np.array_equal(array, audio().numpy())


def test_even_times_leave_the_frames_as_they_are():
    for times in (np.arange(20) * 100.0, np.arange(20) * 100.0 + 50, np.arange(21) * 100.0, np.arange(20) * 100.0 + 99):
        assert hear.evenly(times[None], CLIP_MS).tolist() == list(range(len(times)))


def test_uneven_times_put_each_frame_where_it_is_dated():
    """Frames at 0.1, 0.2, 0.3 and 1.9 s of 2 s; slots are centred at 0.25, 0.75, 1.25 and 1.75 s."""
    assert hear.evenly(np.array([[100.0, 200.0, 300.0, 1900.0]]), CLIP_MS).tolist() == [1, 2, 3, 3]


def test_frames_after_the_end_are_left_out():
    """A clip of 0.05 s that the module padded to 1 s: frames each 10 ms, of which six begin inside."""
    assert hear.evenly(np.arange(100)[None] * 10.0, 50.0).tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ([0.0, 200.0, 100.0], "do not increase"),
        ([0.0, 100.0, 100.0], "do not increase"),
        ([0.0, np.nan, 100.0], "do not increase"),
        ([0.0, 1.0, 2.0], "look like seconds"),
        ([0.0, 1e6, 2e6], "lie outside"),
        ([-5000.0, 0.0, 1000.0], "lie outside"),
    ],
)
def test_times_that_cannot_be_are_refused_with_a_remedy(times, said):
    with pytest.raises(PluginError, match=rf"(?s){said}.*\?times=even"):
        hear.evenly(np.array([times]), CLIP_MS)


def test_rows_with_times_of_their_own_are_refused():
    with pytest.raises(PluginError, match="one row of a batch"):
        hear.evenly(np.array([[0.0, 500.0, 1000.0, 1500.0], [400.0, 1100.0, 1600.0, 1900.0]]), CLIP_MS)


def test_times_are_ignored_on_request(tmp_path):
    module = stamped(tmp_path, "torch.arange(frames.shape[1]) * 0.1")
    with pytest.raises(PluginError, match="seconds"):
        embedded(module, audio())
    assert torch.equal(embedded(module, audio(), times="even"), embedded(written(tmp_path), audio()))


def test_frames_dated_late_come_late_in_the_track(tmp_path):
    """The module dates its frames 1.00, 1.05, ... 1.95 s; the harness reads slots centred at 0.05, 0.15, ... 1.95 s."""
    expected = embedded(written(tmp_path), audio())[:, [*[0] * 10, *range(1, 20, 2)]]
    module = stamped(tmp_path, "torch.arange(frames.shape[1]) * 50.0 + 1000.0")
    assert torch.equal(embedded(module, audio()), expected)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("return embeddings, times.expand(len(audio), -1)", "return embeddings", "two arrays"),
        ("return embeddings, times.expand(len(audio), -1)", "return embeddings, times", "with timestamps"),
        ("def get_scene_embeddings", "def scene_embeddings", r"no get_scene_embeddings\(\)"),
        ("sample_rate = 8000", "sample_rate = None", "sample_rate None"),
        ("import torch\n", "import torchh\n", "cannot be imported"),
    ],
)
def test_a_module_that_breaks_the_interface_is_told(tmp_path, old, new, said):
    with pytest.raises(PluginError, match=said):
        embedded(written(tmp_path, **{old: new}), audio())


def test_a_clip_too_long_for_memory_names_the_way_out(tmp_path):
    failing = "raise RuntimeError('DefaultCPUAllocator: not enough memory')"
    module = written(tmp_path, **{"frames = audio.unfold(1, 800, 800)": failing})
    with pytest.raises(PluginError, match=r"clip of 2 s; add \?window=SECONDS"):
        embedded(module, audio())


def test_a_scene_of_another_shape_is_told(tmp_path):
    module = written(tmp_path, **{".mean(1)[:, :4]": "[:, :, :4]"})
    with pytest.raises(PluginError, match=r"get_scene_embeddings returned \[3, 20, 4\]"):
        embedded(module, audio(), embedding="scene")


@pytest.mark.parametrize("name", ["no_such_module", "no/such/file.py"])
def test_a_module_that_is_not_there_is_told(name):
    with pytest.raises(PluginError, match=r"no_such_module|no module file"):
        hear.describe(name)


@pytest.mark.parametrize("option", ["embedding", "times"])
def test_a_misspelt_choice_gets_a_hint(tmp_path, option):
    with pytest.raises(UnknownName, match="There are"):
        hear.describe(written(tmp_path), **{option: "scenne"})


def test_a_file_finds_the_files_beside_it(tmp_path):
    (tmp_path / "beside_hear.py").write_text("HOP_MS = 100.0\n")
    module = written(tmp_path, **{"import torch\n": "import torch\nfrom beside_hear import HOP_MS\n"})
    path = list(sys.path)
    assert hear.describe(module).dim == 6
    assert sys.path == path


def test_the_harness_pools_what_the_module_gives(tmp_path):
    """A mean over all frames, by hand."""
    module = written(tmp_path)
    opened = open_model(f"hear:{module}")
    clip = audio(rows=1)
    track = Loaded("key", "name", Audio(samples=clip[0].numpy(), rate=RATE))
    found = embed_audio(opened, [track], device="cpu", batch_size=8)["key"]
    functions, model = plain(module)
    expected = functions.get_timestamp_embeddings(clip, model)[0][0].mean(0).detach().numpy()
    assert np.allclose(found.mean, expected, rtol=1e-5, atol=1e-7)  # float32 against float64


def test_a_package_from_pypi_embeds_as_it_does_by_itself():
    """The baseline of HEAR 2021: its spectrogram needs librosa alone, but its pins do not install."""
    baseline = pytest.importorskip(
        "hearbaseline.vqt", reason="needs HEAR's baseline: pip install --no-deps hearbaseline==2021.1.1"
    )
    opened = open_model("hear:hearbaseline.vqt")
    clip = torch.from_numpy(np.random.default_rng(0).normal(0, 0.1, (2, 44_100)).astype(np.float32))
    expected, _ = baseline.get_timestamp_embeddings(clip, baseline.load_model())
    assert torch.equal(opened.model.embed(clip), expected)
    assert (opened.info.sample_rate, opened.info.license) == (44_100, "Apache-2.0")
    assert opened.info.version.startswith("2021.1.1+")
    assert importlib.import_module("hearbaseline.vqt") is baseline
