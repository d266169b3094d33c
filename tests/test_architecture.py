"""The floors of the house, and what listing may cost."""

import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "sklearn", "scipy", "pandas", "datasets", "librosa", "matplotlib", "mir_eval")
ALLOWED_AT_TOP = {
    "harness", "plugins", "benchmarks", "leaderboards", "tests", "pyproject.toml", "README.md", "CHANGELOG.md",
    "CONTRIBUTING.md", "LICENSE", "constraints.txt",
}  # fmt: skip


def test_the_floors_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_the_top_level_holds_what_it_should() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {line.split("/")[0] for line in tracked.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= ALLOWED_AT_TOP


NAMES = ("run", "data", "show", "check", "new", "train", "robust", "perturbations", "neighbours",
         "compare", "gate", "submit", "verify", "leaderboard", "site")  # fmt: skip
HELP = (["--help"], ["models"], ["perturbations"], *([name, "--help"] for name in NAMES))


@pytest.mark.parametrize("command", HELP)
def test_help_and_listing_import_nothing_heavy(command: list[str]) -> None:
    program = (
        "import sys; from earmark.cli import main; sys.argv = ['bench', *sys.argv[1:]]\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", program, *command], capture_output=True, text=True, check=True)
    assert found.stderr.strip().splitlines()[-1] == "[]"


def test_every_plugin_module_is_declared_and_installed() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["earmark"]
    installed = {e.name: e.value for e in entry_points(group="earmark") if e.dist and e.dist.name == "earmark"}
    assert installed == declared, "The entry points have changed: run `pip install -e .` again."


@pytest.mark.parametrize("kind", ["models", "adapters", "trainers", "perturbations", "presets", "translators"])
def test_every_plugin_file_is_declared(kind: str) -> None:
    declared = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["earmark"].values())
    found = {module.name for module in iter_modules([str(ROOT / "plugins/earmark_plugins" / kind)])}
    assert found
    assert {f"earmark_plugins.{kind}.{name}" for name in found} <= declared
