import sys
import types

import pytest

from earmark.protocol.environment import describe


def test_a_library_that_a_model_brings_is_named_where_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    found = pytest.importorskip("onnxruntime").__version__
    monkeypatch.delitem(sys.modules, "onnxruntime")
    assert "onnxruntime" not in describe("cpu")
    monkeypatch.setitem(sys.modules, "onnxruntime", types.ModuleType("onnxruntime"))
    assert describe("cpu")["onnxruntime"] == found
