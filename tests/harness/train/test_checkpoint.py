"""The files of a checkpoint belong together."""

from pathlib import Path

import pytest
from blake3 import blake3

from earmark.errors import EarmarkError, PluginError
from earmark.train.checkpoint import Files, from_json, is_checkpoint, read_checkpoint, to_json
from earmark.train.whole import write_whole


@pytest.mark.parametrize("out", ["a/my.model", "a/my.model.safetensors"])
def test_a_checkpoint_is_named_with_or_without_its_ending(out: str):
    files = Files.named(out)
    names = (files.weights.name, files.about.name, files.training.name, files.picture.name)
    assert names == ("my.model.safetensors", "my.model.json", "my.model.training", "my.model.png")


def test_a_description_reads_back_as_it_was(whole: Path):
    checkpoint = read_checkpoint(whole)
    assert from_json(to_json(checkpoint)) == checkpoint


def test_a_description_says_what_was_trained_on_what(whole: Path):
    checkpoint = read_checkpoint(whole)
    data = checkpoint.plan.data
    assert (checkpoint.name, data.name, data.train, data.valid) == ("toy-tiny", "tones", 8, 4)
    assert checkpoint.weights == blake3(whole.read_bytes()).hexdigest()
    assert [t["classes"] for t in checkpoint.plan.targets] == [["high", "low"], ["sine", "tone"], []]


def test_a_description_of_other_weights_is_refused(whole: Path, tmp_path: Path):
    (tmp_path / "t.json").write_bytes(whole.with_suffix(".json").read_bytes())
    (tmp_path / "t.safetensors").write_bytes(whole.read_bytes()[:-4] + b"\0\0\0\1")
    with pytest.raises(PluginError, match="speaks of the weights"):
        read_checkpoint(tmp_path / "t")


def test_a_missing_file_is_named(whole: Path, tmp_path: Path):
    (tmp_path / "t.safetensors").write_bytes(whole.read_bytes())
    with pytest.raises(PluginError, match=r"t\.json cannot be read \(No such file"):
        read_checkpoint(tmp_path / "t")


@pytest.mark.parametrize("text", ["{}", "[]", '{"format": "another"}', "\0"])
def test_other_json_beside_weights_makes_no_checkpoint(tmp_path: Path, text: str):
    (tmp_path / "t.safetensors").write_bytes(b"weights")
    (tmp_path / "t.json").write_text(text)
    assert not is_checkpoint(tmp_path / "t.safetensors")
    with pytest.raises(PluginError, match="does not describe a checkpoint"):
        read_checkpoint(tmp_path / "t")


def test_a_folder_that_cannot_be_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EarmarkError, match="cannot be written: File exists"):
        write_whole({tmp_path / "file" / "t.json": b""})
