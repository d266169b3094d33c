"""Where recordings are on this disk, so that what is to blame can be listened to."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from earmark.place import Place
from earmark.protocol import Recordings
from earmark.registry import installed
from earmark.result import Result

SOUNDS = (".flac", ".wav", ".mp3", ".ogg", ".opus")


class Whereabouts:
    """Where recordings are on this disk, as far as that can be said without making any."""

    def __init__(self, look: Mapping[str, Callable[[], Mapping[str, str]]]) -> None:
        self._look, self._found = look, dict[str, Mapping[str, str]]()

    @classmethod
    def of(cls, result: Result, cache: Path | None, own: Recordings | str | None = None) -> "Whereabouts":
        """Of the data sets of a result: the user's own recordings, or what was made below the cache folder."""
        if own is not None and not isinstance(own, str):
            return cls({dataset.name: partial(_of_recordings, own, result.seed) for dataset in result.datasets})
        return cls({d.name: partial(_of_dataset, d.name, d.version, cache) for d in result.datasets})

    def path(self, dataset: str, track: str) -> str:
        """The path of a track's recording, or nothing."""
        if dataset not in self._look:
            return ""
        if dataset not in self._found:
            self._found[dataset] = self._look[dataset]()
        return self._found[dataset].get(track, "")


def _of_recordings(own: Recordings, seed: int) -> Mapping[str, str]:
    return {track.id: track.source.name for track in own.read(seed).tracks}


def _of_dataset(name: str, version: str, cache: Path | None) -> Mapping[str, str]:
    """By track the sound file that is called like it; nothing of a data set that is not here in that version."""
    info = installed().datasets.get(name)
    if info is None or info.version != version or not (folder := info.folder(Place.at(cache).datasets)).is_dir():
        return {}
    sounds = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SOUNDS]
    return {path.relative_to(folder).with_suffix("").as_posix(): str(path) for path in sounds}
