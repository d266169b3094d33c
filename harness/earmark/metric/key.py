"""Scores of a key, one of the 24 in `earmark.target.KEYS`; the answer is the most probable, of equals the first."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.metric.classification import chosen_classes, is_right
from earmark.metric.metric import mean_over_tracks
from earmark.target import KEYS


@cache
def key_scores() -> npt.NDArray[np.float64]:
    """Give mir_eval's weighted score of every reference and estimated key: [24, 24].

    1 same, 0.5 a perfect fifth above the reference (not below), 0.3 relative, 0.2 parallel.
    """
    from mir_eval.key import weighted_score  # noqa: PLC0415 - 0.6 s that only a task of keys needs

    table = np.array([[weighted_score(reference, estimated) for estimated in KEYS] for reference in KEYS])
    table.flags.writeable = False  # it is shared by all callers
    return table


def _weighted_score(reference: Any, estimated: Any) -> npt.NDArray[np.float64]:
    truth, chosen, finite = _chosen_keys(reference, estimated)
    return np.where(finite, key_scores()[truth, chosen], np.nan)


def _is_right(reference: Any, estimated: Any) -> npt.NDArray[np.float64]:
    _chosen_keys(reference, estimated)
    return is_right(reference, estimated)


def _chosen_keys(
    reference: Any, estimated: Any
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    if np.shape(estimated)[1:] != (len(KEYS),):
        raise ValueError(f"Keys need probabilities [tracks, {len(KEYS)}], not {np.shape(estimated)}.")
    return chosen_classes(reference, estimated)


MIREX = mean_over_tracks("mirex", _weighted_score, source="mir_eval.key.weighted_score")
KEY_ACCURACY = mean_over_tracks("accuracy", _is_right, source="share of right keys")
