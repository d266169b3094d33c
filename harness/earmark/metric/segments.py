"""Segmentation: are the boundaries where they should be, and do alike sections share a label?

The values are mir_eval's (Raffel et al. 2014), with the start and the end of a track left out of the boundaries
(`trim=True`). Three things are settled here that mir_eval leaves open:

- The estimate is brought to the span of the reference as `mir_eval.segment.evaluate` does it: from 0 to the
  reference's end; what is missing at either side becomes a section of its own, so silence before a first section
  that starts at 3 s asks for a boundary at 3 s. Gaps below END_GAP_S are rounding and are closed instead.
- A track whose reference has no boundary inside (or one label only): an estimate that says the same scores 1,
  any other 0, as in scikit-learn's V-measure. mir_eval gives 0 to both: even the reference would not score 1.
- A track shorter than one frame counts as one frame.
"""

from collections.abc import Callable, Sequence
from functools import partial

import mir_eval.segment
import numpy as np
import numpy.typing as npt

from earmark.metric.metric import mean_over_tracks
from earmark.target import Timeline

FRAME_S = 0.1  # mir_eval's: labels are compared at this grid
END_GAP_S = 0.1  # one such frame: nobody marks a section shorter than this
TrackScore = Callable[[Timeline, Timeline], float]
Floats = npt.NDArray[np.float64]


def detection_f(reference: Timeline, estimated: Timeline, *, window_s: float) -> float:
    """F-measure of the boundaries found within `window_s` of the reference's, each matched at most once."""
    reference_edges_s, _ = _spanned(reference, reference.edges_s[-1])
    estimated_edges_s, _ = _spanned(estimated, reference.edges_s[-1])
    if len(reference_edges_s) == 2 or len(estimated_edges_s) == 2:  # a start, an end, and nothing inside
        return float(len(reference_edges_s) == len(estimated_edges_s))
    intervals = (np.stack([edges[:-1], edges[1:]], axis=1) for edges in (reference_edges_s, estimated_edges_s))
    return float(mir_eval.segment.detection(*intervals, window=window_s, trim=True)[2])


def pairwise_f(reference: Timeline, estimated: Timeline) -> float:
    """F-measure of the pairs of frames that share a label (Levy and Sandler 2008)."""
    counts = _contingency(reference, estimated)
    both, of_reference, of_estimate = (_pairs(c) for c in (counts, counts.sum(axis=1), counts.sum(axis=0)))
    if of_reference + of_estimate == 0:  # every frame on its own, on both sides
        return 1.0
    return 2 * both / (of_reference + of_estimate)


def v_measure(reference: Timeline, estimated: Timeline) -> float:
    """How well either labelling tells the other: 2 I / (H + H) in bits of frames (mir_eval's NCE, `marginal`)."""
    counts = _contingency(reference, estimated)
    of_reference, of_estimate = _entropy(counts.sum(axis=1)), _entropy(counts.sum(axis=0))
    if of_reference + of_estimate == 0:  # one label on both sides
        return 1.0
    if min(of_reference, of_estimate) == 0:
        return 0.0
    shared = of_reference + of_estimate - _entropy(counts)
    return float(np.clip(2 * shared / (of_reference + of_estimate), 0.0, 1.0))


def _spanned(timeline: Timeline, end_s: float) -> tuple[Floats, list[str]]:
    """Bring a timeline to 0..end_s: edges [sections + 1] in seconds, and the label of each section."""
    gap_s = min(END_GAP_S, end_s / 2)
    edges_s = np.array([0.0, *timeline.edges_s, end_s])
    edges_s[edges_s < gap_s] = 0.0
    edges_s[edges_s > end_s - gap_s] = end_s
    kept = np.diff(edges_s) > 0
    labels = ("__T_MIN", *timeline.labels, "__T_MAX")
    return np.append(edges_s[:-1][kept], end_s), [labels[i] for i in np.flatnonzero(kept)]


def _contingency(reference: Timeline, estimated: Timeline) -> Floats:
    """Count the frames under each pair of labels: [reference labels, estimated labels]."""
    frames = max(1, int(reference.edges_s[-1] / FRAME_S))
    times_s = np.arange(frames, dtype=np.float32) * FRAME_S  # mir_eval's rounding, to agree at the edges
    rows, columns = (_sampled(timeline, reference.edges_s[-1], times_s) for timeline in (reference, estimated))
    counts: Floats = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(counts, (rows, columns), 1.0)
    return counts


def _sampled(timeline: Timeline, end_s: float, times_s: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    edges_s, labels = _spanned(timeline, end_s)
    _, index = np.unique(labels, return_inverse=True)
    sampled: npt.NDArray[np.intp] = index[np.searchsorted(edges_s[1:-1], times_s, side="right")]
    return sampled


def _pairs(counts: Floats) -> float:
    return float((counts * (counts - 1)).sum() / 2)


def _entropy(counts: Floats) -> float:
    share = counts[counts > 0] / counts.sum()
    return -float((share * np.log2(share)).sum())


def _per_track(score: TrackScore, reference: Sequence[Timeline], estimated: Sequence[Timeline]) -> Floats:
    return np.array([score(r, e) for r, e in zip(reference, estimated, strict=True)], dtype=np.float64)


MIR_EVAL = "Raffel et al. 2014, mir_eval.segment"
HR3F = mean_over_tracks(
    "hr3f",
    partial(_per_track, partial(detection_f, window_s=3.0)),
    source=f"{MIR_EVAL}.detection, window 3 s, trimmed",
)
HR_HALF_F = mean_over_tracks(
    "hr.5f",
    partial(_per_track, partial(detection_f, window_s=0.5)),
    source=f"{MIR_EVAL}.detection, window 0.5 s, trimmed",
)
PAIRWISE_F = mean_over_tracks(
    "pairwise-f", partial(_per_track, pairwise_f), source=f"Levy and Sandler 2008; {MIR_EVAL}.pairwise"
)
V_MEASURE = mean_over_tracks(
    "v-measure", partial(_per_track, v_measure), source=f"Rosenberg and Hirschberg 2007; {MIR_EVAL}.vmeasure"
)
SEGMENT_METRICS = (HR_HALF_F, HR3F, PAIRWISE_F, V_MEASURE)
"""The main one first: within 3 s lies most of a half-minute piece, and boundaries by the clock score 0.7 there."""
