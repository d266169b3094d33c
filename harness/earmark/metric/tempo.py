"""Scores of a tempo in beats per minute: Acc1 and Acc2 of Gouyon et al. 2006, within 4 %."""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.metric.metric import mean_over_tracks

TOLERANCE = 0.04
"""Largest accepted distance, as a share of the accepted tempo; 4 % itself is accepted."""
ROUNDING = 1e-9
"""114.4 is 4 % above 110, but not in floating point."""
OCTAVES = (1 / 3, 1 / 2, 1.0, 2.0, 3.0)
"""What Acc2 accepts beside the tempo itself: a tapper at another metrical level."""


def _is_near(factors: tuple[float, ...], reference: Any, estimated: Any) -> npt.NDArray[np.float64]:
    reference_bpm, estimated_bpm = (np.asarray(bpm, dtype=np.float64) for bpm in (reference, estimated))
    if reference_bpm.ndim != 1 or reference_bpm.shape != estimated_bpm.shape:
        raise ValueError(f"Tempos need [tracks] twice, not {reference_bpm.shape}, {estimated_bpm.shape}.")
    if not (reference_bpm > 0).all():
        raise ValueError(f"A reference tempo must be above 0 BPM; the lowest is {reference_bpm.min()}.")
    ratios = estimated_bpm[:, None] / (reference_bpm[:, None] * np.array(factors))  # [tracks, factors]
    near = (np.abs(ratios - 1) <= TOLERANCE + ROUNDING).any(axis=1)
    return np.where(np.isfinite(estimated_bpm), near, np.nan)


ACC1 = mean_over_tracks("acc1", partial(_is_near, (1.0,)), source="Gouyon et al. 2006: share within 4 % of the tempo")
ACC2 = mean_over_tracks(
    "acc2",
    partial(_is_near, OCTAVES),
    source="Gouyon et al. 2006: share within 4 % of the tempo times 1/3, 1/2, 1, 2 or 3",
)
