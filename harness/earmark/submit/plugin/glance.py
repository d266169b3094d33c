"""Places in a stranger's code that are worth a look, found without running it: hints, no verdict."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from earmark.submit.plugin.record import Glance

MODULES: Mapping[str, str] = MappingProxyType(
    {
        "subprocess": "starts programs", "multiprocessing": "starts processes", "pty": "starts programs",
        "socket": "speaks to the network", "ssl": "speaks to the network", "urllib": "speaks to the network",
        "http": "speaks to the network", "ftplib": "speaks to the network", "smtplib": "speaks to the network",
        "requests": "speaks to the network", "httpx": "speaks to the network", "aiohttp": "speaks to the network",
        "ctypes": "calls machine code", "cffi": "calls machine code", "pickle": "may run code that it reads",
        "cloudpickle": "may run code that it reads", "dill": "may run code that it reads",
        "joblib": "may run code that it reads", "marshal": "reads code", "shelve": "may run code that it reads",
        "runpy": "runs code", "code": "runs code", "importlib": "imports by name", "inspect": "may read its caller",
        "gc": "may reach what is not its own", "atexit": "runs at the end", "signal": "catches signals",
        "shutil": "may move or delete files", "webbrowser": "starts programs", "zipimport": "imports from an archive",
    }
)  # fmt: skip
"""Modules whose import is named, and what they can do."""
CALLS: Mapping[str, str] = MappingProxyType(
    {
        "eval": "runs text as code", "exec": "runs text as code", "compile": "makes code of text",
        "__import__": "imports by name", "os.system": "starts programs", "os.popen": "starts programs",
        "os.fork": "starts processes", "os.kill": "ends processes", "os.remove": "deletes files",
        "os.unlink": "deletes files", "os.rmdir": "deletes files", "os.environ": "reads the environment",
        "os.getenv": "reads the environment", "torch.load": "may run code that it reads",
        "numpy.load": "may run code that it reads if allow_pickle is set", "sys.settrace": "watches other code",
        "sys._getframe": "may read its caller", "builtins.eval": "runs text as code",
        "builtins.exec": "runs text as code",
    }
)  # fmt: skip
STARTS = ("os.exec", "os.spawn", "os.posix_spawn")
MOST = 200
"""So many hints are listed."""
MOST_SOURCE = 2_000_000
SHORT = {"np": "numpy", "th": "torch"}


def glances(folder: Path) -> list[Glance]:
    """Every hint in the files below a folder, in the order of their names."""
    found = [one for path in sorted(folder.rglob("*")) if path.is_file() for one in _file(path, folder)]
    return found[:MOST]


def _file(path: Path, folder: Path) -> Iterator[Glance]:
    name = str(path.relative_to(folder))
    if path.suffix == ".pth":
        yield Glance(path=name, line=1, what=".pth", why="is read at every start of Python and may run code")
    if path.suffix in (".so", ".pyd", ".dll", ".dylib", ".pyc"):
        yield Glance(path=name, line=1, what=path.suffix, why="is code that nobody can read")
    if ".data/scripts/" in f"/{name}":
        yield Glance(path=name, line=1, what="script", why="is put among the programs")
    if path.suffix == ".py":
        yield from _python(path, name)


def _python(path: Path, name: str) -> Iterator[Glance]:
    if path.stat().st_size > MOST_SOURCE:
        yield Glance(
            path=name, line=1, what="source", why=f"is too long to be looked at ({path.stat().st_size:,} bytes)"
        )
        return
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield Glance(path=name, line=getattr(error, "lineno", 1) or 1, what="source", why=f"cannot be read ({error})")
        return
    hints = {(line, what, why) for node in ast.walk(tree) for line, what, why in _hints(node)}
    yield from (Glance(path=name, line=line, what=what, why=why) for line, what, why in sorted(hints))


def _hints(node: ast.AST) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        for module in modules:
            if why := MODULES.get(module.partition(".")[0]):
                yield node.lineno, f"import {module}", why
        if isinstance(node, ast.ImportFrom):
            yield from _named(node, [f"{node.module}.{alias.name}" for alias in node.names])
    elif isinstance(node, ast.Name | ast.Attribute):
        yield from _named(node, [_dotted(node)])


def _named(node: ast.expr | ast.stmt, names: list[str]) -> Iterator[tuple[int, str, str]]:
    for name in names:
        why = CALLS.get(name) or ("starts programs" if name.startswith(STARTS) else "")
        if why:
            yield node.lineno, name, why


def _dotted(node: ast.expr) -> str:
    """A name with what stands before its dots: ``os.system``; empty for anything else."""
    if isinstance(node, ast.Name):
        return SHORT.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
