"""Probes: small readers of frozen embeddings, and what reads form from frames."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from earmark.probe.boundaries import PERIODS_S, SegmentReadout, Sketch, boundary_probe, foote, regular
from earmark.probe.fold import Fold, Link, Readout, Score
from earmark.probe.linear import LinearReader, learn, linear_probe
from earmark.probe.mlp import mlp_probe
from earmark.probe.threads import single_thread


class Probe(Protocol):
    """Learns from train, is chosen by valid, and answers for test embeddings [tracks, dim]."""

    def __call__(
        self, train: Fold, valid: Fold, test: NDArray[np.floating], *, link: Link, score: Score, seed: int
    ) -> Readout:
        """See `linear_probe` and `mlp_probe`."""
        ...


PROBES: Mapping[str, Probe] = {"linear": linear_probe, "mlp": mlp_probe}
"""By the name that the command line knows."""

__all__ = [
    "PERIODS_S",
    "PROBES",
    "Fold",
    "LinearReader",
    "Link",
    "Probe",
    "Readout",
    "Score",
    "SegmentReadout",
    "Sketch",
    "boundary_probe",
    "foote",
    "learn",
    "linear_probe",
    "mlp_probe",
    "regular",
    "single_thread",
]
