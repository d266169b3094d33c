"""The section of a project's own file: found upwards, checked key by key, and overruled by what is typed."""

from pathlib import Path

import pytest

from earmark.errors import EarmarkError, UnknownName
from earmark.gate.config import find_config, read_config
from earmark.gate.settings import allowances, settings_of

WHOLE = """
[project]
name = "mine"
[tool.earmark.gate]
against = "leaderboard:mine@1"
board = "boards"
smallest = 0.1
require-data = true
tasks = ["tempo", "key"]
conditions = ["clean"]
[tool.earmark.gate.allow]
all = -0.005
tempo = -0.01
"tempo@mp3:32" = -0.05
"""


@pytest.fixture
def write(tmp_path: Path):
    def write_it(text: str) -> Path:
        path = tmp_path / "pyproject.toml"
        path.write_text(text)
        return path

    return write_it


def gate_of(line: str) -> str:
    return f"[tool.earmark.gate]\n{line}\n"


def test_every_key_is_read(write, tmp_path):
    settings = settings_of({}, write(WHOLE), tmp_path)
    terms = settings.terms()
    assert terms.allowances == {"all": -0.005, "tempo": -0.01, "tempo@mp3:32": -0.05}
    assert (terms.tasks, terms.conditions, terms.smallest, terms.require_data) == (
        ("tempo", "key"),
        ("clean",),
        0.1,
        True,
    )
    assert settings.values["against"] == "leaderboard:mine@1"
    assert set(settings.sources.values()) == {"pyproject.toml"}


def test_the_nearest_file_with_the_section_is_found_above(write, tmp_path):
    path, deep = write(WHOLE), tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text('[project]\nname = "another"\n')
    assert find_config(deep) == path


def test_a_file_named_by_the_user_must_have_the_section(write):
    with pytest.raises(EarmarkError, match=r"has no section \[tool.earmark.gate\]"):
        read_config(write('[project]\nname = "mine"\n'))


def test_a_misspelt_key_names_the_file_and_gets_a_hint(write):
    path = write(gate_of("alow = {tempo = -0.01}"))
    with pytest.raises(UnknownName, match="Did you mean 'allow'") as refused:
        read_config(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("line", [
    "against = 1", 'against = ""', 'allow = "tempo=-0.01"', 'allow = {tempo = "-0.01"}', "allow = {tempo = true}",
    'smallest = "0.1"', "require-data = 1", 'tasks = "tempo"', "conditions = [1]", "board = []",
])  # fmt: skip
def test_a_value_of_the_wrong_kind_names_the_file_and_the_key(write, line):
    path = write(gate_of(line))
    with pytest.raises(EarmarkError, match=line.partition(" ")[0]) as refused:
        read_config(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    "line", ["allow = {tempo = nan}", "allow = {tempo = 0.01}", "smallest = -0.1", "smallest = nan"]
)
def test_a_number_that_cannot_be_meant_is_refused(write, tmp_path, line):
    with pytest.raises(EarmarkError):
        settings_of({}, write(gate_of(line)), tmp_path).terms()


def test_a_file_that_is_no_toml_says_so(write):
    with pytest.raises(EarmarkError, match="is no TOML file"):
        read_config(write("[tool"))


def test_what_is_typed_wins_name_by_name(write, tmp_path):
    typed = {"allow": {"tempo": -0.2}, "smallest": 0.3, "require-data": None}
    settings = settings_of(typed, write(WHOLE), tmp_path)
    assert settings.terms().allowances == {"all": -0.005, "tempo": -0.2, "tempo@mp3:32": -0.05}
    assert settings.terms().smallest == 0.3
    assert settings.terms().require_data
    assert settings.sources["allow tempo"] == settings.sources["smallest"] == "the command line"
    assert settings.sources["allow all"] == settings.sources["require-data"] == "pyproject.toml"


def test_a_result_that_the_file_names_lies_beside_the_file(write, tmp_path):
    path = write(gate_of('against = "old/etudes.json"\nboard = "boards"'))
    settings = settings_of({}, path, tmp_path)
    assert settings.values["against"] == str(tmp_path / "old" / "etudes.json")
    assert settings.values["board"] == str(tmp_path / "boards")


def test_without_any_file_nothing_is_set(tmp_path):
    settings = settings_of({"tasks": None}, None, tmp_path)
    assert (dict(settings.sources), dict(settings.terms().allowances)) == ({}, {})


def test_allowances_are_read_from_the_right(tmp_path):
    assert allowances(["tempo@mp3:32=-0.05", " all = 0"]) == {"tempo@mp3:32": -0.05, "all": 0.0}


@pytest.mark.parametrize("typed", [["tempo"], ["tempo=-1%"], ["tempo=0.01"], ["tempo=nan"], ["a=0", "a=0"]])
def test_a_typed_allowance_that_cannot_be_meant_is_refused(typed):
    with pytest.raises(EarmarkError, match=typed[0].partition("=")[0]):
        allowances(typed)
