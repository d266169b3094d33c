"""How entangled the targets are: what a linear probe finds of one inside the directions that another's reads.

The span of a target is the directions along which the outputs of its linear probe vary over the train tracks. If a
key can be read inside the span of the tempo, then what moves a track in tempo moves it in key as well, and "similar
in what way" has no clean answer. Any directions know something, so as many random ones stand beside.

A target keeps about everything in its own span: less where what the span leaves out mattered, more where the whole
embedding's many dimensions let its probe learn noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from earmark.answer import ANSWERS
from earmark.dataset import SPLITS
from earmark.probe import Fold, LinearReader, learn, single_thread
from earmark.probe.fold import Standard
from earmark.progress import Progress, silent
from earmark.protocol.marking import RESAMPLES
from earmark.protocol.reading import Material, Reading, as_reading, fold_of, on_validation
from earmark.protocol.scoring import Jury, finite
from earmark.protocol.sitting import Embedded
from earmark.result.neighbours.record import Leak, Leakage
from earmark.result.score import Score
from earmark.result.standout import above_chance
from earmark.task import PROBED

Array = npt.NDArray[np.float64]
SHARE = 0.9
"""Of the variance of a probe's outputs over the train tracks: the directions of its span hold so much. Our choice."""
DRAWS = 5
"""Random spans beside each span, whose mean is reported: single ones differ by a few points. Our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Some directions of an embedding."""

    standard: Standard
    """What the embedding is standardised by first."""
    axes: Array
    """Of the standardised embedding: [dim, directions]."""

    def __call__(self, fold: Fold) -> Fold:
        """The same tracks, of which nothing is known but their coordinates [tracks, directions]."""
        with single_thread():
            coordinates = self.standard(fold.embeddings) @ self.axes
        return replace(fold, embeddings=coordinates.astype(np.float32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One target, as it can be read from the whole embedding."""

    material: Material
    embedded: Embedded
    layer: str
    jury: Jury
    span: Span
    whole: Score

    @classmethod
    def of(cls, material: Material, embedded: Embedded, layer: str, seed: int) -> "Subject":
        """Fit its linear probe and find what that reads."""
        train, valid, test = _folds(material, embedded, layer)
        jury = Jury.of(material, resamples=RESAMPLES, seed=seed)
        reader = _learn(material, jury, train, valid)
        reading = as_reading(material, jury.metrics[0], reader.read(test.embeddings))
        axes = main_axes(reader.standard(train.embeddings), reader.weights, SHARE)
        span = Span(standard=reader.standard, axes=axes)
        whole = _main(jury, reading)
        return cls(material=material, embedded=embedded, layer=layer, jury=jury, span=span, whole=whole)

    @property
    def name(self) -> str:
        """The target."""
        return self.material.target.name

    @property
    def chance(self) -> Score:
        """Of the main metric."""
        return self.jury.chance[0]

    @property
    def folds(self) -> tuple[Fold, Fold, Fold]:
        """Train, valid and test; made anew each time, for each target would hold all vectors once more."""
        return _folds(self.material, self.embedded, self.layer)

    def inside(self, span: Span) -> Reading:
        """Read the target from the coordinates in a span alone."""
        train, valid, test = (span(fold) for fold in self.folds)
        reader = _learn(self.material, self.jury, train, valid)
        return as_reading(self.material, self.jury.metrics[0], reader.read(test.embeddings))

    def kept(self, score: float | None) -> float | None:
        """Share of what the whole embedding knows above chance; None unless it clearly knows something."""
        chance, whole = self.chance.value, self.whole.value
        if score is None or chance is None or whole is None or not above_chance(self.whole, self.chance):
            return None
        return finite((score - chance) / (whole - chance))

    def score(self, span: Span) -> float:
        """The main metric of what is read inside a span."""
        (estimated,) = self.inside(span).estimated
        return self.jury.metrics[0](self.jury.reference, estimated)


def _folds(material: Material, embedded: Embedded, layer: str) -> tuple[Fold, Fold, Fold]:
    train, valid, test = (fold_of(material, embedded, layer, split) for split in SPLITS)
    return train, valid, test


def _learn(material: Material, jury: Jury, train: Fold, valid: Fold) -> LinearReader:
    link, score = ANSWERS[material.target.form].link, on_validation(material, jury.metrics[0])
    return learn(train, valid, link=link, score=score)


def _main(jury: Jury, reading: Reading) -> Score:
    """The main metric with its interval; the others are not asked."""
    main = replace(jury, metrics=jury.metrics[:1])
    (score,) = main.scores(main.marks(reading.estimated))
    return score


def main_axes(rows: Array, weights: Array, share: float) -> Array:
    """Directions [dim, directions] along which the products of rows [tracks, dim] and weights [dim, outputs] vary.

    As few as hold that share of their variance, the widest first; none where they do not vary at all.
    """
    with single_thread():
        outputs = rows @ weights
        variances, axes = np.linalg.eigh(np.cov(outputs, rowvar=False, ddof=0).reshape(2 * [outputs.shape[1]]))
        variances, axes = variances[::-1].clip(0.0), axes[:, ::-1]
        rank = int((variances > np.finfo(np.float64).eps * len(variances) * variances[0]).sum())
        enough = int(np.searchsorted(np.cumsum(variances), share * variances.sum())) + 1
        return np.asarray(weights @ axes[:, : min(enough, rank)])


class Controls:
    """What any directions know: scores of random spans, each found once."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._found: dict[tuple[str, int], float | None] = {}

    def score(self, subject: Subject, directions: int) -> float | None:
        """Mean score of a target inside several spans of so many random directions."""
        asked = (subject.name, directions)
        if asked not in self._found:
            spans = [self._span(subject, directions, draw) for draw in range(DRAWS)]
            self._found[asked] = finite(float(np.mean([subject.score(span) for span in spans])))
        return self._found[asked]

    def _span(self, subject: Subject, directions: int, draw: int) -> Span:
        """Isotropic in the standardised embedding, then turned as the spans of targets are."""
        dim = len(subject.span.axes)
        weights = np.random.default_rng((self.seed, draw)).standard_normal((dim, dim))[:, :directions]
        train = subject.folds[0].embeddings
        return Span(standard=subject.span.standard, axes=main_axes(subject.span.standard(train), weights, 1.0))


def leakage(
    materials: Sequence[Material], embedded: Embedded, layer: str, *, seed: int, progress: Progress = silent
) -> Leakage:
    """Read every target inside the span of every other, and of its own, from the track vectors of one layer.

    Only targets that a probe reads from track vectors are asked. Probes are fitted on train, chosen on valid and
    scored on test, as those of the whole embedding are.
    """
    asked = [material for material in materials if material.task.recipe == PROBED]
    steps = len(asked) + len(asked) ** 2
    subjects = []
    for done, material in enumerate(asked):
        progress("leakage", done, steps, "readings")
        subjects.append(Subject.of(material, embedded, layer, seed))
    controls = Controls(seed=seed)
    cells: list[Leak] = []
    for span in subjects:
        for target in subjects:
            progress("leakage", len(asked) + len(cells), steps, "readings")
            cells.append(_leak(span, target, controls))
    progress("leakage", steps, steps, "readings")
    return Leakage(
        targets=tuple(s.name for s in subjects),
        whole=tuple(s.whole for s in subjects),
        chance=tuple(s.chance.value for s in subjects),
        cells=tuple(cells),
    )


def _leak(span: Subject, target: Subject, controls: Controls) -> Leak:
    """Read one target inside the span of another, beside random spans of as many directions."""
    directions = span.span.axes.shape[1]
    score, random = Score(metric=target.whole.metric, value=None), None
    if directions:  # a probe that found nothing to read has no span
        score = _main(target.jury, target.inside(span.span))
        random = controls.score(target, directions)
    return Leak(
        span=span.name,
        target=target.name,
        directions=directions,
        score=score,
        random=random,
        kept=target.kept(score.value),
        random_kept=target.kept(random),
    )
