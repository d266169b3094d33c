"""Where one section of a piece ends and the next begins, read from frozen embeddings in two ways, and chance.

`foote` needs no training: the peaks of Foote's novelty, with fixed parameters. `boundary_probe` learns on the
training split which dimensions of the embedding tell: a logistic regression on the terms of which the novelty is the
sum. `regular` places boundaries by the clock; both must beat it. None places a boundary within EDGE_S of the start
or the end. Numbers marked "ours" were chosen on simulated pieces of 40 and 250 s, not on any benchmark.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark.errors import DatasetError
from earmark.probe.choice import choose, edge_of, strength_grid
from earmark.probe.fold import Standard, check_embeddings, standard_of
from earmark.probe.linear import LinearFit, fit_linear
from earmark.probe.novelty import Floats, Frames, Peaks, contrasts, directions, novelty, peaks, standardised
from earmark.probe.sections import section_timeline
from earmark.probe.threads import single_thread
from earmark.target import Timeline

EDGE_S = 2.0  # ours: no section of music is shorter

# Half width of the kernel: sections grow with the duration, but less. 6 s for 30 s of music, 16 s from 3.5 minutes on.
# McCallum 2019, as re-implemented, takes 40 beats for songs: 20 s at 120 BPM.
HALF_WIDTH_S = 1.1  # times the root of the duration in seconds; ours
SHORTEST_S, LONGEST_S = 4.0, 16.0
PEAK_HEIGHT = 0.5  # deviations of the track's novelty above its mean; ours
PEAK_REACH = 0.5  # a peak is the highest within this share of the half width; ours

SHARES = (1 / 3, 2 / 3, 1.0)  # half widths, as shares of Foote's, of the novelties that the probe sees too; ours
SPREAD_S = 0.75  # deviation of the bump that a reference boundary leaves in the probe's targets; ours
MOST_ENTRIES = 8_000_000  # of the training matrix, 64 MB; beyond, every second or third frame is left out
GAPS_S = (2.0, 3.0, 4.5, 7.0, 10.0)  # validation chooses within how many seconds a boundary must be the surest ...
THRESHOLDS = np.linspace(0.02, 0.6, 30)  # ... and how sure at least
TIE = 1e-9  # scores closer than this are equal

WINDOW_S = 0.5  # of HR.5F, by which validation chooses
END_GAP_S = 0.1  # a reference that starts later than this has silence before it, and a boundary where it starts
PERIODS_S = (*np.geomspace(3.0, 60.0, 31), np.inf)  # 10 % apart; with the last, one section


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A track as segmentation sees it."""

    frames: Frames
    """[n, dim], one every `step_s` seconds from 0 on."""
    step_s: float
    duration_s: float
    reference: Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentReadout:
    """What the boundary probe answers about the test tracks, and how it came to be."""

    timelines: tuple[Timeline, ...]
    settings: Mapping[str, float | str]
    """What validation chose: strength of the penalty, threshold, and gap in seconds."""
    valid_score: float
    """HR.5F on the valid split with these settings."""
    edge: str
    """`strongest` or `weakest` when the chosen strength ends the grid, else empty."""
    converged: bool
    """False when a fit met its cap on iterations first."""


def foote(frames: Frames, step_s: float, duration_s: float) -> Timeline:
    """Segment frames [n, dim] by Foote's novelty, without training, and give alike sections one label.

    Raises `PluginError` for frames that are no finite numbers.
    """
    check_embeddings(frames)
    half_width = _half_width(step_s, duration_s)
    curve = novelty(directions(standardised(frames)), half_width)
    reach = max(1, round(PEAK_REACH * half_width))
    found = peaks(curve, reach, *_inside(step_s, duration_s))
    return _timeline(frames, found.above(curve.mean() + PEAK_HEIGHT * curve.std()), step_s, duration_s)


def boundary_probe(train: Sequence[Sketch], valid: Sequence[Sketch], test: Iterable[Sketch]) -> SegmentReadout:
    """Segment the test tracks by the boundaries that a logistic regression learnt on the train tracks.

    It sees, frame by frame, the squared contrast of every dimension between what follows and what was, and the
    novelty at three widths. HR.5F on the valid tracks chooses strength, threshold and gap. Test references are not
    read. Raises `DatasetError` where train or valid has nothing to learn from, `PluginError` for bad frames.
    """
    if not valid:
        raise DatasetError("The valid split holds no track: the boundary probe cannot be chosen.")
    with single_thread():
        reader = _fit(train)
        curves = [reader.curves(sketch) for sketch in valid]
        rules = [_best_rule(valid, [c[k] for c in curves]) for k in range(len(reader.strengths))]
        chosen = choose([rule.score for rule in rules])
        timelines = tuple(_read(sketch, reader.curves(sketch)[chosen], rules[chosen]) for sketch in test)
    return SegmentReadout(
        timelines=timelines,
        settings={
            "strength": float(reader.strengths[chosen]),
            "threshold": rules[chosen].threshold,
            "gap_s": rules[chosen].gap_s,
        },
        valid_score=rules[chosen].score,
        edge=edge_of(chosen, len(rules)),
        converged=bool(reader.fit.converged.all()),
    )


def regular(duration_s: float, period_s: float) -> Timeline:
    """Place a boundary every `period_s` of PERIODS_S, EDGE_S before the end at the latest; no label recurs."""
    count = int(max(0.0, duration_s - EDGE_S) / period_s)
    edges_s = (0.0, *(period_s * k for k in range(1, count + 1)), duration_s)
    return Timeline(edges_s=edges_s, labels=tuple(str(k + 1) for k in range(count + 1)))


def hit_f(reference: Timeline, boundaries_s: Sequence[float], window_s: float = WINDOW_S) -> float:
    """HR.5F of boundaries in seconds, rising, against a reference: the metric's value, fast enough to choose by.

    Going from left to right is a largest matching, as all windows are equally wide.
    """
    end_s = reference.edges_s[-1] - END_GAP_S
    marks = _marks(reference)
    found = [b for b in boundaries_s if b <= end_s]
    if not marks and not found:
        return 1.0
    i = j = hits = 0
    while i < len(marks) and j < len(found):
        distance = marks[i] - found[j]
        hits += abs(distance) <= window_s
        i, j = i + (distance <= window_s), j + (distance >= -window_s)
    return 2 * hits / (len(marks) + len(found))


def _half_width(step_s: float, duration_s: float) -> int:
    wanted_s = HALF_WIDTH_S * np.sqrt(duration_s)
    return max(1, round(float(np.clip(wanted_s, SHORTEST_S, LONGEST_S)) / step_s))


def _inside(step_s: float, duration_s: float) -> tuple[int, int]:
    """First and last frame at whose start a boundary may lie."""
    return max(1, int(np.ceil(EDGE_S / step_s))), int((duration_s - EDGE_S) / step_s)


def _timeline(frames: Frames, found: npt.NDArray[np.intp], step_s: float, duration_s: float) -> Timeline:
    boundaries_s = [frame * step_s for frame in found.tolist()]
    return section_timeline(frames, boundaries_s, step_s=step_s, duration_s=duration_s)


def _marks(reference: Timeline) -> tuple[float, ...]:
    return reference.edges_s[(reference.edges_s[0] < END_GAP_S) : -1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """How a curve of probabilities becomes boundaries, and how well that did on the valid tracks."""

    gap_s: float
    threshold: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """The fitted regressions, one a strength."""

    standard: Standard
    gain: Floats
    """[columns], see `_gain`."""
    strengths: Floats
    fit: LinearFit

    def curves(self, sketch: Sketch) -> Floats:
        """Probability of a boundary at the start of each frame: [strengths, frames]."""
        rows = self.standard(_features(sketch)) * self.gain
        curves: Floats = self.fit.outputs(rows, "sigmoid")[:, :, 0]
        return curves


def _fit(train: Sequence[Sketch]) -> _Reader:
    every = _thinning(train)
    parts = [(s, np.arange(*_candidates(s))[::every]) for s in train]
    rows = np.concatenate([_features(s)[at] for s, at in parts]) if parts else np.zeros((0, 1))
    if not len(rows):
        raise DatasetError(f"No train track lasts longer than {2 * EDGE_S:g} s: there are no boundaries to learn.")
    targets = np.concatenate([_targets(s, at) for s, at in parts])
    standard = standard_of(rows)
    rows = standard(rows)
    strengths = strength_grid(rows)
    gain = _gain(rows.shape[1])
    rows *= gain
    fit = fit_linear(rows, targets[:, None], strengths, link="sigmoid")
    return _Reader(standard=standard, gain=gain, strengths=strengths, fit=fit)


def _thinning(train: Sequence[Sketch]) -> int:
    entries = sum(sketch.frames.size for sketch in train)
    return 1 + entries // MOST_ENTRIES


def _candidates(sketch: Sketch) -> tuple[int, int]:
    first, last = _inside(sketch.step_s, sketch.duration_s)
    return first, min(last + 1, len(sketch.frames))


def _features(sketch: Sketch) -> npt.NDArray[np.float32]:
    """Squared contrasts and novelties: [frames, dim + 3]."""
    check_embeddings(sketch.frames)
    unit = directions(standardised(sketch.frames))
    half_width = _half_width(sketch.step_s, sketch.duration_s)
    novelties = [novelty(unit, max(1, round(share * half_width))) for share in SHARES]
    return np.column_stack([contrasts(unit, half_width) ** 2, *novelties]).astype(np.float32)


def _gain(columns: int) -> Floats:
    """Weigh the novelties as if each stood there once a dimension: equal weights for all dimensions are cheap.

    Without it the penalty would be lighter on a few dimensions that fit the train tracks than on Foote's own sum.
    """
    gain: Floats = np.ones(columns)
    gain[-len(SHARES) :] = np.sqrt(columns)
    return gain


def _targets(sketch: Sketch, at: npt.NDArray[np.intp]) -> Floats:
    """1 at a reference boundary, falling off around it, for the starts of the frames `at`: [frames]."""
    marks = np.array(_marks(sketch.reference))
    distance = np.abs(at[:, None] * sketch.step_s - marks).min(axis=1, initial=np.inf)
    targets: Floats = np.exp(-0.5 * (distance / SPREAD_S) ** 2)
    return targets


def _peaks(sketch: Sketch, curve: Floats, gap_s: float) -> Peaks:
    return peaks(curve, max(1, round(gap_s / sketch.step_s)), *_inside(sketch.step_s, sketch.duration_s))


def _best_rule(valid: Sequence[Sketch], curves: Sequence[Floats]) -> _Rule:
    """The middle one of the best rules for curves [frames] of the valid tracks: none at the brink of worse ones."""
    rules = list(_rules(valid, curves))
    best = max(rule.score for rule in rules)
    tied = [rule for rule in rules if rule.score >= best - TIE]
    return tied[len(tied) // 2]


def _rules(valid: Sequence[Sketch], curves: Sequence[Floats]) -> Iterator[_Rule]:
    for gap_s in GAPS_S:
        found = [(s, _peaks(s, curve, gap_s)) for s, curve in zip(valid, curves, strict=True)]
        for threshold in THRESHOLDS:
            score = np.mean([hit_f(s.reference, (p.above(threshold) * s.step_s).tolist()) for s, p in found])
            yield _Rule(gap_s=gap_s, threshold=float(threshold), score=float(score))


def _read(sketch: Sketch, curve: Floats, rule: _Rule) -> Timeline:
    found = _peaks(sketch, curve, rule.gap_s).above(rule.threshold)
    return _timeline(sketch.frames, found, sketch.step_s, sketch.duration_s)
