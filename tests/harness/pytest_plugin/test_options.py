"""The options on the command line and in the ini file, and the limits that they set."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from earmark.errors import EarmarkError
from earmark.pytest_plugin.limits import NOISE_BYTES, allowance, larger
from earmark.pytest_plugin.settings import Settings
from earmark.pytest_plugin.speed import Timed, slower, unmeasurable
from earmark.pytest_plugin.words import another_place

pytest_plugins = ["pytester"]

INI = """
[tool.pytest.ini_options]
earmark_model = "models/my_model.py::second?layer=3"
earmark_baseline = "leaderboard:bands@1"
earmark_allow = ["tempo=-0.01", "key=-0.02"]
"""
Read = Callable[..., Settings]


@pytest.fixture
def read(pytester: pytest.Pytester) -> Read:
    """Reads the settings of a project with that pyproject.toml and these words on the command line."""
    (pytester.mkdir("models") / "my_model.py").touch()

    def settings(ini: str, *words: str) -> Settings:
        pytester.makepyprojecttoml(ini)
        return Settings.of(pytester.parseconfig(*words))

    return settings


def test_the_ini_file_fills_the_options(read: Read) -> None:
    found = read(INI)
    assert (found.baseline, found.allow) == ("leaderboard:bands@1", ("tempo=-0.01", "key=-0.02"))


def test_a_model_in_the_ini_file_lies_beside_it(read: Read, pytester: pytest.Pytester) -> None:
    assert read(INI).model == f"{pytester.path}/models/my_model.py::second?layer=3"


def test_a_name_of_a_model_in_the_ini_file_stays_a_name(read: Read) -> None:
    assert read('[tool.pytest.ini_options]\nearmark_model = "log-mel"').model == "log-mel"


def test_the_command_line_wins_over_the_ini_file(read: Read) -> None:
    found = read(INI, "--earmark-model=other.py", "--earmark-allow=all=-0.1")
    assert (found.model, found.allow) == ("other.py", ("all=-0.1",))


def test_without_a_word_there_is_no_model_and_results_go_beside_it(read: Read, pytester: pytest.Pytester) -> None:
    found = read("[tool.pytest.ini_options]")
    assert (found.model, found.results) == ("", pytester.path / ".earmark")


def test_workers_that_are_no_number_are_refused(read: Read) -> None:
    with pytest.raises(pytest.UsageError, match="not 'two'"):
        read(INI, "--earmark-workers=two")


@pytest.mark.parametrize(
    ("expression", "expected"), [("10%", 20e6), ("2.5%", 5e6), ("1 GB", 1e9), ("200MB", 200e6), ("7", 7)]
)
def test_memory_may_grow_by_a_share_or_by_bytes(expression: str, expected: float) -> None:
    assert allowance(expression, 200_000_000) == pytest.approx(expected)


@pytest.mark.parametrize("expression", ["ten", "-5%", "10 %%", "1e3MB", "mean:10%"])
def test_memory_limits_that_mean_nothing_are_refused(expression: str) -> None:
    with pytest.raises(EarmarkError, match="write 10% or 200MB"):
        allowance(expression, 1)


PLACE = {"system": "Linux x86_64", "cores": "2", "device": "cpu"}
EXTRA = {
    "model": "bands", "version": "1", "audio_s": 60.0, "audio_s_per_s": 60.0, "peak_memory_bytes": 100_000_000,
    "environment": PLACE,
}  # fmt: skip


def saved(**extra: Any) -> Any:
    """What pytest-benchmark has loaded: one run of one test, at a second a round."""
    stats = dict.fromkeys(("min", "max", "mean", "median"), 1.0)
    return SimpleNamespace(compared_mapping={"0001.json": {"t": {"stats": stats, "extra_info": EXTRA | extra}}})


def timed(seconds: float, name: str = "t") -> Timed:
    stats = SimpleNamespace(**dict.fromkeys(("min", "max", "mean", "median"), seconds))
    return Timed(name=name, stats=stats, extra=EXTRA | {"version": "2", "audio_s_per_s": 60 / seconds}, rounds=5)


@pytest.mark.parametrize(
    ("expression", "seconds", "fails"),
    [("mean:10%", 1.11, True), ("mean:10%", 1.09, False), ("min:0.5", 1.51, True), ("min:0.5", 1.49, False),
     ("median:10%", 0.5, False)],
)  # fmt: skip
def test_speed_fails_by_the_words_of_benchmark_compare_fail(expression: str, seconds: float, fails: bool) -> None:
    assert bool(slower(saved(), timed(seconds), [expression])) is fails


def test_speed_without_a_saved_run_of_this_test_is_no_pass() -> None:
    with pytest.raises(EarmarkError, match="--benchmark-autosave"):
        slower(saved(), timed(1.0, "another"), ["mean:10%"])


def test_speed_of_other_audio_is_not_compared() -> None:
    with pytest.raises(EarmarkError, match=r"30.0 s of audio a round and this one 60 s"):
        slower(saved(audio_s=30.0), timed(1.0), ["mean:10%"])


def test_a_slower_time_from_another_machine_says_so() -> None:
    (text,) = slower(saved(environment=PLACE | {"cores": "8"}), timed(2.0), ["mean:10%"])
    assert "cores 8 → 2" in text
    assert "+100%" in text


def test_the_same_machine_needs_no_word() -> None:
    assert another_place(PLACE, PLACE) == []


def facts(name: str = "bands") -> Any:
    return SimpleNamespace(info=SimpleNamespace(name=name), environment=PLACE)


def test_memory_within_the_limit_passes() -> None:
    assert larger(saved(), facts(), (149_000_000, 60.0), "50%") == []


def test_memory_beyond_the_limit_names_both() -> None:
    (text,) = larger(saved(), facts(), (151_000_000, 60.0), "50%")
    assert "151 MB" in text
    assert "was 100 MB with version 1" in text


def test_what_an_allocator_moves_is_no_growth() -> None:
    assert larger(saved(), facts(), (100_000_000 + NOISE_BYTES, 60.0), "1%") == []
    assert larger(saved(), facts(), (100_000_001 + NOISE_BYTES, 60.0), "1%")


@pytest.mark.parametrize("other", [{"model": "others"}, {"audio_s": 30.0}])
def test_memory_of_another_model_or_other_audio_is_not_compared(other: dict[str, Any]) -> None:
    with pytest.raises(EarmarkError, match="nothing to compare with"):
        larger(saved(**other), facts(), (1, 60.0), "10%")


def test_memory_without_pytest_benchmark_has_nothing_to_compare_with() -> None:
    with pytest.raises(EarmarkError, match="nothing to compare with"):
        larger(None, facts(), (1, 60.0), "10%")


def test_without_a_limit_nothing_is_compared() -> None:
    assert larger(None, facts(), (1, 60.0), "") == slower(saved(), timed(9.0), []) == []


def test_a_disabled_benchmark_is_no_measurement() -> None:
    assert "-n 0" in unmeasurable(SimpleNamespace(disabled=True))
