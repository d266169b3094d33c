"""Command: a program of any language, environment or container; a folder of audio in, a folder of embeddings out.

``command:FILE.toml``, or in one line ``command:python embed.py {audio} {embeddings}?dim=128&sample_rate=16000``.
``{audio}`` becomes a folder of WAV files (mono, float32, at the declared rate) with ``manifest.csv`` (id, file). For
``x.wav`` the program writes ``x.npy`` into ``{embeddings}``, [dim] or [frames, dim], or any form that `embeddings:`
reads with the ids of the manifest. It runs without a shell, in the folder of its card or else where earmark was
started, and is killed with all that it started when its time is over or Ctrl-C is pressed.
Source: none; the convention is this one.
Licence: Apache-2.0, as the rest of earmark; of the program as its card says.
"""

import functools
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blake3 import blake3

from earmark import AdapterInfo, ModelInfo, Recorded, hookimpl
from earmark.errors import PluginError
from earmark_plugins.adapters.command.call import AUDIO, EMBEDDINGS, Call
from earmark_plugins.card import (
    ABOUT,
    VERSION_DIGITS,
    Key,
    check_card,
    complain,
    content_hash,
    pairs,
    positive,
    read_card,
    texts,
    told,
    whole,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NAME = "command"
KEYS: Mapping[str, Key] = {
    "command": texts('["python", "embed.py", "{audio}", "{embeddings}"]', required=True),
    "sample_rate": whole("16000", required=True),
    "dim": whole("512", required=True),
    "timeout_s": positive("3600"),
    "tracks_at_once": whole("64"),
    "environment": pairs('{ CUDA_VISIBLE_DEVICES = "0" }'),
    **ABOUT,
}
OPTIONS = {"dim": "dim", "sample_rate": "sample_rate", "timeout": "timeout_s", "name": "name", "version": "version"}
"""What may follow the question mark of a command in one line, and the card's word for it."""
NUMBERS = {"dim": int, "sample_rate": int, "timeout_s": float}
TIMEOUT_S = 3600.0
TRACKS_AT_ONCE = 64  # of 5 min at 44.1 kHz take 3.4 GB of disk; a program that is slow to start wants more


class Command:
    """Answers for recordings with what a program of the user's makes of them."""

    passing = ("_call",)  # its words, files and environment are in the digest; patience is no part of a model

    def __init__(self, call: Call, tracks_at_once: int, digest: str) -> None:
        self.digest = digest
        self.tracks_at_once = tracks_at_once
        self._call = call

    def embed_tracks(self, tracks: Sequence[Recorded]) -> "Iterator[tuple[str, npt.NDArray[np.float32] | str]]":
        """Yield each track's vectors [dim] or [frames, dim], or a sentence that there are none."""
        yield from self._call.embed(tracks)


def describe(argument: str, **options: str) -> ModelInfo:
    """Return what is known of the program from its card or from the options; raises PluginError."""
    words = _words(argument)
    if len(words) == 1 and words[0].endswith(".toml"):
        path = Path(words[0]).expanduser()
        complain(str(path), [f"?{name}=...: write it into the card" for name in options])
        return _described(read_card(path, KEYS), path.resolve().parent, str(path), path.stem)
    card = {"command": words, **_stated(options)}
    check_card(f"{NAME}:{argument}", card, KEYS)
    here = Path.cwd()
    named = next((Path(word).stem for word in words[1:] if (here / word).is_file()), Path(words[0]).stem)
    return _described(card, here, f"{NAME}:{argument}", named)


def _words(argument: str) -> list[str]:
    """The words as a shell would part them, without a shell."""
    try:
        return shlex.split(argument)
    except ValueError as error:
        raise PluginError(f"{NAME}:{argument} cannot be parted into words: {error}.") from error


def _stated(options: Mapping[str, str]) -> dict[str, Any]:
    """The options as a card has them; a number that is none stays text, which the check of the card refuses."""
    stated: dict[str, Any] = {OPTIONS[name]: value for name, value in options.items()}
    for name, number in NUMBERS.items():
        if name in stated:
            try:
                stated[name] = number(stated[name])
            except ValueError:
                continue
    return stated


def _described(card: Mapping[str, Any], folder: Path, where: str, name: str) -> ModelInfo:
    words = tuple(card["command"])
    whole_command = " ".join(words)
    complain(where, [f"command: names no {hole}" for hole in (AUDIO, EMBEDDINGS) if hole not in whole_command])
    digest = _hash(words, folder, card.get("environment", {}))
    call = Call(
        words=words,
        folder=folder,
        dim=card["dim"],
        timeout_s=card.get("timeout_s", TIMEOUT_S),
        environment=card.get("environment", {}),
    )
    return ModelInfo(
        name=f"{NAME}:{card.get('name', name)}",
        version=card.get("version", digest[:VERSION_DIGITS]),
        load=functools.partial(Command, call, card.get("tracks_at_once", TRACKS_AT_ONCE), digest),
        **told(card, "sample_rate", "dim", "license", "source", "training_data", "summary", "gain"),
    )


def _hash(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
    """Hash what decides a program's answers, as far as we can see it: a word that names a file by the file."""
    files = {word: folder / word for word in words}
    seen = [(files[w].name, content_hash([files[w]])) if files[w].is_file() else w for w in words]
    return str(blake3(repr((seen, sorted(environment.items()))).encode()).hexdigest())


@hookimpl
def provide_adapters() -> list[AdapterInfo]:
    """Return the adapter for programs."""
    return [
        AdapterInfo(
            name=NAME,
            describe=describe,
            argument="FILE.toml",
            options=tuple(OPTIONS),
            summary="A program: a folder of audio in, a folder of embeddings out.",
        )
    ]
