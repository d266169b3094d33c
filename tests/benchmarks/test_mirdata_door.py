"""A mirdata loader opens over files and an index of ours, and downloads nothing."""

import json
from pathlib import Path

import pytest

from earmark.errors import DatasetError, UnknownName
from earmark_benchmarks.mirdata_door import explained, open_mirdata

FORMATS = Path(__file__).parents[3] / "shared" / "data" / "formats"
needs_formats = pytest.mark.skipif(not FORMATS.exists(), reason=f"{FORMATS} is not there")
NO_CHECKSUM = "0" * 32  # mirdata reads it in validate() only


@pytest.fixture
def index(tmp_path):
    """A miniature of giantsteps_key: one track, and the index that lists it."""
    (tmp_path / "keys_gs+").mkdir()
    (tmp_path / "keys_gs+" / "1 a.txt").write_text("D major")
    files = {"audio": "audio/1 a.mp3", "meta": "meta/1 a.json", "key": "keys_gs+/1 a.txt"}
    listed = {"version": "+", "tracks": {"1": {kind: [file, NO_CHECKSUM] for kind, file in files.items()}}}
    path = tmp_path / "index.json"
    path.write_text(json.dumps(listed))
    return path


def test_a_loader_reads_our_files_by_our_index(tmp_path, index):
    track = open_mirdata("giantsteps_key", tmp_path, index).track("1")
    assert track.key == "D major"
    assert track.audio_path == str(tmp_path / "audio" / "1 a.mp3")


def test_a_misspelt_loader_gets_a_hint(tmp_path, index):
    with pytest.raises(UnknownName, match="Did you mean 'giantsteps_key'"):
        open_mirdata("giantsteps_keys", tmp_path, index)


def test_a_home_that_is_not_there(tmp_path, index):
    with pytest.raises(DatasetError, match=r"giantsteps_key: there is no folder .*gone"):
        open_mirdata("giantsteps_key", tmp_path / "gone", index)


@pytest.mark.parametrize("content", ["{", "[]", '{"version": "1"}'])
def test_an_index_that_is_none(tmp_path, index, content):
    index.write_text(content)
    with pytest.raises(DatasetError, match=r"index .*index\.json (cannot be read|lists neither tracks)"):
        open_mirdata("giantsteps_key", tmp_path, index)


def test_a_missing_annotation_names_its_file(tmp_path, index):
    track = open_mirdata("giantsteps_key", tmp_path, index).track("1")
    with (
        pytest.raises(DatasetError, match=r"giantsteps_key 1: mirdata finds no file .*1 a\.json"),
        explained("giantsteps_key 1"),
    ):
        _ = track.tempo


def test_a_track_that_the_index_does_not_list(tmp_path, index):
    opened = open_mirdata("giantsteps_key", tmp_path, index)
    with pytest.raises(DatasetError, match="ValueError"), explained("giantsteps_key"):
        opened.track("2")


@needs_formats
def test_the_real_files_of_beatles_are_read():
    index = FORMATS / "indexes" / "beatles_index_1.2_sample.json"
    track = open_mirdata("beatles", FORMATS / "beatles", index).track("0111")
    assert track.sections.intervals.shape == (len(track.sections.labels), 2)
