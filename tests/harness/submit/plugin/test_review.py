"""Whole reviews: what is built, installed and checked, and what goes wrong on the way."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from earmark.errors import SubmissionError
from earmark.new import write_distribution
from earmark.progress import silent
from earmark.submit.plugin import Limits, review
from earmark.submit.plugin.cage import Cage, Ran
from earmark.submit.plugin.checking import check_model
from earmark.submit.plugin.environment import Environment, from_address, is_missing, running_earmark
from earmark.submit.plugin.record import ReviewedModel
from earmark.submit.plugin.review import _Reviewing
from earmark.submit.plugin.source import Source

BUILDS = pytest.mark.skipif(
    find_spec("hatchling") is None or find_spec("pip") is None, reason="building takes hatchling and pip"
)
NAME = "toy-reviewed"
MODEL = ReviewedModel(
    name="toy", version="1", sample_rate=1, dim=1, window_s=None, license="", source="", training_data=(), overlap=(),
    summary="", keeps=False,
)  # fmt: skip
PASSED = [{"check": "load", "theme": "", "outcome": "passed", "sentence": "", "measured": "", "remedy": ""}]


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return write_distribution("model", NAME, tmp_path).folder


def edit(plugin: Path, path: str, change: Callable[[str], str]) -> Path:
    file = plugin / path
    file.write_text(change(file.read_text() if file.exists() else ""))
    return plugin


@BUILDS
def test_what_bench_new_writes_keeps_its_contract(plugin: Path) -> None:
    found = review(plugin)
    assert found.problems == ()
    assert found.keeps
    (model,) = found.models
    assert (model.name, model.dim, model.license) == (NAME, 2, "MIT")
    assert {finding.outcome for finding in model.findings} == {"passed"}
    assert [step.ended for step in found.steps] == ["well"] * 4
    assert f"`{NAME}`" in (plugin.parent / f"{NAME}-0.1.0-review.md").read_text()
    assert not list(plugin.rglob("__pycache__"))


@BUILDS
def test_a_wheel_that_breaks_its_contract_does_not_keep_it(plugin: Path) -> None:
    edit(plugin, "src/toy_reviewed/__init__.py", lambda text: text.replace("dim=2,", "dim=3,  # not so", 1))
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", ".", plugin]
    subprocess.run(build, cwd=plugin.parent, check=True)
    (wheel,) = plugin.parent.glob("*.whl")
    found = review(wheel, out=plugin.parent / "r.md")
    assert not found.keeps
    assert found.kind == "wheel"
    assert [f.check for f in found.models[0].findings if f.outcome == "error"] == ["shape"]
    assert f"1 of 1 models do not, {NAME}" in str(found)


@BUILDS
def test_a_build_that_never_ends_is_stopped(plugin: Path) -> None:
    edit(plugin, "pyproject.toml", lambda text: f"{text}\n[tool.hatch.build.hooks.custom]\n")
    edit(plugin, "hatch_build.py", lambda _: "import subprocess\nwhile True: pass\n")
    found = review(plugin, limits=Limits(time_s=3.0))
    assert not found.keeps
    assert found.problems == ("Building it went wrong: it took more than 3 s.",)
    assert [(one.path, one.what) for one in found.glances] == [("hatch_build.py", "import subprocess")]
    assert found.out.is_file()


@BUILDS
def test_a_plugin_that_ends_the_process_or_registers_nothing_is_told(plugin: Path) -> None:
    other = Path(shutil.copytree(plugin, plugin.with_name("other")))
    edit(plugin, "src/toy_reviewed/__init__.py", lambda text: f"import os\nos._exit(0)\n{text}")
    assert review(plugin).problems == ("It ends the process that loads it.",)
    edit(
        other,
        "pyproject.toml",
        lambda text: text.replace(f'[project.entry-points.earmark]\n{NAME} = "toy_reviewed"', ""),
    )
    assert "It registers nothing" in review(other).problems[0]


def test_a_build_that_needs_what_is_not_here_is_told(plugin: Path) -> None:
    edit(plugin, "pyproject.toml", lambda text: text.replace('["hatchling"]', '["hatchling", "no-such-package"]'))
    found = review(plugin)
    assert found.problems[0].startswith("Its build needs no-such-package")
    assert (found.name, found.version) == (NAME, "0.1.0")


def test_a_report_of_another_kind_is_refused(plugin: Path) -> None:
    with pytest.raises(SubmissionError, match=r"ends in \.md"):
        review(plugin, out=plugin / "report.json")


class Said:
    """An environment in which the check says what it is told."""

    python = Path("python")

    def __init__(self, out: str, **more: object) -> None:
        self.cage, self._ran = self, Ran(**{"code": 0, "out": out, "err": "", "wall_s": 0.0, "peak_bytes": 0, **more})  # type: ignore[arg-type]

    def run(self, _: object) -> Ran:
        return self._ran


def checked(environment: object) -> ReviewedModel:
    assert isinstance(environment, Environment | Said)
    return check_model(MODEL, environment)[0]  # type: ignore[arg-type]


def test_a_forged_list_of_findings_is_not_whole() -> None:
    found = checked(Said(json.dumps(PASSED, indent=2)))
    assert not found.keeps
    assert "without a whole list of findings" in found.problem


def test_a_model_that_does_not_load_needs_no_more_findings() -> None:
    found = checked(Said("printed at import\n" + json.dumps([{**PASSED[0], "outcome": "error"}], indent=2), code=1))
    assert (found.problem, found.keeps) == ("", False)


@pytest.mark.parametrize("out", ["", "[\n1]", "[\n{}]", '[\n{"check": 3}]', "[\n" * 5000, "no list"])
def test_rubbish_in_place_of_findings_is_none(out: str) -> None:
    assert checked(Said(out)).findings == ()


def test_a_check_that_was_stopped_says_so() -> None:
    assert "it took more" in checked(Said("", stopped="it took more than 3 s")).problem


@pytest.mark.parametrize("name", ["--help", "<script>", "../x", "a/b", "x.py", "hf:x", "a?b=c", "", "a b", "é" * 200])
def test_a_name_that_means_something_else_is_not_typed(name: str) -> None:
    found, ran = check_model(MODEL.model_copy(update={"name": name}), None)  # type: ignore[arg-type]
    assert ran is None
    assert "no plain name" in found.problem


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ("numpy>=1", False),
        ("numpy<1", True),
        ("no-such-package", True),
        ("no-such-package; extra == 'test'", False),
        ("numpy @ https://example.org/numpy.whl", True),
        ("--index-url x", True),
    ],
)
def test_what_is_missing_is_known(asked: str, missing: bool) -> None:
    assert is_missing(asked) is missing


def test_an_address_is_no_package_of_an_index() -> None:
    assert from_address("numpy @ https://example.org/numpy-1.tar.gz")
    assert from_address("numpy@file:///tmp/numpy")
    assert not from_address("numpy>=1")


@pytest.mark.parametrize("requires", ['["-r x"]', "3", "[3]"])
def test_what_a_build_needs_is_a_list_of_packages(plugin: Path, requires: str) -> None:
    edit(plugin, "pyproject.toml", lambda text: text.replace('["hatchling"]', requires))
    with pytest.raises(SubmissionError, match=r"build-system\.requires"):
        review(plugin)


def offer(**more: object) -> dict[str, object]:
    facts = {
        "name": "m", "version": "1", "sample_rate": 1, "dim": 1, "window_s": None, "license": "", "source": "",
        "training_data": ["etudes"], "summary": "",
    }  # fmt: skip
    return {"models": [{**facts, **more}], "others": {}, "broken": []}


@pytest.fixture
def reviewing(tmp_path: Path) -> _Reviewing:
    (tmp_path / "home").mkdir()
    cage = Cage(folder=tmp_path / "home", limits=Limits())
    return _Reviewing(environment=Environment(cage=cage, fresh=False), source=Source(kind="wheel"), progress=silent)


def test_a_model_trained_on_a_benchmark_is_marked(reviewing: _Reviewing) -> None:
    reviewing._read_offer(offer())
    assert reviewing.models[0].overlap == ("etudes",)


def test_weights_are_brought_to_no_other_place(
    reviewing: _Reviewing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models" / "m").mkdir(parents=True)
    (tmp_path / "models" / "m" / "w").write_text("w")
    module = sys.modules["earmark.submit.plugin.review"]  # the package's own name is the function
    monkeypatch.setattr(module, "check_model", lambda model, _: (model, None))
    for name in ("m", "../models/m", ".."):
        reviewing._read_offer(offer(name=name))
        reviewing._check(tmp_path / "models")
    brought = [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()]
    assert sorted(brought) == ["home/cache/models/m/w", "models/m/w"]


@pytest.mark.parametrize(
    "words", ["3", "[]", '{"models": 1}', '{"models": [3], "others": {}, "broken": []}', "[" * 9000]
)
def test_words_of_another_form_are_a_problem(reviewing: _Reviewing, words: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError, RecursionError)):
        reviewing._read_offer(json.loads(words))


def test_only_so_many_models_are_looked_at(reviewing: _Reviewing) -> None:
    some = offer()
    reviewing._read_offer({**some, "models": [some["models"][0] for _ in range(30)]})  # type: ignore[index]
    assert len(reviewing.models) == 20
    assert "It offers 30 models" in reviewing.problems[0]


def test_the_running_earmark_can_be_named() -> None:
    named = running_earmark()
    assert named.startswith("earmark") or (Path(named) / "pyproject.toml").is_file() or named.endswith(".whl")
