from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch_file

from earmark import Audio, Recorded
from earmark.errors import PluginError
from earmark.extract import model_fingerprint
from earmark.registry import find_model, open_model

IDS = ("t1", "t2", "album/t3")
VECTORS = {name: np.random.default_rng(i).normal(size=6).astype(np.float32) for i, name in enumerate(IDS)}


def recorded(*names: str) -> list[Recorded]:
    def load() -> Audio:
        raise AssertionError("nothing is heard")

    return [Recorded(id=name, load=load) for name in names]


def answers(folder: Path, *names: str) -> dict[str, np.ndarray | str]:
    return dict(open_model(f"embeddings:{folder}").model.embed_tracks(recorded(*(names or IDS))))


def write_npy(folder: Path, vectors) -> None:
    for name, array in vectors.items():
        (folder / f"{name}.npy").parent.mkdir(parents=True, exist_ok=True)
        np.save(folder / f"{name}.npy", array)


def write_encoded_npy(folder: Path, vectors) -> None:
    for name, array in vectors.items():
        np.save(folder / f"{name.replace('/', '%2F')}.npy", array)


def write_npz(folder: Path, vectors) -> None:
    np.savez(folder / "all.npz", **vectors)


def write_safetensors(folder: Path, vectors) -> None:
    save_file(vectors, folder / "all.safetensors")


def write_parquet(folder: Path, vectors) -> None:
    pd.DataFrame({"id": list(vectors), "embedding": [v.tolist() for v in vectors.values()]}).to_parquet(
        folder / "all.parquet"
    )


def write_wide_parquet(folder: Path, vectors) -> None:
    frame = pd.DataFrame(np.stack(list(vectors.values())), columns=[f"d{i}" for i in range(6)])
    frame.assign(id=list(vectors)).to_parquet(folder / "all.parquet")


FORMATS = [write_npy, write_encoded_npy, write_npz, write_safetensors, write_parquet, write_wide_parquet]
FRAMED = FORMATS[:-1]  # a column for each dimension holds one frame
each_format = pytest.mark.parametrize("write", FORMATS, ids=lambda write: write.__name__[6:])


@each_format
def test_each_format_gives_its_vectors(tmp_path: Path, write: Callable) -> None:
    write(tmp_path, VECTORS)
    found = answers(tmp_path)
    assert list(found) == list(IDS)
    for name in IDS:
        np.testing.assert_array_equal(found[name], VECTORS[name])
        assert found[name].dtype == np.float32


@pytest.mark.parametrize("write", FRAMED, ids=lambda write: write.__name__[6:])
def test_frames_are_kept(tmp_path: Path, write: Callable) -> None:
    frames = {name: np.stack([v, 2 * v, 3 * v]) for name, v in VECTORS.items()}
    write(tmp_path, frames)
    for name, found in answers(tmp_path).items():
        np.testing.assert_array_equal(found, frames[name])


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int16])
def test_other_types_of_numbers_become_float32(tmp_path: Path, dtype: type) -> None:
    whole = {name: np.arange(6).astype(dtype) for name in IDS}
    write_npz(tmp_path, whole)
    assert all(found.dtype == np.float32 and found.tolist() == list(range(6)) for found in answers(tmp_path).values())


def test_bfloat16_is_read(tmp_path: Path) -> None:
    save_torch_file({name: torch.arange(6).bfloat16() for name in IDS}, tmp_path / "all.safetensors")
    assert all(found.tolist() == list(range(6)) for found in answers(tmp_path).values())


def test_the_dimension_is_found_by_looking(tmp_path: Path) -> None:
    write_npy(tmp_path, VECTORS)
    assert find_model(f"embeddings:{tmp_path}")[0].dim == 6


def test_the_card_tells_what_vectors_do_not(tmp_path: Path) -> None:
    write_npy(tmp_path, VECTORS)
    (tmp_path / "embeddings.toml").write_text(
        'name = "closed"\nversion = "3"\nlicense = "MIT"\ntraining_data = ["x"]\n'
    )
    info, _ = find_model(str(tmp_path))  # a bare folder belongs to the adapter
    assert (info.name, info.version, info.license, info.training_data) == ("embeddings:closed", "3", "MIT", ("x",))
    (tmp_path / "embeddings.toml").write_text("licence = 'MIT'\n")
    with pytest.raises(PluginError, match="Did you mean 'license'"):
        find_model(f"embeddings:{tmp_path}")


def test_a_missing_track_is_named(tmp_path: Path) -> None:
    write_npy(tmp_path, VECTORS)
    found = answers(tmp_path, "t1", "t9")
    assert found["t9"] == "t9: no embedding has this id; the 3 that are there are such as 'album/t3', 't1', 't2'."


def test_two_places_for_one_id_are_told(tmp_path: Path) -> None:
    write_npy(tmp_path, VECTORS)
    write_npz(tmp_path, {"t2": VECTORS["t2"]})
    with pytest.raises(PluginError, match=r"t2: in all\.npz and in t2\.npy; keep one"):
        find_model(f"embeddings:{tmp_path}")


def test_two_rows_for_one_id_are_told(tmp_path: Path) -> None:
    pd.DataFrame({"id": ["a", "b", "a"], "embedding": [[1.0], [2.0], [3.0]]}).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(PluginError, match="a: several rows have this id"):
        find_model(f"embeddings:{tmp_path}")


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.full(6, np.nan, np.float32), "holds NaN"),
        (np.full(6, np.inf, np.float32), "holds NaN, or numbers too large"),
        (np.full(6, 1e300), "too large for float32"),
        (np.zeros(5, np.float32), r"has dim 5, not 6"),
        (np.zeros((2, 3, 6), np.float32), r"has the shape \[2, 3, 6\]"),
        (np.zeros((0, 6), np.float32), r"has the shape \[0, 6\]"),
        (np.array(["a"] * 6), "holds <U1"),
        (np.array([{}] * 6), "cannot be read.*allow_pickle"),
    ],
)
def test_vectors_that_are_none_are_told(tmp_path: Path, array: np.ndarray, reason: str) -> None:
    write_npy(tmp_path, VECTORS | {"t2": array})
    with pytest.raises(PluginError, match=rf"t2\.npy.*{reason}"):
        answers(tmp_path)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"track": ["a"], "embedding": [[1.0]]}, "has the columns track, embedding; it needs id"),
        ({"id": ["a"]}, "it needs id and the embedding"),
        ({"id": ["a"], "embedding": [[1.0]], "title": ["x"]}, "column 'embedding' of row 0 is no number"),
        ({"id": ["a"], "embedding": [[[1.0, 2.0], [3.0]]]}, r"frames of \[1, 2\] numbers"),
        ({"id": ["a"], "embedding": [[1.0, None]]}, "holds NaN"),
        ({"id": ["a"], "embedding": [None]}, "column 'embedding' of row 0 is no number"),
    ],
)
def test_tables_of_another_form_are_told(tmp_path: Path, columns: dict, reason: str) -> None:
    pyarrow.parquet.write_table(pa.table(columns), tmp_path / "x.parquet")
    with pytest.raises(PluginError, match=reason):
        answers(tmp_path, "a")


@pytest.mark.parametrize("ending", ["npy", "npz", "safetensors", "parquet"])
def test_a_damaged_file_is_named(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"x.{ending}").write_bytes(b"\x00\x01<html>")
    with pytest.raises(PluginError, match=rf"x\.{ending} cannot be read"):
        answers(tmp_path, "x")


def test_an_empty_folder_and_a_missing_one_are_told(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"holds no embeddings; expected files that end in \.npy"):
        find_model(f"embeddings:{tmp_path}")
    with pytest.raises(PluginError, match="no folder"):
        find_model(f"embeddings:{tmp_path / 'gone'}")


@each_format
def test_the_fingerprint_follows_every_number_and_not_the_folder(tmp_path: Path, write: Callable) -> None:
    changed = VECTORS | {"t2": np.nextafter(VECTORS["t2"], np.float32(9))}
    prints = []
    for folder, vectors in (("a", VECTORS), ("b", VECTORS), ("c", changed)):
        (tmp_path / folder / "v").mkdir(parents=True)
        write(tmp_path / folder / "v", vectors)
        prints.append(model_fingerprint(open_model(f"embeddings:{tmp_path / folder / 'v'}")))
    assert prints[0] == prints[1] != prints[2]


def test_the_fingerprint_follows_the_ids(tmp_path: Path) -> None:
    swapped = {"t1": VECTORS["t2"], "t2": VECTORS["t1"], "album/t3": VECTORS["album/t3"]}
    prints = []
    for folder, vectors in (("a", VECTORS), ("b", swapped)):
        (tmp_path / folder / "v").mkdir(parents=True)
        write_npy(tmp_path / folder / "v", vectors)
        prints.append(model_fingerprint(open_model(f"embeddings:{tmp_path / folder / 'v'}")))
    assert prints[0] != prints[1]


@pytest.mark.parametrize("write", [write_npz, write_safetensors], ids=lambda write: write.__name__[6:])
def test_a_file_that_is_written_anew_gives_its_new_vectors(tmp_path: Path, write: Callable) -> None:
    write(tmp_path, VECTORS)
    answers(tmp_path)
    write(tmp_path, {name: 2 * v for name, v in VECTORS.items()})
    np.testing.assert_array_equal(answers(tmp_path)["t1"], 2 * VECTORS["t1"])
