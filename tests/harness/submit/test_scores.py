"""Scores, chance, baseline and gain are those that follow: whatever leaf is edited, it is found or put right."""

import copy
import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import pytest

from earmark.archive import Archive
from earmark.errors import SubmissionError
from earmark.submit import changed, decide, read_submission, scores, submit
from earmark.submit.case import TOLERANCE, Case, Check, differences, try_all
from earmark.submit.reading import Submission

pytestmark = pytest.mark.usefixtures("registered")
NUDGE = 1e-4
"""A hundred times the tolerance, and far below what a table shows."""
Place = tuple[str | int, ...]
RECORDS = ("gain", "unmoved", "equivariance", "neutral")
"""Where nothing stands, a record could; not a number."""


def leaves(record: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value in a record that holds no others."""
    if isinstance(record, (dict, list)):
        for key, value in record.items() if isinstance(record, dict) else enumerate(record):
            yield from leaves(value, (*place, key))
    else:
        yield place, record


def put(record: Any, place: Place, value: Any) -> Any:
    """A copy with another value at a place."""
    changed = copy.deepcopy(record)
    spot = changed
    for key in place[:-1]:
        spot = spot[key]
    spot[place[-1]] = value
    return changed


def claiming(honest: Submission, record: Any) -> Submission:
    """The submission with another record and the same predictions."""
    claimed = type(honest.result).model_validate(record).with_tables(honest.result.tables)
    return Submission(path=honest.path, result=claimed)


def refusal(honest: Submission, record: Any, archive: Archive) -> str:
    with pytest.raises(SubmissionError) as refused:
        decide(claiming(honest, record), archive, dry_run=True)
    return str(refused.value)


@pytest.fixture
def board(handed, archive: Archive) -> Archive:
    submit(handed("log-mel"), archive)
    return archive


@pytest.fixture
def honest(handed) -> Submission:
    return read_submission(handed())


class Bench:
    """The checks of a part of the record, on one task after the other: what is answered is worked out once."""

    def __init__(self, honest: Submission, board: Archive, checks: tuple[Check, ...]) -> None:
        self.honest, self.board, self.checks = honest, board, [replace(c, needs=()) for c in checks]
        self.record = honest.result.model_dump(mode="json")
        self.known = Case(honest, board)

    def of(self, number: int) -> Any:
        """The record with one task alone."""
        alone = copy.deepcopy(self.record) | {"tasks": [self.record["tasks"][number]]}
        if alone["robustness"]:
            alone["robustness"]["tasks"] = [alone["robustness"]["tasks"][number]]
        return alone

    def case(self, record: Any) -> Case:
        case = Case(claiming(self.honest, record), self.board)
        vars(case).update(answered=self.known.answered, baselines=self.known.baselines)
        return case

    def refuses(self, record: Any) -> bool:
        problems = [p for found in try_all(self.checks, self.case(record), lambda _: None) for p in found.problems]
        return any(not problem.startswith("Its sentence") for problem in problems)  # which is of all tasks

    def edits(self, part: str, names: Collection[str]) -> Iterator[tuple[Any, Place, Any]]:
        """Each leaf of these parts of each task: the record with that task alone, the place, and what stands there."""
        for number in range(len(self.record["tasks"])):
            alone = self.of(number)
            assert not self.refuses(alone)
            inside = alone[part]["tasks"] if part == "robustness" else alone["tasks"]
            start: Place = (part, "tasks") if part == "robustness" else ("tasks",)
            for place, value in leaves(inside, start):
                if not names or {*names} & {*place}:
                    yield alone, place, value


def others(value: Any, step: float) -> list[Any]:
    """What could be claimed instead of a leaf."""
    if value is None:
        return [0.5]
    if isinstance(value, (bool, str)):
        return ["other" if isinstance(value, str) else not value]
    return [value + step, value - step] if isinstance(value, float) else [value + 1]


def test_every_leaf_of_scores_and_chance_is_recomputed(honest: Submission, board: Archive) -> None:
    bench = Bench(honest, board, scores.CHECKS[:2])
    found = list(bench.edits("tasks", {"scores", "chance"}))
    assert len(found) > 200
    for record, place, value in found:
        for other in others(value, NUDGE):
            assert bench.refuses(put(record, place, other)), (place, value, other)
        if value is not None and not isinstance(value, (bool, str)):
            assert bench.refuses(put(record, place, None)), place


def test_every_leaf_of_baseline_and_gain_is_recomputed(honest: Submission, board: Archive) -> None:
    bench = Bench(honest, board, scores.CHECKS[2:])
    found = list(bench.edits("tasks", {"baseline", "gain"}))
    assert len(found) > 100
    for record, place, value in found:
        for other in others(value, 0.5 * (1 + abs(value))) if isinstance(value, float) else others(value, 0.0):
            assert bench.refuses(put(record, place, other)), (place, value, other)


def test_every_leaf_under_every_condition_is_recomputed(handed, board: Archive) -> None:
    bench = Bench(read_submission(handed("robust")), board, changed.CHECKS[2:])
    found = list(bench.edits("robustness", frozenset()))
    assert len(found) > 300
    for record, place, value in found:
        for other in [] if value is None and place[-1] in RECORDS else others(value, NUDGE):
            assert bench.refuses(put(record, place, other)), (place, value, other)


def test_a_baseline_of_another_machine_is_put_right(honest: Submission, board: Archive) -> None:
    record = honest.result.model_dump(mode="json")
    right = decide(honest, board, dry_run=True).result
    for place, value in [(p, v) for p, v in leaves(record["tasks"], ("tasks",)) if "gain" in p and p[-1] == "low"]:
        if value < 0:  # there the interval has a width
            nudged = claiming(honest, put(record, place, value + NUDGE))
            assert decide(nudged, board, dry_run=True).result.tasks == right.tasks


def test_the_filed_baseline_is_that_of_the_run(honest: Submission, board: Archive) -> None:
    """On one machine what is computed again from predictions is what the run said."""
    found = submit(honest.path, board)
    assert not list(
        differences([t.model_dump() for t in honest.result.tasks], [t.model_dump() for t in found.result.tasks], "")
    )


def test_every_leaf_of_the_conditions_is_held_against_the_perturbations(handed, board: Archive) -> None:
    bench = Bench(read_submission(handed("robust")), board, changed.CHECKS[:1])
    for number, condition in enumerate(bench.record["robustness"]["conditions"]):
        for name, value in condition.items():
            if name not in ("drift", "unchanged", "neutral"):
                (other, *_) = others(value, NUDGE)
                assert bench.refuses(put(bench.record, ("robustness", "conditions", number, name), other)), name


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("sentence",), "Nothing breaks.", "should read"),
        (("tasks", 0, "worst"), "gain:-6", "worst"),
        (("asked",), ["time-stretch:0.8", "pitch-shift:3", "gain:-6"], "not those that"),
        (("asked",), ["warp"], "No perturbation or preset is called"),
        (("asked",), ["gain:1e999"], "no level"),
        (("asked",), ["all"] * 1_000_000, "name presets"),
        (("conditions", 0, "version"), "0", "version"),
        (("conditions", 1, "source"), "me", "source"),
        (("conditions", 0, "drift", "cosine"), 1.5, "cosine is 1.5"),
        (("conditions", 0, "drift", "rank"), 0.0, "rank is 0"),
        (("conditions", 0, "unchanged"), 19, "unchanged is 19"),
        (("presets",), [{"name": "won2020", "version": "1"}], "Presets"),
    ],
)
def test_what_is_said_of_the_conditions_is_held_against_them(handed, board: Archive, place, value, said: str) -> None:
    honest = read_submission(handed("robust"))
    record = honest.result.model_dump(mode="json")
    assert said in refusal(honest, put(record, ("robustness", *place), value), board)


@pytest.mark.parametrize(
    ("task", "condition"), [("tempo", "time-stretch:0.8"), ("key", "pitch-shift:2"), ("genre", "gain:-6")]
)
def test_the_truth_under_a_condition_is_what_the_perturbation_makes_of_it(rewritten, board, task, condition) -> None:
    def keep_still(table):
        """Claim of one track that its label is another."""
        rows = table.index[(table.task == task) & (table.condition == condition)]
        cells = list(table.loc[rows, "reference"])
        other = next(cell for cell in cells if cell != cells[0])
        table.loc[rows[0], "reference"] = other
        return table

    with pytest.raises(SubmissionError, match=r"is not what|does not"):
        submit(rewritten(keep_still, "robust"), board)


def test_a_condition_that_lost_a_track_is_refused(rewritten, board: Archive) -> None:
    lose = lambda table: table[(table.condition != "gain:-6") | (table.track != "t14")]  # noqa: E731
    with pytest.raises(SubmissionError, match="17 tracks are answered, not just the 18"):
        submit(rewritten(lose, "robust"), board)


def test_a_baseline_of_another_version_is_refused(honest: Submission, board: Archive) -> None:
    record = honest.result.model_dump(mode="json")
    assert "filed is 1" in refusal(honest, put(record, ("baseline", "version"), "0"), board)


def test_the_baseline_gains_nothing_over_itself(handed, archive: Archive) -> None:
    own = read_submission(handed("log-mel"))
    record = own.result.model_dump(mode="json")
    gain = {"value": 0.1, "low": 0.0, "high": 0.2, "p": 0.01}
    assert "gains nothing over itself" in refusal(own, put(record, ("tasks", 0, "gain"), gain), archive)


def test_differences_are_named_by_place_and_metric() -> None:
    one, other = [{"metric": "acc1", "value": 0.5}], [{"metric": "acc1", "value": 0.25}]
    assert list(differences(one, other, "tempo")) == ["tempo, acc1, value: 0.5 is claimed, but it is 0.25."]
    assert not list(differences(0.5 + TOLERANCE / 2, 0.5, ""))
    assert list(differences(json.loads("true"), 1, ""))


def test_without_registered_chance_that_of_filed_results_counts(
    honest: Submission, board: Archive, shelves, installing
) -> None:
    bare = replace(shelves.datasets["tiny"], chance={})
    with installing(replace(shelves, datasets={**shelves.datasets, "tiny": bare})):
        record = honest.result.model_dump(mode="json")
        assert "Chance is as claimed" in " ".join(decide(claiming(honest, record), board, dry_run=True).notes)
        assert "chance, accuracy" in refusal(honest, put(record, ("tasks", 0, "chance", 0, "value"), 0.9), board)
