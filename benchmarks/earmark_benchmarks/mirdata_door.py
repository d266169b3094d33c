"""The door to mirdata: a loader over the user's files and over an index of ours, with errors that say what to do."""

import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from earmark.errors import DatasetError, UnknownName

UNITS = ("tracks", "multitracks")
"""What an index lists: one of these at least."""


def open_mirdata(loader: str, home: Path, index: Path) -> Any:
    """Open `home` as the data set that `loader` knows: a ``mirdata.core.Dataset`` whose index is ours.

    mirdata ships no index files and would download them into its own package; nothing is downloaded here.
    Raises UnknownName for a loader that mirdata does not have, and DatasetError.
    """
    import mirdata  # noqa: PLC0415 - listing commands need no mirdata

    if loader not in mirdata.DATASETS:
        raise UnknownName("mirdata loader", loader, mirdata.DATASETS)
    if not home.is_dir():
        raise DatasetError(f"{loader}: there is no folder {home}; name the one that holds the data set's files.")
    _check_index(loader, index)
    with explained(loader):
        importlib.import_module(f"mirdata.datasets.{loader}")
        dataset = mirdata.initialize(loader, data_home=str(home))
    dataset.index_path = str(index)  # before the first track: mirdata reads the index once and keeps it
    return dataset


def _check_index(loader: str, index: Path) -> None:
    try:
        listed = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{loader}: the index {index} cannot be read ({error}).") from error
    if not isinstance(listed, dict) or not any(isinstance(listed.get(unit), dict) for unit in UNITS):
        raise DatasetError(f"{loader}: the index {index} lists neither tracks nor multitracks.")


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn what mirdata raises while a data set or an annotation is read into DatasetError, naming `what`."""
    try:
        yield
    except ImportError as error:
        advice = f"install what the loader needs: pip install 'mirdata[{what}]'"
        raise DatasetError(f"{what}: mirdata's loader cannot be imported ({error}); {advice}.") from error
    except OSError as error:
        where = error.filename or error
        raise DatasetError(
            f"{what}: mirdata finds no file {where}; get the data set's files as its home tells."
        ) from error
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, NotImplementedError) as error:
        raise DatasetError(f"{what}: mirdata cannot read this ({type(error).__name__}: {error}).") from error
