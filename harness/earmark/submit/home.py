"""Where a submission would be filed, and whether anything is in its way there."""

import re
from collections.abc import Iterator
from pathlib import Path

from earmark.archive import RESULTS, Filed
from earmark.errors import ResultError
from earmark.result import Result, read_result
from earmark.result.table import model_name
from earmark.submit.case import Case, Check
from earmark.submit.words import folded, reserved, seen

THEME = "archive"
LONGEST_PART = 150
"""Characters of one folder's or file's name; most file systems take 255 bytes."""
ENDINGS = (".json", ".parquet")


def path_problems(case: Case) -> Iterator[str]:
    """The path stays inside the archive, on every file system, and no link leads out of it."""
    home, folder = case.archive.home(case.result), case.archive.folder
    parts = home.relative_to(folder).parts
    if len(parts) != 4 or parts[0] != RESULTS or any(re.fullmatch(r"\.*", part) for part in parts):
        yield f"It would be filed as {'/'.join(parts)}, which is no place for a result: rename the model."
    for part in parts[1:]:
        if reserved(part):
            yield f"Windows keeps the name {part!r} for a device, so nobody there could read it: rename the model."
        if len(part.encode()) > LONGEST_PART:
            yield f"The name {part[:40]!r}… has {len(part.encode())} bytes; there may be {LONGEST_PART}: shorten it."
    table = home.with_suffix(".parquet")
    if links := [p for p in (table, home, *home.parents) if p != folder and folder in p.parents and p.is_symlink()]:
        yield f"{links[0]} is a symbolic link: nothing is filed through it."
    yield from (
        f"{path} is no plain file: move it away." for path in (table, home) if path.exists() and not path.is_file()
    )


def neighbour_problems(case: Case) -> Iterator[str]:
    """No other name is filed at a path that some file system takes for the same."""
    home, folder = case.archive.home(case.result), case.archive.folder
    here = folder
    for part in home.relative_to(folder).parts:
        others = [p.name for p in _entries(here) if p.name != part]
        if alike := [name for name in others if folded(name) == folded(part)]:
            yield f"{here / part} and {alike[0]!r} beside it are one path where case does not count: rename the model."
        elif alike := [name for name in others if seen(name) == seen(part)]:
            yield f"{here / part} and {alike[0]!r} beside it look the same: rename the model."
        here /= part


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def owner_problems(case: Case) -> Iterator[str]:
    """The folder belongs to this very model and version, and all results in it to one fingerprint."""
    result = case.result
    home = case.archive.home(result)
    for filed in _around(home):
        other = filed.result
        if _owner(other)[:1] != _owner(result)[:1]:
            yield (
                f"{filed.path} is of {model_name(other)!r}, which has the same path as {model_name(result)!r}: "
                "rename the model."
            )
        elif filed.path.parent == home.parent and _owner(other) != _owner(result):
            yield f"{filed.path} is of version {other.model.version!r}, which has the same path: raise the version."
        elif filed.path.parent == home.parent and filed.path != home and _are_alike(other, result):
            yield (
                f"{filed.path} is a result of the same command on {other.benchmark.name}, and a board shows one: "
                "delete that one first if this is to stand in its place."
            )
        elif filed.path.parent == home.parent and other.model.fingerprint != result.model.fingerprint:
            yield (
                f"{filed.path} is of the same version with another fingerprint ({other.model.fingerprint[:8]}…, not "
                f"{result.model.fingerprint[:8]}…): code or weights have changed. Raise the model's version."
            )


def _owner(result: Result) -> tuple[str, str]:
    return model_name(result), result.model.version


def _are_alike(one: Result, other: Result) -> bool:
    """Whether both are of the same command on one benchmark: perturbations that were named otherwise make no other."""
    same = one.benchmark.name == other.benchmark.name
    return same and (one.robustness is None) == (other.robustness is None)


def _around(home: Path) -> list[Filed]:
    """Everything that is filed of what has the same folder."""
    paths = sorted(home.parent.parent.glob("*/*.json"))
    return [Filed(path=path, result=read_result(path)) for path in paths]


def filed_at(home: Path) -> Result | None:
    """What is filed there; raises ResultError where that cannot be read."""
    return read_result(home) if home.exists() else None


def same(one: Result, other: Result) -> bool:
    """Whether two results say the same and hold the same predictions; how their files are packed does not matter."""
    return _content(one) == _content(other) and _rows(one) == _rows(other)


def _content(result: Result) -> object:
    record = result.model_dump(mode="json")
    return record | {"predictions": (record["predictions"] or {}).get("rows")}


def _rows(result: Result) -> object:
    try:
        table = result.predictions_frame()
    except ResultError:  # its file is gone
        return None
    return [[_cell(cell) for cell in row] for row in table.to_numpy(dtype=object)]


def _cell(cell: object) -> object:
    """A cell as it compares: lists as lists, and what is missing as one thing."""
    if hasattr(cell, "tolist"):
        return cell.tolist()
    return None if cell is None or cell != cell else cell  # noqa: PLR0124 - only NaN is not itself


def changes(old: Result, new: Result) -> tuple[str, ...]:
    """What is replaced by what: main scores, and the names of all other parts that differ."""
    before = {(task.task, task.probe): task.main.value for task in old.tasks}
    scores = [
        f"{task.task} {task.main.metric}: {_number(before.get((task.task, task.probe)))} → {_number(task.main.value)}"
        for task in new.tasks
        if before.get((task.task, task.probe)) != task.main.value
    ]
    one, other = old.model_dump(mode="json"), new.model_dump(mode="json")
    parts = [name for name in one if one[name] != other[name] and name != "predictions"]
    answers = ["predictions"] if _rows(old) != _rows(new) else []
    return (*scores, *([f"also: {', '.join(parts + answers)}"] if parts + answers else []))


def _number(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.3f}"


CHECKS = (
    Check(name="path", theme=THEME, proves="it has a place of its own in the archive", examine=path_problems,
          needs=("names", "benchmark", "kind")),
    Check(name="neighbours", theme=THEME, proves="no other name comes to the same path", examine=neighbour_problems,
          needs=("path",)),
    Check(name="owner", theme=THEME, proves="one model, one version, one fingerprint", examine=owner_problems,
          needs=("path",)),
)  # fmt: skip
