"""One call of a program: recordings written to a folder, its vectors read from another."""

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from blake3 import blake3

from earmark import Recorded
from earmark.errors import AudioError, PluginError
from earmark_plugins.adapters.command.process import run_command
from earmark_plugins.vectors import Entry, read_folder

AUDIO, EMBEDDINGS = "{audio}", "{embeddings}"
"""What stands in a command for the two folders."""
MANIFEST = "manifest.csv"
LONGEST_NAME = 120  # characters; file systems end at 255 bytes
SHOWN = 10

Answer = npt.NDArray[np.float32] | str
"""A track's vectors, or why there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A program and how it is called."""

    words: tuple[str, ...]
    folder: Path
    """Where it runs."""
    dim: int
    timeout_s: float
    environment: Mapping[str, str]

    def embed(self, tracks: Sequence[Recorded]) -> Iterator[tuple[str, Answer]]:
        """Run the program once for all the tracks, and yield what it made of each.

        Raises PluginError when it fails, or answers for tracks that it was not given. Its folders are removed.
        """
        with tempfile.TemporaryDirectory(prefix="earmark-") as scratch:
            audio, embeddings = Path(scratch, "audio"), Path(scratch, "embeddings")
            audio.mkdir()
            embeddings.mkdir()
            names, unheard = _write(tracks, audio)
            found = self._ask(names, audio, embeddings) if names else {}
        yield from [(track.id, unheard.get(track.id) or found[track.id]) for track in tracks]

    def _ask(self, names: Mapping[str, str], audio: Path, embeddings: Path) -> dict[str, Answer]:
        folders = {AUDIO: str(audio), EMBEDDINGS: str(embeddings)}
        words = [_filled(word, folders) for word in self.words]
        said = run_command(words, timeout_s=self.timeout_s, folder=self.folder, environment=self.environment)
        entries = _by_track(read_folder(embeddings), names)
        if not entries:
            lines = f" Its last lines:\n{said}" if said else ""
            raise PluginError(f"The command {self.words[0]!r} ended well but wrote no embeddings.{lines}")
        nothing = "{}: the command wrote no embedding for it."
        return {t: entries[t].vectors(self.dim) if t in entries else nothing.format(t) for t in names}


def _filled(word: str, folders: Mapping[str, str]) -> str:
    for placeholder, folder in folders.items():
        word = word.replace(placeholder, folder)
    return word


def _write(tracks: Sequence[Recorded], folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Write each recording and the manifest: file names without ending by track id, and why others were not read."""
    import soundfile  # noqa: PLC0415 - listing models needs no encoder

    names, unheard = dict[str, str](), dict[str, str]()
    taken = set[str]()
    for track in tracks:
        try:
            audio = track.load()
        except AudioError as error:
            unheard[track.id] = str(error)
            continue
        names[track.id] = name = _file_name(track.id, taken)
        taken.add(name.casefold())
        soundfile.write(folder / f"{name}.wav", audio.samples, audio.rate, subtype="FLOAT")
    with (folder / MANIFEST).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("id", "file"), *((track, f"{name}.wav") for track, name in names.items())])
    return names, unheard


def _file_name(track: str, taken: set[str]) -> str:
    """The id, percent-encoded; with a hash where it is too long or differs from another in capitals only."""
    name = quote(track, safe=" ")
    name = f"%2E{name[1:]}" if name.startswith(".") else name  # a leading dot hides a file
    if len(name) <= LONGEST_NAME and name.casefold() not in taken:
        return name
    return f"{name[:LONGEST_NAME]}-{blake3(track.encode()).hexdigest()[:12]}"


def _by_track(entries: Mapping[str, Entry], names: Mapping[str, str]) -> dict[str, Entry]:
    """Entries by track id, whether the program named them by id or by file; raises PluginError for others."""
    tracks: dict[str, Any] = {name: track for track, name in names.items()} | {track: track for track in names}
    if strange := [name for name in entries if name not in tracks]:
        raise PluginError(
            f"The command wrote embeddings for {', '.join(map(repr, strange[:SHOWN]))}, for which it was not asked; "
            f"it was for {', '.join(map(repr, list(names)[:SHOWN]))}. Name them as in {MANIFEST}."
        )
    return {tracks[name]: entry for name, entry in entries.items()}
