"""What the plugin costs, and says, in suites that do not use it."""

import subprocess
import sys
from pathlib import Path

HEAVY = ("torch", "numpy", "pandas", "scipy", "sklearn", "librosa", "matplotlib", "datasets", "soundfile", "pydantic")


def python(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)


def test_importing_it_imports_nothing_heavy(tmp_path: Path) -> None:
    program = f"import sys, earmark.pytest_plugin; print([name for name in {HEAVY} if name in sys.modules])"
    assert python("-c", program, folder=tmp_path).stdout.strip() == "[]"


def test_a_suite_that_does_not_use_it_stays_light(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        f"import sys\ndef test_light():\n    assert not [name for name in {HEAVY} if name in sys.modules]\n"
    )
    found = python("-m", "pytest", "-q", "-p", "no:hypothesispytest", folder=tmp_path)
    assert "1 passed" in found.stdout, found.stdout
    assert "earmark" not in found.stdout


def test_without_a_model_the_fixture_skips_and_says_what_to_pass(tmp_path: Path) -> None:
    (tmp_path / "test_release.py").write_text("def test_release(embed_benchmark):\n    embed_benchmark()\n")
    found = python("-m", "pytest", "-q", "-rs", folder=tmp_path)
    assert found.returncode == 0
    assert "--earmark-model my_model.py --earmark-baseline result.json" in found.stdout


def test_fixtures_are_listed_with_what_they_do(tmp_path: Path) -> None:
    found = python("-m", "pytest", "--fixtures", folder=tmp_path)
    assert "embed_benchmark -- " in found.stdout
    assert "The release gate for the model of --earmark-model" in found.stdout
