"""Find data sets, benchmarks and readers by name."""

from collections.abc import Callable
from pathlib import Path

from earmark.dataset import DatasetInfo, ReaderInfo
from earmark.errors import DatasetError
from earmark.registry.catalogue import installed, on_shelf
from earmark.registry.options import check_options, split_options
from earmark.task import Benchmark


def find_dataset(name: str) -> tuple[DatasetInfo, dict[str, str]]:
    """The data set of that name and its options; raises UnknownName."""
    base, options = split_options(name)
    found = on_shelf("data set", base, installed().datasets)
    check_options("data set", options, found.options)
    return found, options


def find_benchmark(name: str) -> tuple[Benchmark, dict[str, str]]:
    """The benchmark of that name and the options for its data sets; raises UnknownName."""
    base, options = split_options(name)
    return on_shelf("benchmark", base, installed().benchmarks), options


def find_reader(path: Path) -> ReaderInfo:
    """The reader that opens this table or folder; raises DatasetError naming the formats there are."""
    readers = installed().readers
    accepting: Callable[[ReaderInfo], bool] = lambda reader: reader.accepts(path)  # noqa: E731
    for reader in filter(accepting, readers.values()):
        return reader
    if not path.exists():
        raise DatasetError(f"There is no table or folder {path}.")
    formats = ", ".join(f for r in readers.values() for f in r.formats)
    raise DatasetError(f"{path} is of no kind that can be read; there are: {formats}.")
