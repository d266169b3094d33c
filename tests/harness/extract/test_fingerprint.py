"""A key changes with whatever could change an embedding, and with nothing else."""

import functools
import importlib
import subprocess
import sys
import types
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from earmark.extract.fingerprint import key_of, model_fingerprint
from earmark.extract.state import state_digest
from earmark.model import ModelInfo, OpenedModel
from earmark_plugins.models.log_mel import provide_models

PLUGIN = {
    "__init__.py": "",
    "model.py": "class Model:\n    def __init__(self):\n        from plugged import net\n        self.c = net.SCALE\n",
    "net.py": "from .deep import SCALE\n",
    "deep.py": "SCALE = 1\n",
    "other.py": "X = 1\n",
}
IN_ANOTHER_PROCESS = """
from earmark.extract import model_fingerprint
from earmark.model import OpenedModel
from earmark_plugins.models.log_mel import provide_models
(info,) = provide_models()
print(model_fingerprint(OpenedModel(info=info, model=info.load())))
"""


def fingerprint(model, **known):
    about = {"name": "m", "version": "1", "sample_rate": 1_000, "dim": 2, "load": type(model)} | known
    options = about.pop("options", ())
    return model_fingerprint(OpenedModel(info=ModelInfo(**about), model=model, options=options))


@pytest.fixture
def plugged(tmp_path, monkeypatch):
    """Return the fingerprint of a small plugin package with some of its files changed."""

    def make(**changed: str) -> str:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        (folder / "plugged").mkdir(parents=True)
        for name, source in (PLUGIN | {f"{n}.py": s for n, s in changed.items()}).items():
            (folder / "plugged" / name).write_text(source)
        for name in [n for n in sys.modules if n.partition(".")[0] == "plugged"]:
            del sys.modules[name]
        with monkeypatch.context() as patch:
            patch.syspath_prepend(folder)
            return fingerprint(importlib.import_module("plugged.model").Model())

    return make


def test_the_same_plugin_elsewhere_has_the_same_fingerprint(plugged):
    assert plugged() == plugged()


@pytest.mark.parametrize("file", ["model", "net", "deep"])
def test_new_code_in_what_the_plugin_imports_changes_the_fingerprint(plugged, file):
    assert plugged(**{file: PLUGIN[f"{file}.py"] + "# another\n"}) != plugged()


def test_code_that_the_plugin_does_not_import_does_not_matter(plugged):
    assert plugged(other="X = 2\n") == plugged()


def test_a_single_file_plugin_counts_the_neighbours_that_it_imports(tmp_path):
    def made(constant: int) -> str:
        (tmp_path / "near.py").write_text(f"C = {constant}\n")
        (tmp_path / "single.py").write_text("import near\nimport numpy\nclass Single: pass\n")
        module = types.ModuleType("single")  # as a loader does that registers nothing
        source = compile("class Single:\n    def embed(self, a): return a\n", str(tmp_path / "single.py"), "exec")
        exec(source, module.__dict__)  # noqa: S102 - our own text
        return fingerprint(module.Single())

    assert made(1) == made(1)
    assert made(1) != made(2)


def test_a_class_typed_into_a_session_counts_by_its_byte_code():
    def made(body: str) -> str:
        scope = {"__name__": "__session__"}
        exec(compile(f"class Typed:\n    def embed(self, a): return {body}\n", "<cell>", "exec"), scope)  # noqa: S102
        return fingerprint(scope["Typed"]())

    assert made("a") == made("a")
    assert made("a") != made("a + 1")


@pytest.mark.parametrize(
    "change",
    [{"name": "n"}, {"version": "2"}, {"sample_rate": 2_000}, {"dim": 3}, {"window_s": 1.0},
     {"window_s": 1.0, "hop_s": 0.5}, {"options": (("layer", "7"),)}],
)  # fmt: skip
def test_what_the_info_says_changes_the_fingerprint(change):
    assert fingerprint(Plain(), **change) != fingerprint(Plain())


class Plain:
    """A model of plain attributes."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class Patient(Plain):
    """A model that says which of its attributes decide no answer."""

    passing = ("timeout_s",)


@dataclass(frozen=True, slots=True)
class Part:
    scale: object


def net(seed, **attributes):
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        torch.nn.init.normal_(model[0].weight), torch.nn.init.zeros_(model[0].bias)
    model.__dict__.update(attributes)
    return model


def shifted(model):
    model[1].running_mean += 1
    return model


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (net(0), net(1)),
        (net(0), shifted(net(0))),
        (net(0), net(0).half()),
        (net(0, layer=1), net(0, layer=2)),
        (Plain(net=net(0)), Plain(net=net(1))),
        (Plain(mel=np.zeros(3)), Plain(mel=np.ones(3))),
        (Plain(mel=np.zeros((2, 3))), Plain(mel=np.zeros((3, 2)))),
        (Plain(a=[1, {"b": np.zeros(1)}]), Plain(a=[1, {"b": np.ones(1)}])),
        (Plain(layer=1), Plain(layer=2)),
        (Plain(part=Part(1)), Plain(part=Part(2))),
        (Plain(f=functools.partial(np.power, 2)), Plain(f=functools.partial(np.power, 3))),
        (Plain(f=lambda a: a), Plain(f=lambda a: a + 1)),
        (
            Plain(foreign=types.SimpleNamespace(scale=np.zeros(2))),
            Plain(foreign=types.SimpleNamespace(scale=np.ones(2))),
        ),
    ],
)
def test_other_weights_and_settings_change_the_state(one, other):
    assert state_digest(one) != state_digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (net(0), net(0)),
        (net(0), net(0).eval()),
        (net(0), net(0).requires_grad_(False)),
        (Plain(a=1, b={"x": 1, "y": 2}), Plain(b={"y": 2, "x": 1}, a=1)),
        (Plain(device="cpu"), Plain(device="cuda")),
        (Plain(foreign=types.SimpleNamespace(pid=1)), Plain(foreign=types.SimpleNamespace(pid=2))),
        (Plain(library=np), Plain()),
        (Patient(timeout_s=1), Patient(timeout_s=2)),
    ],
)
def test_what_does_not_decide_an_answer_leaves_the_state(one, other):
    assert state_digest(one) == state_digest(other)


def test_a_model_that_holds_itself_has_a_state():
    model = Plain(layer=1)
    model.me = model
    assert state_digest(model) == state_digest(Plain(layer=1))


def test_the_fingerprint_is_the_same_in_every_process():
    (info,) = provide_models()
    here = model_fingerprint(OpenedModel(info=info, model=info.load()))
    run = subprocess.run([sys.executable, "-c", IN_ANOTHER_PROCESS], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == here


def test_the_key_is_of_model_and_recording():
    assert len({key_of("m", "a"), key_of("m", "b"), key_of("n", "a"), key_of("", "ma")}) == 4


def test_a_changed_load_function_of_the_same_package_counts(tmp_path: Path):
    assert fingerprint(Plain(), load=replace) != fingerprint(Plain())
