"""The model and the data as a result remembers them."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping

from blake3 import blake3

from earmark.dataset import Dataset, Track
from earmark.protocol.sitting import Embedded, Sitting
from earmark.registry import installed
from earmark.result import DatasetRecord, ModelRecord, Skipped
from earmark.target import portable

MOST_TWINS = 5
"""So many of the doubled recordings are named."""


def model_record(sitting: Sitting, *, asked: bool = False) -> ModelRecord:
    """Describe the model as it was measured; its layers only where the user `asked` for some."""
    info, extraction = sitting.info, next(iter(sitting.embedded.values())).extraction
    return ModelRecord(
        name=info.name,
        version=info.version,
        fingerprint=extraction.model_fingerprint,
        dim=info.layers.get(extraction.layers[-1], info.dim),
        parameters=extraction.parameters,
        sample_rate=info.sample_rate,
        window_s=info.window_s,
        hop_s=info.hop_s,
        license=info.license,
        source=info.source,
        training_data=info.training_data,
        options=dict(sitting.opened.options),
        layers=extraction.layers if asked else (),
    )


def dataset_record(dataset: Dataset, embedded: Embedded) -> DatasetRecord:
    """Describe the data as they were read."""
    ids, skipped = {track.id for track in dataset.tracks}, embedded.extraction.skipped
    return DatasetRecord(
        name=dataset.name,
        version=dataset.version,
        license=dataset.license,
        source=dataset.source,
        checksum=checksum(dataset, embedded.extraction.checksums),
        tracks=dict(Counter(t.split for t in dataset.tracks)),
        audio_s=round(embedded.audio_s, 3),
        skipped=tuple(Skipped(track=track, reason=reason) for track, reason in skipped if track in ids),
        notes=(*dataset.notes, *_twins(dataset, embedded)),
    )


def _twins(dataset: Dataset, embedded: Embedded) -> list[str]:
    """A note where the same bytes stand in two splits: what train has heard, test cannot ask."""
    by_audio: dict[str, list[Track]] = defaultdict(list)
    for track in dataset.tracks:
        if track.id in embedded.extraction.checksums:
            by_audio[embedded.extraction.checksums[track.id]].append(track)
    twins = [tracks for tracks in by_audio.values() if len({t.split for t in tracks}) > 1]
    named = ", ".join(" = ".join(t.id for t in tracks) for tracks in twins[:MOST_TWINS])
    return [f"{len(twins)} recordings stand in more than one split, byte for byte: {named}."] if twins else []


def checksum(dataset: Dataset, audio: Mapping[str, str]) -> str:
    """blake3 over ids, splits, groups, labels and the checksums of the audio, by id, of all tracks in any order.

    Of generated data without the audio: its version says what it is, and machines agree but for the last bit.
    """
    audio = {} if is_generated(dataset) else audio
    rows = [
        [t.id, t.split, t.group, audio.get(t.id, ""), {name: portable(label) for name, label in t.labels.items()}]
        for t in sorted(dataset.tracks, key=lambda t: t.id)
    ]
    return blake3(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_generated(dataset: Dataset) -> bool:
    """Whether the data set, or the one that it is a variant of, is registered as generated."""
    info = installed().datasets.get(dataset.name.partition("?")[0])
    return info is not None and info.generated
