"""What is registered of a data set: printed by one command, kept in a file beside the plugin, found again."""

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from blake3 import blake3
from sklearn.metrics import accuracy_score

from earmark import Dataset, DatasetInfo
from earmark.cli.data import checksums
from earmark.errors import DatasetError, EarmarkError, PluginError
from earmark.protocol.registration import registration_of
from earmark.registry import load_catalogue
from earmark.registry.checksums import registered

BARE = DatasetInfo(name="own", version="1", license="", source="", targets=(), load=print, folder=Path)
PLUGIN = """
from pathlib import Path
from earmark import DatasetInfo, Target, hookimpl
@hookimpl
def provide_datasets():
    return [DatasetInfo(name="own", version="{version}", license="", source="", targets=(), load=print, folder=Path)]
"""


def plugin(folder: Path, content: str, version: str = "1") -> ModuleType:
    (folder / "own.py").write_text(PLUGIN.format(version=version))
    (folder / "checksums.json").write_text(content)
    module = ModuleType("own")
    module.__file__ = str(folder / "own.py")
    exec((folder / "own.py").read_text(), vars(module))  # noqa: S102 - our own lines
    return module


def found_in(module: ModuleType) -> DatasetInfo:
    return load_catalogue([module]).datasets["own"]


def test_what_lies_beside_a_plugin_is_registered(tmp_path: Path) -> None:
    said = {"own": {"version": "1", "checksum": "c", "answers": {"key": "a"}, "tracks": {"test": 3}}}
    info = found_in(plugin(tmp_path, json.dumps(said)))
    assert (info.checksum, info.answers, info.tracks) == ("c", {"key": "a"}, {"test": 3})


def test_another_version_registers_nothing(tmp_path: Path) -> None:
    said = json.dumps({"own": {"version": "1", "checksum": "c"}})
    assert found_in(plugin(tmp_path, said, version="2")).checksum == ""


def test_what_a_plugin_says_itself_counts_more(tmp_path: Path) -> None:
    module = plugin(tmp_path, json.dumps({"own": {"version": "1", "checksum": "c"}}))
    assert registered(replace(found_in(module), checksum="own"), module).checksum == "own"


@pytest.mark.parametrize("content", ["{", "[]", '{"own": 1}'])
def test_a_broken_file_blocks_only_its_plugin(tmp_path: Path, content: str) -> None:
    module = plugin(tmp_path, content)
    assert "bench data checksums" in load_catalogue([module]).broken[0]
    with pytest.raises(PluginError):
        registered(
            DatasetInfo(name="own", version="1", license="", source="", targets=(), load=print, folder=Path), module
        )


def test_a_run_remembers_what_is_registered(tiny: Dataset, made: dict[str, Path]) -> None:
    record, found = json.loads(made["mfcc"].read_text()), registration_of(tiny)
    (data,) = record["datasets"]
    assert data["checksum"] == found["checksum"]
    assert data["tracks"] == found["tracks"] == {"train": 30, "valid": 12, "test": 18}
    for task in record["tasks"]:
        assert task["tracks"] == found["labelled"][task["target"]]
        assert {score["metric"]: score["value"] for score in task["chance"]} == found["chance"][task["target"]]


def test_chance_is_the_best_constant_answer(tiny: Dataset) -> None:
    train, test = ([t.labels["genre"] for t in tiny.tracks if t.split == split] for split in ("train", "test"))
    likeliest = max(sorted(set(train)), key=train.count)
    expected = {
        accuracy_score(test, [name] * len(test)) for name in set(train) if train.count(name) == train.count(likeliest)
    }
    assert registration_of(tiny)["chance"]["genre"]["accuracy"] in expected


def test_the_truth_of_the_test_split_has_a_checksum(tiny: Dataset) -> None:
    rows = sorted([t.id, t.group, t.labels["key"]] for t in tiny.tracks if t.split == "test")
    expected = blake3(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    assert registration_of(tiny)["answers"]["key"] == expected


def test_nothing_is_registered_of_recordings_that_cannot_be_read(tiny: Dataset, tmp_path: Path) -> None:
    gone = replace(tiny.tracks[0], source=replace(tiny.tracks[0].source, path=tmp_path / "gone.wav"))
    with pytest.raises(DatasetError, match="cannot be read"):
        registration_of(replace(tiny, tracks=(gone, *tiny.tracks[1:])))


@pytest.mark.usefixtures("registered")
def test_the_command_prints_what_the_file_holds(
    tiny: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checksums("tiny", cache=tmp_path, quiet=True)
    assert json.loads(capsys.readouterr().out) == {"tiny": registration_of(tiny)}
    with pytest.raises(EarmarkError):
        checksums("tiny?font=x", cache=tmp_path)


@pytest.mark.usefixtures("registered")
def test_another_truth_gives_another_checksum(tiny: Dataset, tmp_path: Path) -> None:
    last = tiny.tracks[-1]
    other = replace(last, labels={**last.labels, "tempo": 99.0})
    changed = registration_of(replace(tiny, tracks=(*tiny.tracks[:-1], other)))
    found = registration_of(tiny)
    assert changed["checksum"] != found["checksum"]
    assert {name for name in found["answers"] if found["answers"][name] != changed["answers"][name]} == {"tempo"}
