"""What is asked of each model, and what of it the store misses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from earmark.dataset import Track
from earmark.extract.chunk import Job
from earmark.extract.embed import FULL_PRECISION
from earmark.extract.fingerprint import key_of, model_fingerprint
from earmark.extract.layers import choose_layers
from earmark.extract.listed import is_listed
from earmark.extract.recordings import Recording, check_skipped
from earmark.model import OpenedModel
from earmark.store import Store

OpenModel = Callable[[], OpenedModel]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A model to embed with, and the layers that are wanted of it."""

    open_model: OpenModel
    layers: tuple[str, ...] = ()
    """Names of its layers, or ``all``; empty: its main one."""
    precision: str = FULL_PRECISION
    """One of PRECISIONS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One model's part in an extraction."""

    asked: Asked
    opened: OpenedModel
    layers: tuple[str, ...]
    fingerprint: str
    keys: Mapping[str, Mapping[str, str]]
    """By track id and layer."""

    @classmethod
    def of(cls, asked: Asked, recordings: Mapping[str, Recording]) -> "Part":
        """Open the model and say where each embedding stands; raises PluginError or UnknownName."""
        opened = asked.open_model()
        layers, fingerprint = choose_layers(opened.info, asked.layers), model_fingerprint(opened)
        digits = "" if asked.precision == FULL_PRECISION else asked.precision

        def key(track: str, layer: str) -> str:
            by_id = track if is_listed(opened) else ""
            return key_of(fingerprint, recordings[track].checksum, layer=layer, precision=digits, track=by_id)

        keys = {track: {layer: key(track, layer) for layer in layers} for track in recordings}
        return cls(asked=asked, opened=opened, layers=layers, fingerprint=fingerprint, keys=keys)


def jobs_for(
    parts: Sequence[Part], tracks: Sequence[Track], recordings: Mapping[str, Recording], store: Store
) -> list[Job]:
    """One job for each recording of which the store misses something, in the order of the tracks."""
    jobs: dict[tuple[str, ...], Job] = {}  # the same bytes under two ids are embedded once
    for track in tracks:
        if track.id in recordings:
            found, keys = recordings[track.id], tuple(part.keys[track.id] for part in parts)
            job = Job(
                track=track.id, checksum=found.checksum, source=track.source, duration_s=found.duration_s, keys=keys
            )
            jobs.setdefault(job.all_keys, job)
    missing = set(store.missing([key for job in jobs.values() for key in job.all_keys]))
    return [job for job in jobs.values() if missing.intersection(job.all_keys)]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of one model's tracks so far."""

    part: Part
    tracks: Sequence[Track]
    max_share: float
    """Of the tracks may be skipped at most."""
    skipped: dict[str, str] = field(default_factory=dict)
    """By track id, why."""
    computed: set[str] = field(default_factory=set)
    audio_s: float = 0.0
    busy_s: float = 0.0

    def skip(self, by_key: Mapping[str, str]) -> None:
        """Note why the tracks under these keys were skipped; raises DatasetError when it is too many."""
        if by_key:
            main = self.part.layers[0]
            self.skip_tracks({t: by_key[k[main]] for t, k in self.part.keys.items() if k[main] in by_key})

    def skip_tracks(self, by_track: Mapping[str, str]) -> None:
        """Note why these tracks were skipped; raises DatasetError when it is too many."""
        self.skipped.update(by_track)
        check_skipped(self.skipped, len(self.tracks), self.max_share, what="embedded")
