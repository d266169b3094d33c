"""A command as it is typed, in this process."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.cli import main

Said = tuple[object, str, str]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """For what is over at once: exit status, output and errors."""

    def type_it(*words: str | Path) -> Said:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("COLUMNS", "160")
        monkeypatch.setattr(sys, "argv", ["bench", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        return (left.value.code, *capsys.readouterr())

    return type_it
