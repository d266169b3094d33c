"""Per-track predictions as a table: enough to compute every score again."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from earmark.dataset import Dataset
from earmark.protocol.reading import Material, Reading
from earmark.target import KEYS, Label, Target, Timeline

COLUMNS = ("task", "probe", "condition", "seed", "track", "group", "reference", "estimated", "outputs")


def tables_of(rows: list[dict[str, Any]], datasets: Iterable[Dataset]) -> dict[str, pd.DataFrame]:
    """The tables that go beside a result: its predictions, and the split where one was drawn."""
    drawn = [(t.id, t.group, t.split) for d in datasets if d.drawn_split for t in d.tracks]
    split = {"split": pd.DataFrame(drawn, columns=["id", "group", "split"])} if drawn else {}
    answered = {"predictions": pd.DataFrame(rows, columns=list(COLUMNS))} if rows else {}
    return {**answered, **split}


def rows_of(material: Material, probe: str, reading: Reading, condition: str = "") -> Iterator[dict[str, Any]]:
    """One row for each seed and test track, heard under a condition; reference and estimated answers are JSON."""
    tracks = material.tracks["test"]
    for seed, estimated in enumerate(reading.estimated):
        for i, track in enumerate(tracks):
            yield {
                "task": material.task.name,
                "probe": probe,
                "condition": condition,
                "seed": seed,
                "track": track.id,
                "group": track.group,
                "reference": _json(track.labels[material.target.name]),
                "estimated": _json(spell(material.target, estimated[i])),
                "outputs": None if reading.outputs is None else reading.outputs[seed, i].tolist(),
            }


def spell(target: Target, estimate: Any) -> Label:
    """The answer as a label: what the metrics' argmax or threshold makes of an estimate."""
    if isinstance(estimate, Timeline):
        return estimate
    return SPELLINGS[target.form](target.classes or KEYS, np.asarray(estimate))


def _most_probable(classes: tuple[str, ...], estimate: Any) -> Label:
    return classes[int(np.argmax(estimate))]


SPELLINGS: Mapping[str, Callable[[tuple[str, ...], Any], Label]] = {
    "class": _most_probable,
    "ordered": _most_probable,
    "key": _most_probable,
    "classes": lambda classes, estimate: tuple(c for c, p in zip(classes, estimate, strict=True) if p >= 0.5),
    "presence": lambda _, estimate: "yes" if estimate >= 0.5 else "no",
    "tempo": lambda _, estimate: float(estimate),
    "number": lambda _, estimate: float(estimate),
}


def _json(label: Label) -> str:
    return json.dumps(asdict(label) if isinstance(label, Timeline) else label, ensure_ascii=False)
