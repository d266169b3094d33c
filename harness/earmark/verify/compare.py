"""Every claimed answer beside what came out: by reading, and by track."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from earmark.recount import Answered, Reading, Row, answered, rows_of
from earmark.recount.answered import target_of
from earmark.result import Result
from earmark.target import Label, Target
from earmark.verify.agree import Agreement, agreement
from earmark.verify.record import ReadingAgreement, TrackAgreement

MOST_TRACKS = 8
"""So many of the worst tracks are named."""
Place = tuple[str, int]
"""Of a row in its reading: track and seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of which claimed answers a new run speaks."""

    tracks: frozenset[tuple[str, str]]
    """Data set and id."""
    conditions: frozenset[str]
    """The empty one, which is clean audio, among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question of both runs, and whether their answers agree."""

    reading: Reading
    track: str
    agreement: Agreement


def compare(claimed: Result, found: Result, asked: Asked) -> tuple[tuple[ReadingAgreement, ...], list[Answer]]:
    """Hold what a result claims of the asked tracks and conditions against what came out."""
    ours = {reading: one for reading, one in answered(found).items() if reading.condition in asked.conditions}
    theirs = {reading: _only(one, claimed, asked) for reading, one in answered(claimed).items() if _in(reading, asked)}
    targets = _targets(found) | _targets(claimed)
    answers = list(_answers(_rows(claimed, asked), _rows(found, asked), targets))
    by_reading: dict[Reading, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_reading[answer.reading].append(answer)
    readings = [_reading(r, some, theirs.get(r), ours.get(r)) for r, some in by_reading.items()]
    return tuple(readings), answers


def worst_tracks(answers: list[Answer]) -> tuple[TrackAgreement, ...]:
    """Those tracks about which most answers differ, with an example each; of equals by name."""
    total = Counter(answer.track for answer in answers)
    differing: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        if not answer.agreement.agrees:
            differing[answer.track].append(answer)
    ranked = sorted(differing, key=lambda track: (-len(differing[track]), track))
    return tuple(
        TrackAgreement(
            track=track,
            answers=total[track],
            agree=total[track] - len(differing[track]),
            example=_words(differing[track][0]),
        )
        for track in ranked[:MOST_TRACKS]
    )


def _words(answer: Answer) -> str:
    under = f" under {answer.reading.condition}" if answer.reading.condition else ""
    return f"{answer.reading.task}{under}: {answer.agreement.said}"


def _targets(result: Result) -> dict[tuple[str, str], Target]:
    return {(task.task, task.probe): target_of(task) for task in result.tasks}


def _in(reading: Reading, asked: Asked) -> bool:
    return reading.condition in asked.conditions


def _datasets(result: Result) -> dict[tuple[str, str], str]:
    return {(task.task, task.probe): task.dataset for task in result.tasks}


def _only(one: Answered, result: Result, asked: Asked) -> Answered | None:
    dataset = _datasets(result)[one.reading[:2]]
    tracks = [track for track in one.tracks if (dataset, track) in asked.tracks]
    return one.only(tracks) if tracks else None


def _rows(result: Result, asked: Asked) -> dict[Reading, dict[Place, Row]]:
    found: dict[Reading, dict[Place, Row]] = defaultdict(dict)
    datasets = _datasets(result)
    for row in rows_of(result.predictions_frame()):
        reading = Reading(row.task, row.probe, row.condition)
        if _in(reading, asked) and (datasets[reading[:2]], row.track) in asked.tracks:
            found[reading][row.track, row.seed] = row
    return found


def _answers(
    claimed: Mapping[Reading, Mapping[Place, Row]],
    found: Mapping[Reading, Mapping[Place, Row]],
    targets: Mapping[tuple[str, str], Target],
) -> Iterator[Answer]:
    """Each question that either run answered: an answer left out is one that differs."""
    for reading in dict.fromkeys([*found, *claimed]):
        theirs, ours = claimed.get(reading, {}), found.get(reading, {})
        for place in dict.fromkeys([*ours, *theirs]):
            same = agreement(targets[reading[:2]], theirs.get(place), ours.get(place))
            yield Answer(reading=reading, track=place[0], agreement=same)


def _reading(
    reading: Reading, answers: Collection[Answer], theirs: Answered | None, ours: Answered | None
) -> ReadingAgreement:
    told = ours or theirs
    metric = told.metrics[0].name if told else ""
    return ReadingAgreement(
        task=reading.task,
        probe=reading.probe,
        condition=reading.condition,
        answers=len(answers),
        agree=sum(answer.agreement.agrees for answer in answers),
        metric=metric,
        claimed=_score(theirs, _truth(ours)),
        found=_score(ours, {}),
    )


def _truth(ours: Answered | None) -> dict[str, Label]:
    return dict(zip(ours.tracks, ours.labels, strict=True)) if ours else {}


def _score(one: Answered | None, truth: Mapping[str, Label]) -> float | None:
    """The main score on the sample, under the labels that are true here: the claimed ones may be claimed too."""
    if one is None:
        return None
    judged = replace(one, labels=tuple(truth.get(t, label) for t, label in zip(one.tracks, one.labels, strict=True)))
    return judged.score(judged.metrics[0])
