import json
import os
import pickle
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from earmark.errors import PluginError
from earmark.extract import model_fingerprint
from earmark.extract.embed import freeze
from earmark.extract.parameters import count_parameters
from earmark.registry import open_model
from earmark_plugins.adapters.torch_export.pt2 import is_arithmetic

CARD = "sample_rate = 8000\ndim = 4\nwindow_s = 0.1\n"
TOLERANCE = 1e-6  # float32: a decomposed operator may order a sum otherwise
BATCH = {"audio": {0: torch.export.Dim("batch")}}
ANY = {"audio": {0: torch.export.Dim.AUTO, 1: torch.export.Dim.AUTO}}


class Net(torch.nn.Module):
    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.conv = torch.nn.Conv1d(1, 4, 16, 8)
        with torch.no_grad():
            for part in self.parameters():
                part.copy_(torch.randn(part.shape, generator=torch.Generator().manual_seed(seed)))

    def forward(self, audio):
        mono = audio[:, None] if audio.ndim == 2 else audio
        frames = self.conv(mono).relu().transpose(1, 2)
        return frames[:, : frames.shape[1] // 3 * 3]  # a length that is a shape to compute


class Layered(Net):
    def forward(self, audio):
        first = self.conv(audio[:, None]).transpose(1, 2)
        return {"first": first, "mean": first.mean(1)}


def save(net: torch.nn.Module, path: Path, shapes=BATCH, card: str = CARD, example=(2, 800)) -> str:
    exported = torch.export.export(net.eval(), (torch.zeros(example),), dynamic_shapes=shapes)
    torch.export.save(exported, path)
    path.with_suffix(".toml").write_text(card)
    return f"torch-export:{path}"


def embed(name: str, audio: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return freeze(open_model(name), "cpu").model.embed(audio)


@pytest.fixture
def audio() -> torch.Tensor:
    return torch.randn(3, 800, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("shapes", "example"),
    [(BATCH, (2, 800)), (ANY, (2, 800)), (None, (1, 800)), (None, (2, 800)), (None, (1, 1, 800))],
    ids=["dynamic batch", "dynamic", "one row", "two rows", "channel axis"],
)
def test_an_exported_module_embeds_as_the_eager_one(tmp_path: Path, audio: torch.Tensor, shapes, example) -> None:
    name = save(Net(), tmp_path / "m.pt2", shapes, example=example)
    torch.testing.assert_close(embed(name, audio), Net()(audio), atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(embed(name, audio[:1]), Net()(audio[:1]), atol=TOLERANCE, rtol=0)


def test_whole_tracks_of_any_length_go_through_a_dynamic_program(tmp_path: Path) -> None:
    name = save(Net(), tmp_path / "m.pt2", ANY, card="sample_rate = 8000\ndim = 4\n")
    audio = torch.randn(1, 1234, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(embed(str(tmp_path / "m.pt2"), audio), Net()(audio), atol=TOLERANCE, rtol=0)
    assert open_model(name).info.window_s is None


def test_layers_are_taken_by_name(tmp_path: Path, audio: torch.Tensor) -> None:
    found = embed(save(Layered(), tmp_path / "m.pt2", card=CARD + "layers = { first = 4, mean = 4 }\n"), audio)
    expected = Layered()(audio)
    torch.testing.assert_close(found["first"], expected["first"], atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(found["mean"], expected["mean"][:, None], atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("window", ["window_s = 3.0\n", ""])
def test_a_window_of_another_length_is_refused(tmp_path: Path, window: str) -> None:
    name = save(Net(), tmp_path / "m.pt2", card=f"sample_rate = 8000\ndim = 4\n{window}")
    with pytest.raises(PluginError, match="exactly 800 samples"):
        open_model(name)


def test_a_batch_size_that_is_not_the_programs_is_refused(tmp_path: Path) -> None:
    name = save(Net(), tmp_path / "m.pt2", None, card=CARD + "batch_size = 4\n")
    with pytest.raises(PluginError, match=r"exactly 2 rows.*batch_size = 4"):
        open_model(name)


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    name = save(Net(), tmp_path / "m.pt2")
    whole = (tmp_path / "m.pt2").read_bytes()
    for content in (b"", b"<html>404</html>", whole[: len(whole) // 2]):
        (tmp_path / "m.pt2").write_bytes(content)
        with pytest.raises(PluginError, match=r"no whole \.pt2"):
            open_model(name)


def test_the_fingerprint_follows_the_file_and_is_the_same_in_another_process(tmp_path: Path) -> None:
    name = save(Net(), tmp_path / "m.pt2")
    code = (
        "from earmark.registry import open_model\nfrom earmark.extract import model_fingerprint\n"
        f"print(model_fingerprint(open_model({name!r})))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before = model_fingerprint(open_model(name))
    assert other.stdout.strip() == before
    save(Net(seed=1), tmp_path / "m.pt2")
    assert model_fingerprint(open_model(name)) != before


def test_its_parameters_are_counted(tmp_path: Path) -> None:
    assert count_parameters(open_model(save(Net(), tmp_path / "m.pt2")).model) == 4 * 16 + 4


class Command:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self):
        return os.system, (f"touch '{self.file}'",)


def rewrite(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Write the archive anew with one of its parts changed."""
    changed = False
    with zipfile.ZipFile(path) as old:
        contents = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as new:
        for name, content in contents.items():
            written = change(content) if name.endswith(part) else content
            changed |= written != content
            new.writestr(name, written)
    assert changed


def pickled_weight(tmp_path: Path) -> Callable[[bytes], bytes]:
    def change(table: bytes) -> bytes:
        config = json.loads(table)
        config["config"]["conv.bias"]["use_pickle"] = True
        return json.dumps(config).encode()

    return change


def pickled_inputs(tmp_path: Path) -> Callable[[bytes], bytes]:
    return lambda _: pickle.dumps(Command(tmp_path / "ran"))


def hostile_shape(tmp_path: Path) -> Callable[[bytes], bytes]:
    ran = f"__import__('os').system('touch {tmp_path}/ran')"
    return lambda graph: re.sub(rb'"expr_str": "[^"]*"', f'"expr_str": "{ran}"'.encode(), graph)


def hostile_operator(tmp_path: Path) -> Callable[[bytes], bytes]:
    return lambda graph: graph.replace(b"torch.ops.aten.relu.default", b"torch.serialization.os.system")


@pytest.mark.parametrize(
    ("part", "change", "reason"),
    [
        ("model_weights_config.json", pickled_weight, "conv.bias, which is a pickle"),
        ("sample_inputs/model.pt", pickled_inputs, "example inputs that are a pickle"),
        ("models/model.json", hostile_shape, "the shape"),
        ("models/model.json", hostile_operator, "the operator torch.serialization.os.system"),
    ],
    ids=["weights", "inputs", "shape", "operator"],
)
def test_an_archive_that_could_run_code_is_refused_with_the_reason(tmp_path: Path, part, change, reason) -> None:
    name = save(Net(), tmp_path / "m.pt2", ANY)
    rewrite(tmp_path / "m.pt2", part, change(tmp_path))
    with pytest.raises(PluginError, match=rf"{reason}.*--trust-weights"):
        open_model(name)
    assert not (tmp_path / "ran").exists()


def test_with_trust_an_archive_is_not_looked_through(tmp_path: Path, audio: torch.Tensor) -> None:
    name = save(Net(), tmp_path / "m.pt2")
    rewrite(tmp_path / "m.pt2", "sample_inputs/model.pt", lambda _: pickle.dumps(Command(tmp_path / "ran")))
    with pytest.raises(PluginError):  # torch itself wants a tuple there, after it has run what stood there
        open_model(name, trust=frozenset({"weights"}))
    assert (tmp_path / "ran").exists()


def test_shapes_are_arithmetic_and_nothing_else() -> None:
    assert is_arithmetic("Add(Integer(1), floor(Mul(Rational(1, 8), Symbol('s27', positive=True, integer=True))))")
    assert is_arithmetic("Max(Integer(-1), Symbol('u0', integer=True))")
    for hostile in (
        "__import__('os')",
        "().__class__",
        "eval('1')",
        "[x for x in ()]",
        "Symbol('a b')",
        "1 if 1 else 2",
    ):
        assert not is_arithmetic(hostile)
