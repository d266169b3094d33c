"""What the tests of adapters share: the tiny world of the harness's tests, and tiny encoders."""

import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

HERE = Path(__file__).parent
WORLD = HERE.parents[1] / "harness" / "conftest.py"

sys.path.append(str(HERE))  # pytest imports tests by path, so that the modules beside them are not found otherwise
_spec = spec_from_file_location("harness_world", WORLD)
_world = module_from_spec(_spec)
_spec.loader.exec_module(_world)
table = _world.table


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a tiny encoder by kind, saved once."""
    save = pytest.importorskip("tiny_transformers").save
    world = tmp_path_factory.mktemp("checkpoints")
    return lambda kind: world / kind if (world / kind).exists() else save(kind, world / kind)
