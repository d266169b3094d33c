"""Reading every layer of a model, and picking one on validation."""

from collections.abc import Mapping
from dataclasses import dataclass

from earmark.metric import Metric
from earmark.protocol.reading import Material, Reader, Reading
from earmark.protocol.sitting import Embedded


@dataclass(frozen=True, slots=True, kw_only=True)
class Layered:
    """A reading of each layer, and which of them validation prefers."""

    readings: Mapping[str, Reading]
    picked: str

    @property
    def best(self) -> Reading:
        """The reading of the picked layer."""
        return self.readings[self.picked]


def read_layers(reader: Reader, material: Material, embedded: Embedded, main: Metric) -> Layered:
    """Read every layer that was taken; the best on validation is picked, of equals the one nearer to the input.

    Test tracks are read once for each layer, but never chosen by.
    """
    readings = {layer: reader(material, embedded, main, layer) for layer in embedded.layers}
    sign = 1.0 if main.higher_is_better else -1.0

    def on_validation(layer: str) -> float:
        score = readings[layer].valid_score
        return -float("inf") if score is None else sign * score

    return Layered(readings=readings, picked=max(readings, key=on_validation))
