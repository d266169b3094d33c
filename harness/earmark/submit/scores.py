"""Do the scores follow from the predictions, and do chance and baseline stand beside them as registered and filed?"""

from collections.abc import Iterator, Mapping, Sequence

from earmark.protocol.main import BASELINE
from earmark.protocol.scoring import change_of, score_of
from earmark.recount import Answered, Reading, answered
from earmark.registry import installed
from earmark.result import Difference, Named, Result, Score, TaskResult
from earmark.submit.case import TOLERANCE, Case, Check, differences, is_baseline

THEME = "scores"
OTHER_MACHINE = 0.1
"""Share of an interval's width by which a baseline measured on another machine may differ: embeddings differ in the
last digits there, so that now and then an answer flips. What is filed is always the board's own."""
ROUNDING = 1e-9
"""Nearer to each other than that, two scores differ in the order of a sum alone: the claimed one stays."""
P_OTHER_MACHINE = 0.1
"""Likewise of p, which a few flipped answers move further than the score."""


def score_problems(case: Case) -> Iterator[str]:
    """Every score and interval is what the predictions give."""
    for task in case.result.tasks:
        found = _scores(case.clean(task), case.result)
        yield from differences(_plain(task.scores), _plain(found), f"Task {task.task!r}, score")
        if found[0].value is None:
            yield f"Task {task.task!r}: its answers give no {found[0].metric}."
        if task.seed_deviation is not None:
            yield f"Task {task.task!r}: a deviation over seeds is claimed, but a linear probe has one seed."


def _scores(found: Answered, result: Result) -> tuple[Score, ...]:
    weights = found.weights(result.resamples, result.seed)
    return tuple(score_of(metric, found.marks(metric, weights), weights) for metric in found.metrics)


def _plain(scores: Sequence[Score]) -> list[object]:
    return [score.model_dump(mode="json") for score in scores]


def chance_problems(case: Case) -> Iterator[str]:
    """What a constant answer scores is what is registered, or what results that are filed say."""
    for task in case.result.tasks:
        wanted = _registered_chance(case, task) or _filed_chance(case, task)
        if wanted is not None:
            yield from differences(_plain(task.chance), _plain(wanted), f"Task {task.task!r}, chance")
        elif [score.metric for score in task.chance] != [metric.name for metric in case.clean(task).metrics]:
            yield f"Task {task.task!r}: chance is not given for each of its metrics."


def _registered_chance(case: Case, task: TaskResult) -> tuple[Score, ...] | None:
    values = case.info(task).chance.get(task.target)
    if not values:
        return None
    return tuple(
        Score(metric=m.name, value=values.get(m.name), higher_is_better=m.higher_is_better, unit=m.unit)
        for m in case.clean(task).metrics
    )


def _filed_chance(case: Case, task: TaskResult) -> tuple[Score, ...] | None:
    others = (other for filed in case.filed() for other in filed.tasks)
    return next((o.chance for o in others if (o.task, o.probe) == (task.task, task.probe)), None)


def baseline_problems(case: Case) -> Iterator[str]:
    """The baseline is the filed one, and the gain what the two predictions give."""
    result = case.result
    if result.robustness is not None:
        if result.baseline or any(task.baseline or task.gain for task in result.tasks):
            yield "A result of `bench robust` has no baseline beside it; this one claims one."
        return
    if is_baseline(result):
        yield from _not_itself(result)
        return
    if result.baseline is None and BASELINE not in installed().models:
        return
    if result.baseline is None or result.baseline.name != BASELINE:
        claimed = result.baseline.name[:60] if result.baseline else None
        yield f"Its baseline is {claimed!r}, not {BASELINE!r}: run the model again."
        return
    if not case.baselines:
        yield from _by_itself(result)
    elif result.baseline.version not in case.baselines:
        filed, claimed = ", ".join(sorted(case.baselines)), result.baseline.version[:60]
        yield f"Its baseline is {BASELINE} {claimed!r}; filed is {filed}: run again with this version of earmark."
    else:
        yield from _far_off(case, case.baselines[result.baseline.version])


def _not_itself(result: Result) -> Iterator[str]:
    """The baseline beside itself: the same scores, and nothing gained."""
    if result.baseline != Named(name=BASELINE, version=result.model.version):
        yield f"{BASELINE} is its own baseline, in its own version."
    known = installed().models.get(BASELINE)
    if known is not None and known.version != result.model.version:
        version = result.model.version[:60]
        yield f"{BASELINE} has version {known.version!r} here, so {version!r} cannot be the baseline: run it again."
    for task in result.tasks:
        yield from differences(_plain(task.baseline), _plain(task.scores), f"Task {task.task!r}, baseline")
        if task.gain is not None:
            yield f"Task {task.task!r}: {BASELINE} gains nothing over itself, but a gain is claimed."


def _by_itself(result: Result) -> Iterator[str]:
    """Where no baseline is filed: one score a metric, and the gain is the difference."""
    for task in result.tasks:
        names, wanted = [s.metric for s in task.baseline], [s.metric for s in task.scores]
        gain = task.gain.value if task.gain else None
        own, other = task.main.value, task.baseline[0].value if task.baseline else None
        if names != wanted:
            yield f"Task {task.task!r}: the baseline's metrics are {', '.join(names)[:200]}, not {', '.join(wanted)}."
        elif own is None or other is None or gain is None or abs(own - other - gain) > TOLERANCE:
            yield f"Task {task.task!r}: the gain {gain} is not the score {own} minus the baseline's {other}."


def _far_off(case: Case, filed: Result) -> Iterator[str]:
    """Where a claimed baseline or gain differs from the board's by more than another machine could explain."""
    for task, (baseline, gain) in zip(case.result.tasks, against(case, filed), strict=True):
        if len(task.baseline) != len(baseline) or task.gain is None:
            yield f"Task {task.task!r}: baseline or gain is missing."
            continue
        for claimed, score in zip(task.baseline, baseline, strict=True):
            yield from _far(claimed, score, f"Task {task.task!r}, baseline, {score.metric}")
        yield from _far(task.gain, gain, f"Task {task.task!r}, gain")


def _far(claimed: Score | Difference, found: Score | Difference, where: str) -> Iterator[str]:
    width = found.high - found.low if found.high is not None and found.low is not None else 0.0
    allowed = dict.fromkeys(("value", "low", "high"), max(TOLERANCE, OTHER_MACHINE * width)) | {"p": P_OTHER_MACHINE}
    for name, right in found.model_dump().items():
        said, room = getattr(claimed, name), allowed.get(name, 0.0)
        near = isinstance(said, float) and isinstance(right, float) and abs(said - right) <= room
        if not near and said != right:
            yield f"{where}: {name} {said} is claimed; against the filed {BASELINE} it is {right}."


def against(case: Case, filed: Result) -> list[tuple[tuple[Score, ...], Difference]]:
    """By task the baseline's scores and the gain over it, both from predictions; raises ResultError."""
    others: Mapping[Reading, Answered] = answered(filed)
    return [
        _against(case.clean(task), others[Reading(task.task, task.probe, "")], case.result)
        for task in case.result.tasks
    ]


def _against(own: Answered, other: Answered, result: Result) -> tuple[tuple[Score, ...], Difference]:
    weights, main = own.weights(result.resamples, result.seed), own.metrics[0]
    same = other.only(own.tracks)
    gain = change_of(main, own.marks(main, weights), same.marks(main, weights), weights)
    return _scores(same, result), gain


def settled(case: Case) -> Result:
    """The result as it is filed: what was computed again or is registered stands in the place of what was claimed."""
    tasks = [_told_right(case, task) for task in case.result.tasks]
    datasets = [
        data.model_copy(update={"license": known.license, "source": known.source})
        for data, known in ((data, installed().datasets[data.name]) for data in case.result.datasets)
    ]
    return _beside_baseline(case, _model_told_right(case.result).model_copy(
        update={"tasks": tuple(tasks), "datasets": tuple(datasets)}
    ).with_tables(case.result.tables))  # fmt: skip


def _told_right(case: Case, task: TaskResult) -> TaskResult:
    """Scores that were claimed within the tolerance, but not within rounding, and chance, which all models share."""
    found = _scores(case.clean(task), case.result)
    scores = task.scores if not any(differences(_plain(task.scores), _plain(found), "", ROUNDING)) else found
    chance = _registered_chance(case, task) or _filed_chance(case, task) or task.chance
    return task.model_copy(update={"scores": scores, "chance": chance})


def _model_told_right(result: Result) -> Result:
    """Of a model that is installed here its own plugin knows licence, source and training data."""
    known = installed().models.get(result.model.name)
    if known is None or known.version != result.model.version:
        return result
    said = {name: getattr(known, name) for name in ("license", "source", "training_data")}
    return result.model_copy(update={"model": result.model.model_copy(update=said)})


def _beside_baseline(case: Case, result: Result) -> Result:
    """Baseline and gain are the board's own, where the board has them."""
    if result.robustness is not None or is_baseline(result) or result.baseline is None:
        return result
    filed = case.baselines.get(result.baseline.version)
    if filed is None:
        return result
    tasks = tuple(
        task.model_copy(update={"baseline": baseline, "gain": gain})
        for task, (baseline, gain) in zip(result.tasks, against(case, filed), strict=True)
    )
    return result.model_copy(update={"tasks": tasks}).with_tables(result.tables)


CHECKS = (
    Check(name="scores", theme=THEME, proves="computed again from the predictions, they are equal",
          examine=score_problems, needs=("answers",)),
    Check(name="chance", theme=THEME, proves="the registered chance stands beside them", examine=chance_problems,
          needs=("answers",)),
    Check(name="baseline", theme=THEME, proves="the filed baseline stands beside them, and the gain follows",
          examine=baseline_problems, needs=("answers", "scores")),
)  # fmt: skip
