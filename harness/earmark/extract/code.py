"""The source code that a model's answers depend on."""

import ast
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

from earmark.model import OpenedModel

INSTALLED = {"site-packages", "dist-packages"}
"""Folders whose modules are strangers to each other: a single-file plugin there has no siblings."""
STRANGERS = {"builtins", "earmark", "torch"}
"""Packages whose code is nobody's plugin; EXTRACTION_VERSION speaks for ours."""


def code_of(opened: OpenedModel) -> dict[str, bytes]:
    """Return, by module, the source of a model's plugin; see `source_of`."""
    return source_of(_origins(opened))


def source_of(origins: Iterable[Any]) -> dict[str, bytes]:
    """Return, by module, the source of classes or functions and of what it imports, at any depth, from its own package.

    Of a single file the neighbouring files that it imports count. Imports inside functions count too, because
    plugins import late to keep listing cheap. A class typed into a session without a file gives its byte code.
    """
    sources: dict[str, bytes] = {}
    for origin in origins:
        file = _file(origin)
        if file is None:
            sources[f"session {origin.__qualname__}"] = b"".join(_byte_code(origin))
        else:
            _follow(file, sources)
    return sources


def _origins(opened: OpenedModel) -> list[Any]:
    """Return the function that loads the model, and its class with those parents that share its package."""
    kind = type(opened.model)
    family = [c for c in kind.__mro__ if _package(c) == _package(kind)]
    load = plain_function(opened.info.load)
    return [o for o in (*family, load) if hasattr(o, "__qualname__") and _package(o) not in STRANGERS]


def plain_function(function: Any) -> Any:
    """Return the function that a partial or a decorated one calls."""
    return inspect.unwrap(getattr(function, "func", function))


def _package(origin: Any) -> str:
    return str(origin.__module__).partition(".")[0]


def _file(origin: Any) -> Path | None:
    """Return where a class or function stands, also when its module was never registered; None: in no file."""
    codes = [code for _, code in _codes(origin)]
    try:
        names = [inspect.getfile(origin)]
    except (TypeError, OSError):
        names = [code.co_filename for code in codes]
    return next((Path(name).resolve() for name in names if Path(name).is_file()), None)


def _follow(file: Path, sources: dict[str, bytes]) -> None:
    """Add the source of a file and of the files of its package that it imports."""
    root = _root(file)
    waiting = [file]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(root).as_posix()
        if name not in sources:
            sources[name] = path.read_bytes()
            waiting.extend(_imported(path, file, root, sources[name]))


def _root(file: Path) -> Path:
    """Return the folder that the file's top-level package lies in; of a single file its own folder."""
    folder = file.parent
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def _imported(path: Path, plugin: Path, root: Path, source: bytes) -> Iterator[Path]:
    """Yield the files below `root` that a file imports and that belong to the plugin's package."""
    if plugin.parent == root and root.name in INSTALLED:
        return
    package = plugin.relative_to(root).parts[0] if plugin.parent != root else None
    here = path.relative_to(root).parent.parts
    for name in _import_names(_parsed(source), here):
        if package is None or name[:1] == (package,):
            stem = root.joinpath(*name)
            yield from (p for p in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py") if p.is_file())


def _parsed(source: bytes) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # a file for another Python, which an import inside a condition names
        return ast.Module(body=[], type_ignores=[])


def _import_names(tree: ast.Module, here: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the dotted names that a module of the package `here` may import, as tuples."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            base += tuple(node.module.split(".")) if node.module else ()
            if base:
                yield base
            yield from ((*base, alias.name) for alias in node.names if alias.name != "*")


def _codes(origin: Any) -> Iterator[tuple[str, CodeType]]:
    """Yield the code of a function, or of every method of a class, by name."""
    members = vars(origin).items() if isinstance(origin, type) else [(origin.__name__, origin)]
    for name, member in sorted(members, key=lambda item: item[0]):
        function = getattr(member, "fget", None) or getattr(member, "__func__", member)
        code = getattr(inspect.unwrap(function) if callable(function) else None, "__code__", None)
        if code is not None:
            yield name, code


def _byte_code(origin: Any) -> Iterator[bytes]:
    for name, code in _codes(origin):
        yield name.encode()
        yield from instructions(code)


def instructions(code: CodeType) -> Iterator[bytes]:
    """Yield what a piece of code does, the same in every process of one Python version."""
    yield code.co_code
    yield repr(code.co_names).encode()
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from instructions(constant)
        else:
            yield repr(sorted(constant, key=repr) if isinstance(constant, frozenset) else constant).encode()
