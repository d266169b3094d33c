"""The parts of the fixture, called in this process."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from earmark import run
from earmark.errors import EarmarkError
from earmark.protocol import Recordings
from earmark.pytest_plugin.baseline import baseline_path, gate_settings
from earmark.pytest_plugin.facts import as_before
from earmark.pytest_plugin.gated import EmbedBenchmark
from earmark.pytest_plugin.settings import Settings
from earmark.result import write_result
from earmark.robust import robust

MODEL = """
import numpy as np
from earmark import ModelInfo, hookimpl


class Loudness:
    def embed(self, audio):
        return np.asarray(audio).reshape(len(audio), -1, 800).std(axis=2, keepdims=True)


@hookimpl
def provide_models():
    return [ModelInfo(name="loudness", version="1", sample_rate=8000, dim=1, window_s=1.0, load=Loudness)]
"""
GATE = """
[tool.earmark.gate]
against = "old.json"
allow = {tempo = -0.01, key = -0.02}
require-data = true
"""
Fixture = Callable[..., EmbedBenchmark]


@pytest.fixture(scope="module")
def genres(tmp_path_factory: pytest.TempPathFactory, table: Path) -> Path:
    """The tones with their genres alone: one task, which takes a second."""
    rows = [line.split(",") for line in table.read_text().splitlines()[1:]]
    lines = [f"{track},{table.parent / path},{group},{split},{genre}" for track, path, group, split, genre, *_ in rows]
    path = tmp_path_factory.mktemp("genres") / "genres.csv"
    path.write_text("\n".join(["id,path,group,split,genre", *lines]) + "\n")
    return path


@pytest.fixture
def settings(tmp_path: Path, genres: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("EARMARK_CACHE", str(tmp_path / "cache"))
    (tmp_path / "model.py").write_text(MODEL)
    return Settings(
        model=str(tmp_path / "model.py"), baseline="", benchmark="", data=genres, allow=(), speed_fail=(),
        memory_fail="", results=tmp_path / "new", device="cpu", workers=1, trust=frozenset(), project=tmp_path,
        loud=False,
    )  # fmt: skip


def fixture(settings: Settings) -> EmbedBenchmark:
    """What pytest would hand to a test."""
    config = SimpleNamespace(stash=pytest.Stash(), pluginmanager=SimpleNamespace(get_plugin=lambda name: None))
    node = SimpleNamespace(user_properties=[])
    request: Any = SimpleNamespace(config=config, node=node)
    return EmbedBenchmark(request, settings)


def told(found: EmbedBenchmark) -> str:
    return "\n".join(text for _, text in found._request.node.user_properties)


def test_a_first_result_is_written_and_named_as_the_baseline_to_be(settings: Settings) -> None:
    with pytest.raises(pytest.skip.Exception, match=r"keep .*loudness/1/.*\.json as --earmark-baseline"):
        fixture(settings).scores()
    assert len(list(settings.results.rglob("*.json"))) == 1


def test_the_baseline_is_never_overwritten(settings: Settings) -> None:
    with pytest.raises(pytest.skip.Exception):
        fixture(settings).scores()
    (first,) = settings.results.rglob("*.json")
    before = first.read_bytes()
    with pytest.raises(pytest.fail.Exception, match="is the baseline itself"):
        fixture(replace(settings, baseline=str(first))).scores()
    assert first.read_bytes() == before


def test_a_robust_baseline_is_gated_under_its_conditions(settings: Settings) -> None:
    old = robust(settings.model, Recordings(path=settings.data), ["polarity", "gain:-6"], workers=1)
    write_result(old, settings.project / "old.json")
    found = fixture(replace(settings, baseline=str(settings.project / "old.json")))
    new = found.scores()
    assert new.robustness is not None
    assert [c.name for c in new.robustness.conditions] == [c.name for c in old.robustness.conditions]  # type: ignore[union-attr]
    assert "(3 comparisons" in told(found)


def test_a_run_asks_what_the_baseline_asked(settings: Settings) -> None:
    how: Any = {"tasks": ["genre"], "workers": 1, "seed": 3, "limit": 20}
    old = run(settings.model, Recordings(path=settings.data), **how)
    write_result(old, settings.project / "old.json")
    new = fixture(replace(settings, baseline=str(settings.project / "old.json"))).scores()
    assert (new.seed, new.limit, new.asked) == (3, 20, ("genre",))
    assert [(t.task, t.probe, t.main) for t in new.tasks] == [(t.task, t.probe, t.main) for t in old.tasks]


@pytest.mark.parametrize("probes", [("linear",), ("mlp",), ("linear", "mlp"), ("foote",)])
def test_a_run_uses_the_probes_of_the_baseline(settings: Settings, probes: tuple[str, ...]) -> None:
    old = run(settings.model, Recordings(path=settings.data), workers=1)
    tasks = tuple(old.tasks[0].model_copy(update={"probe": probe}) for probe in probes)
    expected = ["linear"] if probes == ("foote",) else list(probes)
    assert as_before(old.model_copy(update={"tasks": tasks}))["probes"] == expected


def test_a_baseline_of_unknown_data_says_which_option_names_them(settings: Settings) -> None:
    old = run(settings.model, Recordings(path=settings.data), workers=1)
    write_result(old, settings.project / "old.json")
    with pytest.raises(pytest.fail.Exception, match="--earmark-data"):
        fixture(replace(settings, baseline=str(settings.project / "old.json"), data=None)).scores()


def test_neither_baseline_nor_benchmark_says_what_to_name(settings: Settings) -> None:
    with pytest.raises(pytest.fail.Exception, match="--earmark-benchmark"):
        fixture(replace(settings, data=None)).scores()


def test_what_cannot_be_compared_is_no_pass_in_the_summary_either(settings: Settings) -> None:
    old = run(settings.model, Recordings(path=settings.data), workers=1)
    other = old.model_copy(update={"benchmark": old.benchmark.model_copy(update={"version": "0"})})
    write_result(other.with_tables(old.tables), settings.project / "old.json")
    with pytest.raises(pytest.fail.Exception, match="cannot be compared"):
        fixture(replace(settings, baseline=str(settings.project / "old.json"))).scores()
    (summary,) = settings.results.rglob("*.gate.md")
    assert "FAILED" in summary.read_text().splitlines()[0]


def test_a_misspelt_model_is_a_sentence(settings: Settings) -> None:
    with pytest.raises(pytest.fail.Exception, match="Did you mean 'log-mel'"):
        fixture(replace(settings, model="log-mell")).check()


def test_without_pytest_benchmark_speed_is_skipped_with_the_reason(settings: Settings) -> None:
    with pytest.raises(pytest.skip.Exception, match="-p no:benchmark"):
        fixture(settings).speed()


def test_the_gate_of_the_project_counts_under_the_options(settings: Settings) -> None:
    (settings.project / "pyproject.toml").write_text(GATE)
    found = gate_settings(replace(settings, allow=("tempo=-0.5",)))
    assert found.terms().allowances == {"tempo": -0.5, "key": -0.02}
    assert found.terms().require_data


def test_the_baseline_of_the_project_counts_where_no_option_names_one(settings: Settings) -> None:
    (settings.project / "pyproject.toml").write_text(GATE)
    assert baseline_path(settings, gate_settings(settings)) == settings.project / "old.json"
    other = replace(settings, baseline="other.json")
    assert baseline_path(other, gate_settings(other)) == Path("other.json")


def test_an_allowance_that_means_nothing_is_refused(settings: Settings) -> None:
    with pytest.raises(EarmarkError, match="tempo"):
        gate_settings(replace(settings, allow=("tempo",)))


class Parts(EmbedBenchmark):
    """Parts of which two fail and one is skipped."""

    def check(self, *, quick: bool = False) -> Any:
        pytest.fail("it is deaf", pytrace=False)

    def scores(self, *words: Any, **how: Any) -> Any:
        return None

    def speed(self, **how: Any) -> Any:
        pytest.skip("no clock")

    def memory(self, **how: Any) -> Any:
        pytest.fail("it is fat", pytrace=False)


def test_one_call_does_every_part_and_fails_once_with_all(settings: Settings) -> None:
    found = fixture(settings)
    parts = Parts(found._request, settings)
    with pytest.raises(pytest.fail.Exception, match=r"it is deaf\n\nit is fat"):
        parts()
    assert "skipped: no clock" in told(parts)
