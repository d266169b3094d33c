import os
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import pytest
import torch

from earmark import AdapterInfo, ModelInfo, hookimpl
from earmark.errors import PluginError, UnknownName
from earmark.registry import find_benchmark, find_dataset, find_model, load_catalogue, open_model, split_options
from earmark.registry.models import public

MODEL_FILE = """
from earmark import AdapterInfo, ModelInfo, hookimpl

class Loudness:
    def embed(self, audio):
        return audio.abs().mean(1)[:, None, None]

@hookimpl
def provide_models():
    return [ModelInfo(name="loudness", version="1", sample_rate=8000, dim=1, load=Loudness)]
"""


def plugin(name: str, **hooks: object) -> types.ModuleType:
    module = types.ModuleType(name)
    for hook, function in hooks.items():
        setattr(module, hook, hookimpl(function))
    return module


def model(name: str) -> ModelInfo:
    return ModelInfo(name=name, version="1", sample_rate=8000, dim=1, load=object)


def test_a_broken_plugin_is_named_and_the_rest_works() -> None:
    def fail() -> list[ModelInfo]:
        raise RuntimeError("no weights")

    found = load_catalogue([plugin("bad", provide_models=fail), plugin("good", provide_models=lambda: [model("fine")])])
    assert list(found.models) == ["fine"]
    assert found.broken == ("Plugin 'bad' is left out: RuntimeError: no weights",)


def test_a_misspelt_hook_is_named() -> None:
    found = load_catalogue([plugin("odd", provide_modles=lambda: [model("x")])])
    assert "provide_modles" in found.broken[0]


def test_a_hook_that_returns_another_thing_is_named() -> None:
    found = load_catalogue([plugin("odd", provide_models=lambda: ["log-mel"])])
    assert "'log-mel', which is no ModelInfo" in found.broken[0]


def test_a_plugin_without_a_hook_is_told_what_to_do() -> None:
    assert "earmark.hookimpl" in load_catalogue([types.ModuleType("empty")]).broken[0]


def test_two_plugins_that_offer_one_name_are_an_error() -> None:
    twins = [plugin(n, provide_models=lambda: [model("same")]) for n in ("one", "two")]
    with pytest.raises(PluginError, match="Two plugins offer 'same': one and two"):
        load_catalogue(twins)


def test_a_file_that_nothing_takes_as_it_stands_is_told_what_it_could_be(tmp_path: Path) -> None:
    (tmp_path / "net.safetensors").write_bytes(b"")
    with pytest.raises(PluginError, match=r"is here, but nothing takes it .* checkpoint:FILE\.safetensors"):
        find_model(str(tmp_path / "net.safetensors"))


def test_a_misspelt_model_gets_a_hint() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'log-mel'"):
        find_model("log-mell")


def test_misspelt_data_sets_and_benchmarks_get_a_hint() -> None:
    for find in (find_dataset, find_benchmark):
        with pytest.raises(UnknownName, match="Did you mean 'etudes'"):
            find("etude")


def test_options_follow_a_question_mark() -> None:
    assert split_options("etudes?soundfont=a.sf2&x=1") == ("etudes", {"soundfont": "a.sf2", "x": "1"})


def test_an_option_that_a_model_does_not_take_is_refused() -> None:
    with pytest.raises(UnknownName, match="layer"):
        find_model("log-mel?layer=3")


def test_a_single_file_is_a_plugin(tmp_path: Path) -> None:
    path = tmp_path / "my_model.py"
    path.write_text(MODEL_FILE)
    assert open_model(str(path)).info.name == "loudness"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("import no_such_module_here", "cannot be imported: ModuleNotFoundError"),
        ("x = 1", "implements no hook"),
        (MODEL_FILE.replace('"1"', '""'), "needs a name and a version"),
        (MODEL_FILE.replace("dim=1", "dim=0"), "has dim 0"),
    ],
)
def test_a_broken_file_says_why(tmp_path: Path, source: str, sentence: str) -> None:
    path = tmp_path / "broken.py"
    path.write_text(source)
    with pytest.raises(PluginError, match=sentence):
        find_model(str(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="There is no model file"):
        find_model(str(tmp_path / "gone.py"))


def test_one_of_several_models_in_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "two.py"
    path.write_text(MODEL_FILE.replace("load=Loudness)]", "load=Loudness),\n            model]").replace(
        "@hookimpl", 'model = ModelInfo(name="second", version="1", sample_rate=8000, dim=2, load=Loudness)\n@hookimpl'
    ))  # fmt: skip
    with pytest.raises(PluginError, match="several models"):
        find_model(str(path))
    assert find_model(f"{path}::second")[0].dim == 2


def test_an_edited_file_is_another_module(tmp_path: Path) -> None:
    path = tmp_path / "my_model.py"
    path.write_text(MODEL_FILE)
    before = open_model(str(path)).model
    path.write_text(MODEL_FILE.replace("audio.abs()", "audio.square()"))
    after = open_model(str(path)).model
    assert type(before).__module__ != type(after).__module__
    assert after.embed(torch.full((1, 4), 0.5)).item() == 0.25


def test_two_files_of_one_name_are_two_modules(tmp_path: Path) -> None:
    found = []
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "my_model.py").write_text(MODEL_FILE)
        found.append(type(open_model(str(tmp_path / folder / "my_model.py")).model).__module__)
    assert found[0] != found[1]


def test_a_model_that_cannot_load_is_named() -> None:
    def fail() -> object:
        raise OSError("weights.pt is missing")

    broken = ModelInfo(name="heavy", version="1", sample_rate=8000, dim=1, load=fail)
    with pytest.raises(PluginError, match=r"'heavy' cannot be loaded: OSError: weights\.pt is missing"):
        open_model(broken)


def build_wheel(folder: Path) -> Path:
    """A distribution as a third party would publish it, with one good plugin and one that is missing its module."""
    wheel = folder / "loud-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("loud.py", MODEL_FILE)
        archive.writestr("loud-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: loud\nVersion: 1.0\n")
        archive.writestr("loud-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("loud-1.0.dist-info/entry_points.txt", "[earmark]\nloud = loud\nruin = ruin\n")
        archive.writestr("loud-1.0.dist-info/RECORD", "")
    return wheel


def test_a_distribution_of_its_own_brings_a_model(tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*pip, str(build_wheel(tmp_path))], check=True)
    listed = subprocess.run(
        [sys.executable, "-m", "earmark", "models"],
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "loudness" in listed.stdout
    assert "log-mel" in listed.stdout
    assert "Plugin 'ruin (loud)' is left out" in listed.stderr


def adapting(**known: object) -> AdapterInfo:
    def describe(argument: str, rate: str = "8000", *, trust: frozenset[str] = frozenset()) -> ModelInfo:
        if argument == "broken":
            raise FileNotFoundError(argument)
        about = {"name": f"odd:{argument}", "version": ",".join(sorted(trust)) or "1", "sample_rate": int(rate)}
        return ModelInfo(dim=1, load=lambda folder, trust: (folder, trust), **about)  # type: ignore[arg-type]

    return AdapterInfo(**{"name": "odd", "describe": describe, "options": ("rate",)} | known)  # type: ignore[arg-type]


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world with the one adapter `odd`, which also takes bare paths that end in .odd."""
    adapter = adapting(accepts=lambda path: path.suffix == ".odd")
    catalogue = load_catalogue([plugin("odd", provide_adapters=lambda: [adapter])])
    monkeypatch.setattr("earmark.registry.models.installed", lambda: catalogue)


@pytest.mark.usefixtures("odd")
def test_what_follows_the_colon_goes_to_the_adapter() -> None:
    info, options = find_model("odd:thing?rate=16000")
    assert (info.name, info.sample_rate, options) == ("odd:thing", 16_000, {"rate": "16000"})
    assert find_model("some/model.odd")[0].name == "odd:some/model.odd"


@pytest.mark.usefixtures("odd")
def test_what_the_user_grants_reaches_description_and_loading(tmp_path: Path) -> None:
    opened = open_model("odd:thing", models=tmp_path, trust=frozenset({"weights"}))
    assert opened.info.version == "weights"
    assert opened.model == (tmp_path / "odd:thing", frozenset({"weights"}))


@pytest.mark.usefixtures("odd")
def test_mistakes_with_an_adapter_are_named() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'rate'"):
        find_model("odd:thing?rte=1")
    with pytest.raises(PluginError, match="odd: names no model; write odd:FILE"):
        find_model("odd:")
    with pytest.raises(PluginError, match="odd:broken cannot be read: FileNotFoundError: broken"):
        find_model("odd:broken")
    with pytest.raises(UnknownName, match="odd:FILE"):
        find_model("thing")


@pytest.mark.usefixtures("odd")
def test_a_result_names_no_path_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "16000").write_text("")
    opened = open_model("odd:thing?rate=16000", models=tmp_path)
    assert opened.options == (("rate", "16000"),)
    assert public({"weights": str(tmp_path / "16000"), "layer": "7"}) == {"weights": "16000", "layer": "7"}


def test_only_a_model_that_hears_nothing_may_leave_its_rate_out() -> None:
    def info(kind: type) -> ModelInfo:
        return ModelInfo(name="mute", version="1", sample_rate=0, dim=1, load=kind)

    listed = type("Listed", (), {"embed_tracks": lambda self, tracks: iter(())})
    assert open_model(info(listed)).info.sample_rate == 0
    with pytest.raises(PluginError, match="'mute' hears audio, so its sample_rate must be above 0"):
        open_model(info(object))
