"""Opening what a stranger handed in: nothing is followed, unpacked, unpickled or believed."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from blake3 import blake3
from pydantic import ValidationError

from earmark.errors import SubmissionError
from earmark.recount.answered import RANKED
from earmark.result import Result, TableFile, json_schema
from earmark.result.files import ENDINGS
from earmark.submit import parquet
from earmark.submit.strict import StrictError, parse, texts
from earmark.submit.words import LONGEST_NAME, LONGEST_TEXT, odd_character

LARGEST_JSON = 8 * 2**20
MOST_SHOWN = 20
"""So many problems of one kind are listed."""
ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar", ".zst")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A result as it was handed in, read but not yet believed; its predictions hold no more than scores need."""

    path: Path
    result: Result


def read_submission(path: Path) -> Submission:
    """Read a result and its predictions; raises SubmissionError with every problem that can be told by then."""
    with _refusing(path), _folder(path) as folder:
        content = _bytes_of(folder, path.name, LARGEST_JSON)
        result = _result_in(content)
        table = _predictions(folder, path, result)
        return Submission(path=path, result=result.with_tables({"predictions": slim(result, table)}))


def slim(result: Result, table: pd.DataFrame) -> pd.DataFrame:
    """The predictions without the probe's outputs where the answers say as much."""
    ranked = {task.task for task in result.tasks if task.form in RANKED}
    slimmed = table.copy()
    slimmed["outputs"] = slimmed["outputs"].where(slimmed["task"].isin(ranked), None).astype(object)
    return slimmed


def _shown(problem: str) -> str:
    """A sentence without what could move a terminal's cursor: a reader's complaint may quote the file."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in problem)


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """What is wrong, by sentence."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__(*problems)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Let everything that can be wrong with a file end in one kind of error."""
    try:
        yield
    except _Refused as refused:
        raise SubmissionError(f"{path} is not accepted:", map(_shown, refused.problems)) from refused
    except (OSError, ValueError) as error:  # ValueError: a path that holds a zero byte
        reason = getattr(error, "strerror", None) or str(error)
        raise SubmissionError(f"{path} is not accepted:", [f"It cannot be read ({reason})."]) from error


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    """The folder that a result lies in, open, so that nobody can change it for another; refuses links on the way."""
    if path.name.lower().endswith(ARCHIVES):
        raise _Refused(f"{path.name} is an archive, which is not unpacked here: hand in the .json and .parquet.")
    if path.suffix != ".json":
        raise _Refused(f"A result is a file that ends in .json, not {path.name!r}.")
    given = [path.parent] if path.is_absolute() else [p for p in path.parents if p != Path()]
    if links := [str(p) for p in given if p.is_symlink()]:
        raise _Refused(f"The folder {links[0]} is a symbolic link; name the folder that it leads to.")
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield folder
    finally:
        os.close(folder)


def _bytes_of(folder: int, name: str, most: int) -> bytes:
    """What a plain file in the folder holds; refuses links, devices, pipes, folders and what is too large."""
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        link = "It is a symbolic link, which could lead anywhere: hand in the file itself."
        reason = link if _is_link(folder, name) else f"It cannot be opened ({error.strerror})."
        raise _Refused(f"{name}: {reason}") from error
    about = os.fstat(file)
    if not stat.S_ISREG(about.st_mode):
        os.close(file)
        raise _Refused(f"{name} is no plain file, but a folder, a pipe or a device.")
    with os.fdopen(file, "rb") as opened:
        content = opened.read(most + 1) if about.st_size <= most else b""
    if about.st_size > most or len(content) > most:
        raise _Refused(f"{name} has {about.st_size / 2**20:,.1f} MiB; it may have {most // 2**20}.")
    return content


def _is_link(folder: int, name: str) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False


def _result_in(content: bytes) -> Result:
    """The result that a JSON text holds, held against its schema and then against its record."""
    if kind := parquet.kind_of(content):
        raise _Refused(f"It is {kind}, whatever its name says; nothing in it was opened.")
    try:
        record = parse(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _Refused(f"Its JSON is not UTF-8 (byte {error.start}).") from error
    except StrictError as error:
        raise _Refused(f"Its JSON is refused: {error}.") from error
    if problems := [*_schema_problems(record), *_text_problems(record)]:
        raise _Refused(*problems)
    try:
        return Result.model_validate(record)
    except ValidationError as error:
        told = [f"At {'.'.join(map(str, one['loc']))[:200]!r}: {one['msg']}." for one in error.errors()]
        raise _Refused(*told[:MOST_SHOWN]) from error


def _schema_problems(record: Any) -> list[str]:
    import jsonschema  # noqa: PLC0415 - only where a result is read

    errors = jsonschema.Draft202012Validator(json_schema()).iter_errors(record)
    return _first(f"No valid result: at {error.json_path[:200]!r}: {error.message[:300]}." for error in errors)


def _first(problems: Iterable[str]) -> list[str]:
    """The first of them, none beyond made: eight megabytes of JSON can be wrong in a million places."""
    found = list(islice(problems, MOST_SHOWN + 1))
    return [*found[:MOST_SHOWN], "There are more like these."] if len(found) > MOST_SHOWN else found


def _text_problems(record: Any) -> list[str]:
    return _first(_unfit_texts(record))


def _unfit_texts(record: Any) -> Iterator[str]:
    for where, text in texts(record):
        if odd := odd_character(text):
            yield f"The text at {where!r} holds {odd}: leave it out."
        elif len(text) > LONGEST_TEXT:
            yield f"The text at {where!r} has {len(text):,} characters; it may have {LONGEST_TEXT:,}."


def _predictions(folder: int, path: Path, result: Result) -> pd.DataFrame:
    """The predictions beside a result, which must be those that it was written with."""
    named = result.predictions
    if result.split is not None:
        raise _Refused("The split was drawn for this run; a board asks the split that is registered.")
    if result.neighbourhood is not None:
        raise _Refused("It is of `bench neighbours`, whose numbers no predictions give: submit the run of the model.")
    if named is None:
        raise _Refused("It names no predictions, without which no score can be computed again: run the model again.")
    wanted = path.with_suffix(ENDINGS["predictions"]).name
    if named.file != wanted:
        raise _Refused(f"Its predictions are in {named.file[:100]!r}; beside {path.name} they must be in {wanted!r}.")
    content = _bytes_of(folder, wanted, parquet.LARGEST_FILE)
    if problem := parquet.unfit(content):
        raise _Refused(f"{wanted}: {problem}.")
    if blake3(content).hexdigest() != named.blake3:
        raise _Refused(f"{wanted} is not the file that the result was written with: its checksum differs.")
    return _rows(wanted, parquet.read(content), named)


def _rows(name: str, table: pd.DataFrame, named: TableFile) -> pd.DataFrame:
    """The rows, every answer in them strict JSON and every name a text that can be shown."""
    if problems := _first(_unfit_rows(name, table, named)):
        raise _Refused(*problems)
    return table


def _unfit_rows(name: str, table: pd.DataFrame, named: TableFile) -> Iterator[str]:
    if len(table) != named.rows:
        yield f"{name} has {len(table)} rows; the result says {named.rows}."
    for column in ("task", "probe", "condition", "track", "group"):
        for text in table[column].unique():
            if odd := odd_character(text):
                yield f"{name}: {column} {text[:LONGEST_NAME]!r} holds {odd}."
    for column in ("reference", "estimated"):
        yield from (f"{name}: {column} {cell[:60]!r}: {wrong}." for cell, wrong in _unfit_cells(table[column]))


def _unfit_cells(cells: "pd.Series[str]") -> Iterator[tuple[str, str]]:
    for cell in cells.unique():
        try:
            found = parse(cell)
        except StrictError as error:
            yield cell, str(error)
        else:
            odd = next((odd_character(text) for _, text in texts(found) if odd_character(text)), "")
            if odd:
                yield cell, f"it holds {odd}"
