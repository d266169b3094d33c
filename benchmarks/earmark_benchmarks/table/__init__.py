"""The user's own recordings: a CSV or Parquet table, or a Hugging Face folder, read as a data set."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from earmark.dataset import ReaderInfo
from earmark.hookspecs import hookimpl
from earmark_benchmarks.table.arrow_sheet import open_folder, open_parquet
from earmark_benchmarks.table.csv_sheet import open_csv
from earmark_benchmarks.table.read import read_table

__all__ = ["provide_readers", "read_table"]


def _ends_in(*suffixes: str) -> Callable[[Path], bool]:
    return lambda path: path.suffix.lower() in suffixes and not path.is_dir()


@hookimpl
def provide_readers() -> list[ReaderInfo]:
    """Read CSV files, Parquet files, and folders of Hugging Face `datasets`."""
    return [
        ReaderInfo(
            name="csv",
            accepts=_ends_in(".csv", ".tsv", ".txt"),
            read=partial(read_table, opener=open_csv),
            summary="A table of text in UTF-8 whose first line names the columns.",
            formats=(".csv", ".tsv", ".txt"),
        ),
        ReaderInfo(
            name="parquet",
            accepts=_ends_in(".parquet", ".pq"),
            read=partial(read_table, opener=open_parquet),
            summary="A Parquet file with paths of recordings, or with their bytes.",
            formats=(".parquet", ".pq"),
        ),
        ReaderInfo(
            name="hugging-face",
            accepts=Path.is_dir,
            read=partial(read_table, opener=open_folder),
            summary="A folder that Hugging Face `datasets` saved, or that holds Parquet files.",
            formats=("a folder of Hugging Face datasets",),
        ),
    ]
