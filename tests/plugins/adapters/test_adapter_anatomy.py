"""What every bundled adapter has in common, walked module by module."""

import json
import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

import pytest

import earmark_plugins.adapters

MODULES = sorted(m.name for m in iter_modules(earmark_plugins.adapters.__path__))
HEAVY = ("torch", "librosa", "scipy", "sklearn", "pandas", "pyarrow", "soundfile", "transformers", "onnxruntime")
each_module = pytest.mark.parametrize("module", [import_module(f"earmark_plugins.adapters.{m}") for m in MODULES])


def test_every_module_is_declared_as_a_plugin():
    """If this fails, add the module to [project.entry-points.earmark] and install again: pip install -e ."""
    declared = {e.value for e in entry_points(group="earmark")}
    assert {f"earmark_plugins.adapters.{m}" for m in MODULES} <= declared


def test_listing_the_adapters_imports_nothing_heavy():
    code = (
        "import json, sys\nfrom importlib import import_module\n"
        f"for m in {MODULES!r}: import_module('earmark_plugins.adapters.' + m).provide_adapters()\n"
        f"print(json.dumps([h for h in {HEAVY!r} if h in sys.modules]))"
    )
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(listed.stdout) == []


@each_module
def test_its_module_says_source_and_licence(module):
    assert "Source: " in module.__doc__
    assert "Licence: " in module.__doc__


@each_module
def test_its_name_is_its_module_and_its_summary_a_sentence(module):
    (adapter,) = module.provide_adapters()
    assert adapter.name.replace("-", "_") == module.__name__.rpartition(".")[2]
    assert adapter.summary.endswith(".")
