"""The corpus on disk: pieces made in parallel, each written whole or not at all, the index last."""

import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast
from uuid import uuid4

from earmark.errors import DatasetError, UnknownName
from earmark.progress import Progress, silent
from earmark_benchmarks.etudes.score import Factors

VERSION = "1"
"""Raised with every change that moves a sample or a label (and with it tests/golden/etudes.json)."""
INDEX = "index.jsonl"
SPLIT_SEEDS: Mapping[str, int] = MappingProxyType({"train": 1, "valid": 2, "test": 3})

Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many pieces each split holds, and the seed that keeps the sizes apart."""

    train: int
    valid: int
    test: int
    seed: int

    @property
    def splits(self) -> dict[str, int]:
        """Number of pieces by split."""
        return {"train": self.train, "valid": self.valid, "test": self.test}


# Mostly multiples of 24, so that keys are balanced; 264 answers give intervals of ±5 points at 80 %.
SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "etudes-small": Size(train=96, valid=24, test=72, seed=1_000),
        "etudes": Size(train=240, valid=96, test=264, seed=2_000),
        "etudes-large": Size(train=1_440, valid=360, test=1_200, seed=3_000),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One étude to make: where it belongs, what is asked of it, and what plays it."""

    id: str
    split: str
    factors: Factors
    soundfont: Path
    stamp: str
    """Digest of all that the samples follow from: the generator's sources, the factors and the SoundFont."""

    @property
    def group(self) -> str:
        """What its material is known by."""
        return f"score-{self.factors.seed}"


def folder_of(root: Path, *, size: str, soundfont: Path | str | None = None) -> Path:
    """Where below `root` a size is kept; another SoundFont for the test split has a folder of its own."""
    name = f"{size}-{VERSION}"
    return root / (name if soundfont is None else f"{name}-{font_digest(soundfont)[:12]}")


def font_digest(soundfont: Path | str | None = None) -> str:
    """Return the digest of a SoundFont file, the bundled one where None; raises DatasetError."""
    from earmark_benchmarks.etudes.render import read_soundfont, soundfont_path  # noqa: PLC0415

    return _digest(read_soundfont(soundfont_path(soundfont)))


@lru_cache(maxsize=1)
def generator_digest() -> str:
    """Return the digest of the package's own sources: études of other sources may sound otherwise."""
    folder = Path(__file__).parent
    sources = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
    return _digest(b"".join(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0" for name in sources))


def plan(size: str, *, soundfont: Path | str | None = None) -> tuple[Piece, ...]:
    """Every piece of a size; `soundfont` plays the test split. Raises UnknownName, DatasetError."""
    from earmark_benchmarks.etudes.design import draw  # noqa: PLC0415
    from earmark_benchmarks.etudes.render import soundfont_path  # noqa: PLC0415

    if size not in SIZES:
        raise UnknownName("size of the études", size, SIZES)
    fonts = {split: soundfont_path(soundfont if split == "test" else None) for split in SPLIT_SEEDS}
    sources = {split: generator_digest() + font_digest(font) for split, font in fonts.items()}  # a bad one is told now
    return tuple(
        Piece(
            id=f"{size}-{split}-{n:04}",
            split=split,
            factors=factors,
            soundfont=fonts[split],
            stamp=_digest(f"{sources[split]} {factors!r}".encode()),
        )
        for split, count in SIZES[size].splits.items()
        for n, factors in enumerate(draw(count, SIZES[size].seed + SPLIT_SEEDS[split]))
    )


def make(
    folder: Path,
    size: str,
    *,
    soundfont: Path | str | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> list[Record]:
    """Make what is missing of a size in `folder` and return its index.

    A run that was stopped is taken up where it stood; two at once share the work. What another generator has
    made is made anew. Raises UnknownName, DatasetError.
    """
    pieces = plan(size, soundfont=soundfont)
    found = _finished(folder, pieces)
    return make_pieces(folder, pieces, workers=workers, progress=progress) if found is None else found


def _finished(folder: Path, pieces: tuple[Piece, ...]) -> list[Record] | None:
    """Return the index in `folder` if it is that of `pieces`, all of them and as they are made today."""
    try:
        index = load(folder)
    except DatasetError:
        return None
    wanted = [(piece.id, piece.group, piece.stamp) for piece in pieces]
    return index if [(one.get("id"), one.get("group"), one.get("stamp")) for one in index] == wanted else None


def make_pieces(
    folder: Path, pieces: tuple[Piece, ...], *, workers: int | None = None, progress: Progress = silent
) -> list[Record]:
    """Make `pieces` in `folder` by `workers` processes (all cores where None); the index in the order given."""
    folder.mkdir(parents=True, exist_ok=True)
    records: dict[str, Record] = {}
    progress("Études", 0, len(pieces), "pieces")
    for record in _in_parallel(folder, pieces, workers or os.cpu_count() or 1):
        records[record["id"]] = record
        progress("Études", len(records), len(pieces), "pieces")
    index = [records[piece.id] for piece in pieces]
    _write_whole(folder / INDEX, "".join(json.dumps(record) + "\n" for record in index).encode())
    _sweep(folder)
    return load(folder)


def load(folder: Path) -> list[Record]:
    """The index of a finished corpus, one record a piece; raises DatasetError."""
    try:
        lines = (folder / INDEX).read_text(encoding="utf-8").splitlines()
        return [cast(Record, json.loads(line)) for line in lines]
    except (OSError, ValueError) as error:
        raise DatasetError(f"{folder}: holds no finished études ({error}); make them again.") from error


def _in_parallel(folder: Path, pieces: Iterable[Piece], workers: int) -> Iterator[Record]:
    from joblib import Parallel, delayed, parallel_config  # noqa: PLC0415

    with parallel_config(backend="loky", inner_max_num_threads=1, n_jobs=workers):
        jobs = (delayed(make_piece)(folder, piece) for piece in pieces)
        yield from Parallel(return_as="generator_unordered", batch_size=1)(jobs)


def make_piece(folder: Path, piece: Piece) -> Record:
    """Make one piece unless it lies in `folder` already; its record either way."""
    from earmark_benchmarks.etudes.compose import compose  # noqa: PLC0415
    from earmark_benchmarks.etudes.labels import labels_of  # noqa: PLC0415
    from earmark_benchmarks.etudes.render import RATE, read_soundfont  # noqa: PLC0415

    score = compose(piece.factors)
    name = f"{piece.id}.flac"
    pcm = _existing(folder / name, piece.stamp, round(score.duration_s * RATE))
    if pcm is None:
        from earmark_benchmarks.etudes.piece import perform  # noqa: PLC0415

        samples = perform(score, read_soundfont(piece.soundfont))
        pcm = samples.astype("<i2").tobytes()
        _write_whole(folder / name, _flac(samples, piece.stamp))
    return {
        "id": piece.id,
        "path": name,
        "group": piece.group,
        "split": piece.split,
        "stamp": piece.stamp,
        "pcm_blake3": _digest(pcm),
        "labels": labels_of(score),
    }


def _existing(path: Path, stamp: str, length: int) -> bytes | None:
    """PCM bytes of a piece, or None where it is missing or broken, of another stamp or another length."""
    import soundfile  # noqa: PLC0415

    try:
        with soundfile.SoundFile(path) as file:
            pcm = cast(bytes, file.read(dtype="int16").astype("<i2").tobytes())
            return pcm if file.comment == stamp and len(pcm) == 2 * length else None
    except (OSError, soundfile.LibsndfileError):
        return None


def _flac(samples: Any, stamp: str) -> bytes:
    """A FLAC file that says in its comment what it was made by."""
    import soundfile  # noqa: PLC0415

    from earmark_benchmarks.etudes.render import RATE  # noqa: PLC0415

    held = io.BytesIO()
    with soundfile.SoundFile(held, "w", RATE, 1, format="FLAC", subtype="PCM_16") as file:
        file.comment = stamp
        file.write(samples)
    return held.getvalue()


def _digest(data: bytes) -> str:
    from blake3 import blake3  # noqa: PLC0415

    return blake3(data).hexdigest()


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file that nobody ever sees half."""
    passing = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    passing.write_bytes(data)
    try:
        passing.replace(path)
    except FileNotFoundError:
        if not path.exists():  # else another run has finished the corpus and swept
            raise


def _sweep(folder: Path) -> None:
    """Remove what killed runs left."""
    for left in folder.glob(".*.tmp"):
        left.unlink(missing_ok=True)
