"""What is asked of each model, and what of it the store misses."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from earmark.extract.chunk import Done
from earmark.extract.embed import FULL_PRECISION
from earmark.extract.fingerprint import key_of, model_fingerprint, perturbation_fingerprint
from earmark.extract.job import Hearing, Job
from earmark.extract.layers import choose_layers
from earmark.extract.listed import is_listed
from earmark.extract.recordings import Recording, check_skipped
from earmark.extract.take import Take
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
    """By id of the take and layer."""

    @classmethod
    def of(cls, asked: Asked, takes: Sequence[Take], recordings: Mapping[str, Recording]) -> "Part":
        """Open the model and say where each embedding stands; raises PluginError or UnknownName."""
        opened, changes = asked.open_model(), _changes(takes)
        layers, fingerprint = choose_layers(opened.info, asked.layers), model_fingerprint(opened)
        digits = "" if asked.precision == FULL_PRECISION else asked.precision

        def key(take: Take, layer: str) -> str:
            checksum = recordings[take.track.id].checksum
            by_id = take.track.id if is_listed(opened) or take.condition is not None else ""
            changed = "" if take.condition is None else repr((*changes[id(take.condition)], take.seed))
            return key_of(fingerprint, checksum, layer=layer, precision=digits, track=by_id, condition=changed)

        readable = [take for take in takes if take.track.id in recordings]
        keys = {take.id: {layer: key(take, layer) for layer in layers} for take in readable}
        return cls(asked=asked, opened=opened, layers=layers, fingerprint=fingerprint, keys=keys)


def _changes(takes: Sequence[Take]) -> dict[int, tuple[str, float]]:
    """What decides how each condition changes a recording, by the condition's `id`: read once, not for each take."""
    conditions = {id(take.condition): take.condition for take in takes if take.condition is not None}
    return {place: (perturbation_fingerprint(c.perturbation), float(c.level)) for place, c in conditions.items()}


def jobs_for(
    parts: Sequence[Part], takes: Sequence[Take], recordings: Mapping[str, Recording], store: Store
) -> list[Job]:
    """One job for each recording, with those hearings of which the store misses something, in order."""
    hearings: dict[tuple[str, ...], tuple[Take, Hearing]] = {}  # the same bytes under two ids are embedded once
    for take in takes:
        if take.track.id in recordings:
            keys = tuple(part.keys[take.id] for part in parts)
            hearing = Hearing(id=take.id, keys=keys, condition=take.condition, seed=take.seed)
            hearings.setdefault(hearing.all_keys, (take, hearing))
    missing = set(store.missing([key for keys in hearings for key in keys]))
    by_track: dict[str, list[tuple[Take, Hearing]]] = defaultdict(list)
    for take, hearing in hearings.values():
        if missing.intersection(hearing.all_keys):
            by_track[take.track.id].append((take, hearing))
    return [_job(some, recordings[track]) for track, some in by_track.items()]


def _job(some: Sequence[tuple[Take, Hearing]], recording: Recording) -> Job:
    track = some[0][0].track
    return Job(
        track=track.id,
        checksum=recording.checksum,
        source=track.source,
        duration_s=recording.duration_s,
        hearings=tuple(hearing for _, hearing in some),
    )


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of one model's takes so far."""

    part: Part
    takes: Sequence[Take]
    max_share: float
    """Of the tracks may be skipped at most, as they are or under some condition."""
    skipped: dict[str, str] = field(default_factory=dict)
    """By id of the take, why."""
    computed: set[str] = field(default_factory=set)
    audio_s: float = 0.0
    work_s: dict[str, float] = field(default_factory=dict)
    """Seconds of work by phase; decoding, resampling and perturbations served other models too."""
    busy_s: float = 0.0
    """Seconds of work for this model alone."""

    def count(self, place: int, done: Done) -> None:
        """Add what became of a chunk in which this model had that place; raises DatasetError for too many skipped."""
        own = {phase: seconds for (model, phase), seconds in done.embed_s.items() if model == place}
        for phase, seconds in (*own.items(), *done.shared_s.items()):
            self.work_s[phase] = self.work_s.get(phase, 0.0) + seconds
        self.busy_s += sum(own.values())
        self.audio_s += done.audio_s.get(place, 0.0)
        self.computed.update(done.computed)
        self._skip(done.skipped)

    def _skip(self, by_key: Mapping[str, str]) -> None:
        """Note why the takes under these keys were skipped; raises DatasetError when it is too many."""
        if by_key:
            main = self.part.layers[0]
            self.skip_takes({t: by_key[k[main]] for t, k in self.part.keys.items() if k[main] in by_key})

    def skip_takes(self, by_id: Mapping[str, str]) -> None:
        """Note why these takes were skipped; raises DatasetError when it is too many."""
        self.skipped.update(by_id)
        if by_id:
            reasons = {take.track.id: self.skipped[take.id] for take in self.takes if take.id in self.skipped}
            check_skipped(reasons, len({take.track.id for take in self.takes}), self.max_share, what="embedded")
