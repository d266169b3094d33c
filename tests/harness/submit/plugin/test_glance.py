"""Hints found without running a stranger's code."""

from pathlib import Path

import pytest

from earmark.submit.plugin.glance import MOST, glances


def seen(home: Path, text: str) -> list[tuple[int, str]]:
    (home / "a.py").write_text(text)
    return [(one.line, one.what) for one in glances(home)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import subprocess", "import subprocess"),
        ("import urllib.request as u", "import urllib.request"),
        ("from socket import socket", "import socket"),
        ("def f():\n    import ctypes", "import ctypes"),
        ("import pickle, json", "import pickle"),
        ("eval('1')", "eval"),
        ("import os; os.system('ls')", "os.system"),
        ("from os import system as s", "os.system"),
        ("import os; os.execv('/bin/sh', [])", "os.execv"),
        ("import torch; torch.load('w.pt')", "torch.load"),
        ("import numpy as np; np.load('w.npy')", "numpy.load"),
    ],
)
def test_what_is_worth_a_look_is_named(tmp_path: Path, text: str, what: str) -> None:
    assert [found for _, found in seen(tmp_path, text)] == [what]


def test_the_line_is_named(tmp_path: Path) -> None:
    assert seen(tmp_path, "x = 1\n\nexec('y')\n") == [(3, "exec")]


def test_plain_code_gives_no_hint(tmp_path: Path) -> None:
    assert seen(tmp_path, "import numpy\nmodel.eval()\nre.compile('a')\nself.exec = 1\n") == []


@pytest.mark.parametrize("text", ["def (", "\0", "x" + "(" * 400 + ")" * 400])
def test_code_that_cannot_be_read_is_a_hint(tmp_path: Path, text: str) -> None:
    assert [what for _, what in seen(tmp_path, text)] == ["source"]


def test_files_that_run_unseen_are_named(tmp_path: Path) -> None:
    for name in ("a.pth", "b.so", "p-1.data/scripts/python"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [one.what for one in glances(tmp_path)] == [".pth", ".so", "script"]


def test_no_more_are_listed_than_anybody_reads(tmp_path: Path) -> None:
    assert len(seen(tmp_path, "exec('y')\n" * 1000)) == MOST
