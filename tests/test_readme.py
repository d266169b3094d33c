"""What README shows must work as it stands."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark import run
from earmark.protocol import Recordings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    {found.split("#")[0].strip() for found in re.findall(r"^(?:\s+- run: )?(bench .*)$", README, re.MULTILINE)}
)


def block(marker: str) -> str:
    """The code block that follows a marker."""
    found = re.search(rf"<!-- {marker} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_two_commands_stand_on_one_line_each() -> None:
    assert block("run").count("\n") == 1
    assert block("run").startswith("pip install -c constraints.txt . && bench run --model log-mel")
    assert block("test").startswith('pip install -c constraints.txt -e ".[dev]" && pytest')


def test_the_model_of_the_readme_runs(tmp_path: Path) -> None:
    (tmp_path / "my_model.py").write_text(block("model"))
    rows = ["path,split,genre"]
    for i in range(12):
        tone = (0.1 + 0.4 * (i % 2)) * np.sin(np.arange(24_000) * 0.2)
        soundfile.write(tmp_path / f"{i}.wav", tone, 16_000)
        rows.append(f"{i}.wav,{('train', 'valid', 'test')[i // 4]},{('soft', 'loud')[i % 2]}")
    (tmp_path / "tracks.csv").write_text("\n".join(rows))
    result = run(str(tmp_path / "my_model.py"), Recordings(path=tmp_path / "tracks.csv"), cache=tmp_path, workers=1)
    assert result.task("genre").main.value == 1.0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_that_the_readme_shows_exists(command: str) -> None:
    words = shlex.split(command)[1:]
    path = [word for word in words[:2] if not word.startswith("-") and word in COMMAND_WORDS]
    shown = subprocess.run(
        [sys.executable, "-m", "earmark", *path, "--help"], capture_output=True, text=True, check=True
    )
    assert {word for word in words if word.startswith("--")} <= set(re.findall(r"--[\w-]+", shown.stdout))


COMMAND_WORDS = {
    "run",
    "robust",
    "neighbours",
    "perturbations",
    "show",
    "models",
    "tasks",
    "data",
    "where",
    "list",
    "clear",
    "make",
    "get",
    "check",
    "new",
    "train",
    "checksums",
    "compare",
    "gate",
    "submit",
    "verify",
    "leaderboard",
    "site",
}


def test_every_picture_that_the_readme_shows_is_there() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert shown
    assert all((Path(__file__).parents[1] / path).is_file() for path in shown), shown
