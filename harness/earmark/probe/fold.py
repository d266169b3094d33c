"""What goes into a probe (`Fold`) and what comes out (`Readout`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from earmark.errors import DatasetError, PluginError

Link = Literal["softmax", "sigmoid", "identity"]
"""How a linear output becomes an answer: one class of several, each class by itself, or a number."""

Score = Callable[[NDArray[np.float64]], float]
"""Maps outputs for the valid tracks [tracks, outputs] to the main metric; higher is better, NaN is worthless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """One split as a probe sees it: embeddings and the answers that go with them.

    Raises `PluginError` for embeddings that are no finite numbers, `DatasetError` for answers that are none.
    """

    embeddings: NDArray[np.float32]
    """[tracks, dim], as extracted: the probe standardises with train's mean and deviation."""
    answers: NDArray[np.float64]
    """[tracks, outputs]: one-hot or soft classes, several classes as 0 and 1, or numbers."""

    def __post_init__(self) -> None:
        check_embeddings(self.embeddings)
        if self.answers.ndim != 2 or len(self.answers) != len(self.embeddings):
            raise ValueError(
                f"The answers have shape {self.answers.shape}; {len(self.embeddings)} embeddings need "
                f"[{len(self.embeddings)}, outputs]."
            )
        if bad := int((~np.isfinite(self.answers)).any(axis=1).sum()):
            raise DatasetError(f"{bad} of {len(self.answers)} answers are NaN or infinite; leave those tracks out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Readout:
    """What a probe answers about the test tracks, and how it came to be."""

    outputs: NDArray[np.float64]
    """[seeds, tracks, outputs], probabilities or numbers; the linear probe has one seed."""
    settings: Mapping[str, float | str]
    """What validation chose."""
    valid_score: float
    """The main metric on the valid split with these settings; NaN when no setting had any."""
    edge: str
    """`strongest` or `weakest` when the chosen strength ends the grid, else empty."""
    converged: bool
    """False when a fit met its cap on iterations first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """Mean and deviation [dim] of the train embeddings; calling it standardises others by them."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]

    def __call__(self, embeddings: NDArray[np.floating]) -> NDArray[np.float64]:
        """Standardise embeddings [tracks, dim] in float64."""
        return (embeddings.astype(np.float64) - self.mean) / self.deviation


def standard_of(embeddings: NDArray[np.floating]) -> Standard:
    """Mean and deviation of embeddings [tracks, dim]; a deviation of zero counts as one.

    A column that spreads no wider than the rounding of float32 is constant: dividing by that rounding would
    blow it up into noise of unit variance that differs between machines.
    """
    exact = embeddings.astype(np.float64)
    mean = exact.mean(axis=0)
    deviation = exact.std(axis=0)
    rounding = np.finfo(np.float32).eps * np.abs(exact).max(axis=0)
    return Standard(mean=mean, deviation=np.where(deviation <= rounding, 1.0, deviation))


def standardise(train: NDArray[np.floating], *others: NDArray[np.floating]) -> tuple[NDArray[np.float64], ...]:
    """Standardise train [tracks, dim] and others by train's mean and deviation, in that order."""
    standard = standard_of(train)
    return tuple(standard(each) for each in (train, *others))


def check_embeddings(embeddings: NDArray[np.floating]) -> None:
    """Raise `PluginError` unless embeddings are finite numbers [tracks, dim] with at least one dimension."""
    if embeddings.ndim != 2 or embeddings.shape[1] == 0:
        raise PluginError(f"Embeddings have shape {embeddings.shape}; a probe needs [tracks, dim].")
    if bad := int((~np.isfinite(embeddings)).any(axis=1).sum()):
        raise PluginError(
            f"{bad} of {len(embeddings)} embeddings hold NaN or infinite values; mend the model that made them."
        )


def check_splits(train: Fold, valid: Fold, test: NDArray[np.floating]) -> None:
    """Raise unless train and valid hold tracks, and all three splits agree in their dimensions."""
    check_embeddings(test)
    for name, fold in (("train", train), ("valid", valid)):
        if len(fold.embeddings) == 0:
            raise DatasetError(f"The {name} split holds no track: a probe can neither be fitted nor chosen.")
    dims = {"train": train.embeddings.shape[1], "valid": valid.embeddings.shape[1], "test": test.shape[1]}
    if len(set(dims.values())) > 1:
        raise PluginError(f"The splits' embeddings differ in their dimension: {dims}.")
