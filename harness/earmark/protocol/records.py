"""The model and the data as a result remembers them."""

import json
from collections import Counter
from dataclasses import asdict, is_dataclass
from typing import Any

from blake3 import blake3

from earmark.dataset import Dataset
from earmark.model import ModelInfo
from earmark.protocol.reading import Embedded
from earmark.result import DatasetRecord, ModelRecord, Skipped


def model_record(info: ModelInfo, options: dict[str, str], embedded: Embedded) -> ModelRecord:
    """Describe the model as it was measured."""
    return ModelRecord(
        name=info.name,
        version=info.version,
        fingerprint=embedded.extraction.model_fingerprint,
        dim=info.dim,
        parameters=embedded.extraction.parameters,
        sample_rate=info.sample_rate,
        window_s=info.window_s,
        hop_s=info.hop_s,
        license=info.license,
        source=info.source,
        training_data=info.training_data,
        options=options,
    )


def dataset_record(dataset: Dataset, embedded: Embedded) -> DatasetRecord:
    """Describe the data as they were read."""
    return DatasetRecord(
        name=dataset.name,
        version=dataset.version,
        license=dataset.license,
        source=dataset.source,
        checksum=checksum(dataset, embedded),
        tracks=dict(Counter(t.split for t in dataset.tracks)),
        audio_s=round(embedded.audio_s, 3),
        skipped=tuple(Skipped(track=track, reason=reason) for track, reason in embedded.extraction.skipped),
        notes=dataset.notes,
    )


def checksum(dataset: Dataset, embedded: Embedded) -> str:
    """blake3 over ids, splits, groups, labels and audio of all tracks, whatever their order."""
    rows = [
        [t.id, t.split, t.group, embedded.extraction.checksums.get(t.id, ""), _plain(dict(t.labels))]
        for t in sorted(dataset.tracks, key=lambda t: t.id)
    ]
    return blake3(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(labels: dict[str, Any]) -> dict[str, Any]:
    return {name: asdict(label) if is_dataclass(label) else label for name, label in labels.items()}  # type: ignore[arg-type]
