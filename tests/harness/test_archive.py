from pathlib import Path

import pytest

from earmark import ModelInfo, run
from earmark.archive import Archive
from earmark.errors import ResultError, UnknownName
from earmark.protocol import Recordings
from earmark.result import Result, write_result


@pytest.fixture(scope="module")
def result(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    own = Recordings(path=table, targets={"genre": "genre"})
    return run("log-mel", own, cache=tmp_path_factory.mktemp("cache"), workers=1)


def named(result: Result, name: str, version: str, **options: str) -> Result:
    model = result.model.model_copy(update={"name": name, "version": version, "options": options})
    return result.model_copy(update={"model": model}).with_tables(result.tables)


@pytest.fixture
def archive(result: Result, tmp_path: Path) -> Archive:
    archive = Archive(folder=tmp_path)
    for one in (result, named(result, "mine", "1"), named(result, "mine", "2"), named(result, "mine", "2", layer="7")):
        write_result(one, archive.home(one))
    return archive


def test_a_result_is_filed_by_model_version_and_benchmark(archive: Archive, result: Result) -> None:
    name = f"{result.benchmark.name}-{result.benchmark.version}.json"
    assert (
        archive.home(named(result, "mine", "2", layer="7")) == archive.folder / "results" / "mine-layer=7" / "2" / name
    )
    assert len(archive.paths()) == 4


def test_names_become_no_folders_of_their_own(archive: Archive, result: Result) -> None:
    home = archive.home(named(result, "../../elsewhere", "/etc"))
    assert home.parent == archive.folder / "results" / "elsewhere" / "etc"


def test_a_model_version_is_found(archive: Archive, result: Result) -> None:
    found = archive.find("mine@1", result.benchmark.name)
    assert (found.name, found.result.model.version) == ("mine", "1")
    assert archive.find("mine?layer=7", result.benchmark.name).result.model.options == {"layer": "7"}


def test_of_several_versions_one_must_be_named(archive: Archive, result: Result) -> None:
    with pytest.raises(ResultError, match="say which of mine@1, mine@2"):
        archive.find("mine", result.benchmark.name)


def test_a_misspelt_model_gets_a_hint(archive: Archive, result: Result) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'mine@1'"):
        archive.find("mien@1", result.benchmark.name)


def test_another_benchmark_has_no_results(archive: Archive) -> None:
    assert list(archive.results("etudes")) == []


def test_a_filed_result_that_cannot_be_read_is_named(archive: Archive, bands: ModelInfo) -> None:
    path = archive.paths()[0]
    path.write_text("{")
    with pytest.raises(ResultError, match=path.name):
        list(archive.results())
