"""What opening a .pt2 archive would run, asked before it is opened.

``torch.export.load`` unpickles some of what it finds with no guard, loads compiled libraries, evaluates the text of
shapes with sympy and looks operators up by name. So an archive is refused when it holds a pickle that is not plain
weights, a compiled library, a shape that is more than arithmetic, or an operator that is not one of torch's own.
These are the ways known of torch 2.13; torch itself promises nothing of files from strangers.
Source: torch/export/pt2_archive/_package.py and torch/_export/serde/serialize.py of torch 2.13.
"""

import ast
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from earmark.errors import PluginError

ARITHMETIC = frozenset(
    re.findall(
        r"\w+",
        "Symbol Integer Float Rational Add Mul Pow Max Min Mod Abs Eq Ne Lt Le Gt Ge And Or Not floor ceiling "
        "FloorDiv ModularIndexing Where PythonMod CleanDiv CeilToInt FloorToInt CeilDiv PowByNatural FloatPow "
        "FloatTrueDiv IntTrueDiv TruncToFloat TruncToInt RoundToInt ToFloat Identity true false oo int_oo",
    )
)
"""Names that a shape may call."""
SYMBOL = re.compile(r"-?\w+(\.\d+)?")
PLAIN = (ast.Expression, ast.Call, ast.Name, ast.Constant, ast.keyword, ast.Load, ast.UnaryOp, ast.USub)
NUMBERS = "add sub mul truediv floordiv mod pow neg pos abs eq ne lt le gt ge and_ or_ not_ getitem"
OPERATOR = re.compile(
    r"torch\.ops\.(aten|prims|prim|higher_order|quantized_decomposed)\.\w+(\.\w+)?"
    rf"|_operator\.({NUMBERS.replace(' ', '|')})|math\.\w+|torch\.sym_\w+|torch\._sym_sqrt"
)
GRAPH = re.compile(r"[^/]+/models/[^/]+\.json")
TABLE = re.compile(r"[^/]+/data/(weights|constants)/[^/]+_config\.json")
INPUTS = re.compile(r"[^/]+/data/sample_inputs/[^/]+\.pt")
LEGACY = re.compile(r"[^/]+/data/(weights|constants)/[^/]+\.pt")
COMPILED = re.compile(r"[^/]+/data/aotinductor/.*")


def check_archive(path: Path) -> None:
    """Raise PluginError with the reasons why opening the archive could run code that is not torch's."""
    try:
        with zipfile.ZipFile(path) as archive:
            reasons = sorted(set(_reasons(archive)))
    except (zipfile.BadZipFile, json.JSONDecodeError, UnicodeDecodeError, OSError) as error:
        raise PluginError(f"{path} is no whole .pt2 file ({error}); save it again with torch.export.save.") from error
    if reasons:
        raise PluginError(
            f"{path} holds more than operators of torch and weights: {'; '.join(reasons[:5])}. To open it, code that "
            "comes with it may run; if you trust whoever made it, add --trust-weights."
        )


def _reasons(archive: zipfile.ZipFile) -> Iterator[str]:
    names = archive.namelist()
    if len(set(names)) != len(names):
        yield "one of its parts comes twice"
    if not any(GRAPH.fullmatch(name) for name in names):
        yield "it is of the form before torch 2.8"
    for name in names:
        for form, look in LOOKS.items():
            if form.fullmatch(name):
                yield from look(name, archive)


def _graph(name: str, archive: zipfile.ZipFile) -> Iterator[str]:
    """Look at the operators and the shapes of a program."""
    for key, value in _leaves(json.loads(archive.read(name))):
        if key in ("target", "as_operator") and not OPERATOR.fullmatch(value):
            yield f"the operator {value}"
        elif key == "expr_str" and not is_arithmetic(value):
            yield f"the shape {value!r}"


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield all texts of a JSON document with the key that they stand under."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, key)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, name)


def is_arithmetic(expression: str) -> bool:
    """Whether the text of a shape calls nothing but arithmetic, such as ``Mul(Integer(2), Symbol('s77'))``."""
    try:
        nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    names = [node.id for node in nodes if isinstance(node, ast.Name)]
    return (
        all(isinstance(node, PLAIN) for node in nodes)
        and all(name in ARITHMETIC for name in names)
        and all(SYMBOL.fullmatch(text) for text in texts)
    )


def _table(name: str, archive: zipfile.ZipFile) -> Iterator[str]:
    """Look for parts that are not bare tensors."""
    for tensor, about in json.loads(archive.read(name)).get("config", {}).items():
        if about.get("use_pickle", True) or not re.fullmatch(r"(weight|tensor)_\d+", str(about.get("path_name"))):
            yield f"{tensor}, which is a pickle"


def _inputs(name: str, archive: zipfile.ZipFile) -> Iterator[str]:
    """Read the example inputs as torch would: as plain tensors, for if that fails torch unpickles them."""
    import torch  # noqa: PLC0415 - listing models imports no torch

    content = archive.read(name)
    try:
        if content:
            torch.load(io.BytesIO(content), weights_only=True)
    except Exception:  # whatever stops the safe reader would set off the other
        yield "example inputs that are a pickle"


def _refuse(name: str, _: zipfile.ZipFile) -> Iterator[str]:
    yield name.partition("/")[2]


LOOKS = {GRAPH: _graph, TABLE: _table, INPUTS: _inputs, LEGACY: _refuse, COMPILED: _refuse}
"""What is looked at in each kind of part."""
