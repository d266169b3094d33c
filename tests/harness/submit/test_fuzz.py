"""Whatever is handed in: it is filed as it should be, or refused; nothing else happens, and nothing lies elsewhere."""

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from earmark.archive import Archive
from earmark.errors import SubmissionError
from earmark.result import read_result
from earmark.submit import submit
from earmark.submit.case import TOLERANCE

pytestmark = pytest.mark.usefixtures("registered")
MODEST = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # each example reads, and now and then writes, files
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20), st.just([]), st.just({}), st.just({"a": [1]}),
    st.sampled_from(["../../x", "<b>", "nul", "\x00"]),
)  # fmt: skip
PIECES = ("NaN", "1e999", "[[", "{", '"', "\\", "\ud800", "0", "-", '"a":1,"a":1,', "\x00")
SCORED = ("tasks", "datasets", "benchmark", "robustness")
"""Parts in which no other value than the honest one may be filed."""


class World:
    """An archive in a folder that holds nothing else, and what an honest submission would leave in it."""

    def __init__(self, made: dict[str, Path], folder: Path, name: str = "mfcc") -> None:
        self.folder, self.name = folder, name
        self.record = json.loads(made[name].read_text())
        self.table = made[name].with_suffix(".parquet").read_bytes()

    def hand_in(self, content: bytes, table: bytes | None = None) -> dict[str, Any] | None:
        """Submit these bytes to an empty archive: the record as filed, or None where it is refused."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "in").mkdir(parents=True)
        path = self.folder / "in" / f"{self.name}.json"
        path.write_bytes(content)
        path.with_suffix(".parquet").write_bytes(self.table if table is None else table)
        before = self.files()
        try:
            found = submit(path, Archive(folder=self.folder / "board"))
        except SubmissionError as error:
            said = str(error)
        else:
            said = ""
        if said:
            assert "could not be carried out" not in said
            assert self.files() == before
            return None
        new = self.files() - before
        assert new == {found.path, found.path.with_suffix(".parquet")}
        assert found.path.is_relative_to(self.folder / "board" / "results")
        return read_result(found.path).model_dump(mode="json")

    def files(self) -> set[Path]:
        return {path for path in self.folder.rglob("*") if path.is_file() or path.is_symlink()}


@pytest.fixture
def world(made: dict[str, Path], tmp_path: Path) -> World:
    return World(made, tmp_path / "world")


def places(record: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a record, of leaves and of what holds them."""
    if place:
        yield place
    children = record.items() if isinstance(record, dict) else enumerate(record) if isinstance(record, list) else ()
    for key, value in children:
        yield from places(value, (*place, key))


def holder(record: Any, place: tuple[Any, ...]) -> Any:
    for key in place[:-1]:
        record = record[key]
    return record


def mutated(record: dict[str, Any], draw: st.DataObject) -> dict[str, Any]:
    """A copy in which something is changed, deleted, doubled, added, or put in the place of something else."""
    found = copy.deepcopy(record)
    place = draw.draw(st.sampled_from(sorted(places(record), key=repr)))
    where, key = holder(found, place), place[-1]
    how = draw.draw(st.sampled_from(["change", "delete", "double", "add", "swap"]))
    if how == "change":
        where[key] = draw.draw(ODD)
    elif how == "delete":
        del where[key]
    elif how == "double" and isinstance(where, list):
        where.append(where[key])
    elif how == "add" and isinstance(where, dict):
        where[draw.draw(st.text(max_size=5))] = draw.draw(ODD)
    else:
        other = draw.draw(st.sampled_from(sorted(places(record), key=repr)))
        where[key] = copy.deepcopy(holder(record, other)[other[-1]])
    return found


@given(draw=st.data())
@MODEST
def test_a_mutated_record_is_refused_or_its_numbers_are_true(world: World, draw: st.DataObject) -> None:
    record = world.record
    for _ in range(draw.draw(st.integers(1, 3))):
        record = mutated(record, draw)
    filed = world.hand_in(json.dumps(record).encode())
    if filed is not None:
        for part in SCORED:
            assert alike(filed[part], world.record.get(part)), part


CLAIMS = ("valid_score", "settings", "edge", "converged", "layer", "audio_s", "notes", "license", "source")
"""What only the model could show, and remarks; baseline and gain too, where no baseline is filed."""


def alike(filed: Any, honest: Any) -> bool:
    """Whether two parts say the same but for mere claims, numbers within the tolerance."""
    if isinstance(filed, dict) and isinstance(honest, dict):
        names = filed.keys() - {*CLAIMS, "baseline", "gain"}
        return filed.keys() == honest.keys() and all(alike(filed[name], honest[name]) for name in names)
    if isinstance(filed, list) and isinstance(honest, list):
        return len(filed) == len(honest) and all(map(alike, filed, honest))
    if isinstance(filed, float) and isinstance(honest, float):
        return abs(filed - honest) <= 2 * TOLERANCE  # relative too, of numbers above one thousand
    return bool(filed == honest)


@given(draw=st.data())
@settings(MODEST, max_examples=25)
def test_a_mutated_robustness_is_refused_or_its_numbers_are_true(made, tmp_path: Path, draw: st.DataObject) -> None:
    world = World(made, tmp_path / "world", "robust")
    filed = world.hand_in(json.dumps(mutated(world.record, draw)).encode())
    if filed is not None:
        for part in ("tasks", "datasets", "benchmark"):
            assert alike(filed[part], world.record[part]), part
        for part in ("tasks", "sentence", "asked"):
            assert alike(filed["robustness"][part], world.record["robustness"][part]), part


@given(content=st.binary(max_size=200))
@MODEST
def test_random_bytes_are_refused(world: World, content: bytes) -> None:
    assert world.hand_in(content) is None


@given(draw=st.data())
@MODEST
def test_a_text_with_a_piece_changed_is_refused_or_says_the_same(world: World, draw: st.DataObject) -> None:
    text = json.dumps(world.record)
    start = draw.draw(st.integers(0, len(text)))
    piece = draw.draw(st.sampled_from(PIECES))
    cut = draw.draw(st.integers(0, 5))
    filed = world.hand_in((text[:start] + piece + text[start + cut :]).encode("utf-8", "surrogatepass"))
    assert filed is None or alike(filed["tasks"], world.record["tasks"])


@given(name=st.text(max_size=40), version=st.text(min_size=1, max_size=20), option=st.text(max_size=20))
@MODEST
def test_whatever_a_model_is_called_it_stays_in_its_place(world: World, name: str, version: str, option: str) -> None:
    record = copy.deepcopy(world.record)
    record["model"].update(name=name, version=version, options={option: name})
    filed = world.hand_in(json.dumps(record).encode())
    assert filed is None or filed["model"]["name"] == name


@given(draw=st.data())
@settings(MODEST, max_examples=15)  # each starts a process
def test_broken_predictions_are_refused_or_the_same(world: World, draw: st.DataObject) -> None:
    """With a checksum that is right, as a forger would have it."""
    table = bytearray(world.table)
    for _ in range(draw.draw(st.integers(1, 4))):
        table[draw.draw(st.integers(0, len(table) - 1))] = draw.draw(st.integers(0, 255))
    record = copy.deepcopy(world.record)
    record["predictions"]["blake3"] = blake3(bytes(table)).hexdigest()
    filed = world.hand_in(json.dumps(record).encode(), bytes(table))
    assert filed is None or alike(filed["tasks"], world.record["tasks"])


def test_the_honest_one_is_filed(world: World) -> None:
    assert world.hand_in(json.dumps(world.record).encode()) is not None
