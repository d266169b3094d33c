"""One small corpus for all tests of a session: three pieces of each split of etudes-small."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from earmark_benchmarks.etudes.corpus import Piece, Record, make_pieces, plan

EACH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Pieces, the folder they were made in, and its index."""

    folder: Path
    pieces: tuple[Piece, ...]
    index: list[Record]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Nine pieces, made by two processes."""
    folder = tmp_path_factory.mktemp("etudes")
    pieces = tuple(piece for piece in plan("etudes-small") if int(piece.id[-4:]) < EACH)
    return Made(folder=folder, pieces=pieces, index=make_pieces(folder, pieces, workers=2))
