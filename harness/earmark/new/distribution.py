"""Write a plugin distribution from templates."""

import keyword
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from string import Template
from types import MappingProxyType

from earmark.errors import EarmarkError, UnknownName
from earmark.registry import Catalogue, installed

ALLOWED = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")  # what PEP 503 normalises to, from a letter on
FILES = MappingProxyType(
    {
        "pyproject.toml": "pyproject.toml.tmpl",
        "README.md": "README.md.tmpl",
        "src/$module/__init__.py": "plugin.py.tmpl",
        "tests/test_$module.py": "test_plugin.py.tmpl",
    }
)
"""What is written, and from which template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of plugin that can be begun."""

    shelf: str
    """Where in the catalogue its name must be free."""
    next: tuple[str, ...]
    """The commands that come next, with $name and $folder."""


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "model": Kind(shelf="models", next=("pip install -e $folder", "bench check $name", "bench run --model $name")),
        "dataset": Kind(
            shelf="datasets",
            next=("pip install -e $folder", "pytest $folder", "bench run --model log-mel --benchmark $name"),
        ),
        "perturbation": Kind(
            shelf="perturbations",
            next=("pip install -e $folder", "pytest $folder", "python -c 'import $module; help($module)'"),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written, and what to type next."""

    folder: Path
    files: tuple[Path, ...]
    next: tuple[str, ...]


def write_distribution(kind: str, name: str, folder: Path) -> Written:
    """Write the plugin `name` into a new folder of that name below `folder`.

    Raises UnknownName for a kind that there is not, and EarmarkError for a name that cannot be or a folder that is
    there already.
    """
    if kind not in KINDS:
        raise UnknownName("kind of plugin", kind, KINDS)
    home = folder / name
    if problem := _problem(KINDS[kind], name, installed()) or (f"{home} exists already" if home.exists() else ""):
        raise EarmarkError(f"{problem}; choose another name, such as my-{kind}.")
    words = _words(name, home)
    written = [_write(home / _filled(path, words), kind, template, words) for path, template in FILES.items()]
    return Written(folder=home, files=tuple(written), next=tuple(_filled(c, words) for c in KINDS[kind].next))


def _problem(kind: Kind, name: str, catalogue: Catalogue) -> str:
    """Say what keeps this from being a distribution, a module and a plugin of that name, or nothing."""
    module = name.replace("-", "_")
    if not ALLOWED.fullmatch(name):
        return f"{name!r} is no name for a plugin: it takes lower-case letters, digits and single hyphens between them"
    if keyword.iskeyword(module) or keyword.issoftkeyword(module):
        return f"{name!r} is a word of Python"
    if module in sys.stdlib_module_names or _is_module(module):
        return f"{name!r} would hide the module {module} that is installed already"
    return f"a plugin already brings {name!r}" if name in getattr(catalogue, kind.shelf) else ""


def _is_module(name: str) -> bool:
    found = find_spec(name)
    return found is not None and found.origin is not None  # a folder without code is no module


def _words(name: str, home: Path) -> dict[str, str]:
    shown = str(home)
    return {
        "name": name,
        "module": name.replace("-", "_"),
        "title": "".join(part.capitalize() for part in name.split("-")),
        "folder": f"'{shown}'" if " " in shown else shown if "/" in shown else f"./{shown}",
    }


def _filled(text: str, words: Mapping[str, str]) -> str:
    return Template(text).substitute(words)


def _write(path: Path, kind: str, template: str, words: Mapping[str, str]) -> Path:
    text = files("earmark.new").joinpath("templates", kind, template).read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_filled(text, words), encoding="utf-8")
    return path
