from pathlib import Path

import pytest

from earmark.errors import StoreError, UnknownName
from earmark.place import Place, human_size


def test_the_variable_moves_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARMARK_CACHE", str(tmp_path))
    assert Place.at().root == tmp_path


def test_an_argument_outranks_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARMARK_CACHE", "elsewhere")
    assert Place.at(tmp_path).root == tmp_path


def test_clearing_embeddings_keeps_data_sets(tmp_path: Path) -> None:
    place = Place(tmp_path).claim()
    (place.datasets / "x").write_bytes(b"12345")
    place.clear("embeddings")
    assert (place.datasets / "x").exists()
    assert not place.embeddings.exists()


def test_a_folder_of_somebody_else_is_not_cleared(tmp_path: Path) -> None:
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "thesis.wav").write_bytes(b"12345")
    place = Place(tmp_path).claim()
    with pytest.raises(StoreError, match="was not made by earmark"):
        place.clear("all")
    assert (tmp_path / "datasets" / "thesis.wav").exists()
    assert place.embeddings.exists()


def test_what_cannot_be_cleared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'embeddings'"):
        Place(tmp_path).clear("embedings")


def test_sizes_are_said_in_words() -> None:
    assert [human_size(n) for n in (0, 999, 1_500, 2_000_000, 3.2e9, 5e12)] == [
        "0 B", "999 B", "1.5 kB", "2.0 MB", "3.2 GB", "5.0 TB",
    ]  # fmt: skip
