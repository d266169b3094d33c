"""Results that are well formed and must not be filed: one reason each, and all reasons at once."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from earmark.archive import Archive
from earmark.errors import SubmissionError
from earmark.submit import submit

pytestmark = pytest.mark.usefixtures("registered")
Edit = Callable[[dict[str, Any]], object]


def refusal(path: Path, archive: Archive) -> str:
    with pytest.raises(SubmissionError) as refused:
        submit(path, archive)
    assert not archive.folder.exists() or not list(archive.folder.rglob("*mfcc*"))
    return str(refused.value)


def model(**changes: Any) -> Edit:
    return lambda record: record["model"].update(changes)


def data(**changes: Any) -> Edit:
    return lambda record: record["datasets"][0].update(changes)


def first(**changes: Any) -> Edit:
    return lambda record: record["tasks"][0].update(changes)


REFUSED: dict[str, tuple[Edit, str]] = {
    "an unknown benchmark": (lambda r: r["benchmark"].update(name="tinny"), "Did you mean 'tiny'"),
    "a version that does not exist": (lambda r: r["benchmark"].update(version="2"), "has no version '2' here, but '1'"),
    "a limit": (lambda r: r.update(limit=9), "--limit 9"),
    "chosen tasks": (lambda r: r.update(asked=["genre"]), "without --tasks"),
    "another seed": (lambda r: r.update(seed=1), "Its seed is 1"),
    "fewer resamples": (lambda r: r.update(resamples=10), "with 10 resamples"),
    "fewer digits": (lambda r: r.update(precision="bf16"), "embedded in bf16"),
    "an MLP probe": (first(probe="mlp"), "linear probes"),
    "layers": (model(layers=["0", "1"]), "compares layers"),
    "a missing task": (lambda r: r["tasks"].pop(3), "missing: key"),
    "a task twice": (lambda r: r["tasks"].append(r["tasks"][0]), "stand twice: genre"),
    "another order": (lambda r: r["tasks"].reverse(), "in another order"),
    "a task of one's own": (first(task="ease"), "does not ask ease"),
    "another target": (first(target="era"), "its target is 'era'"),
    "another family": (first(family="mood"), "its family is 'mood'"),
    "another form": (first(form="ordered"), "its form is 'ordered'"),
    "another protocol": (first(protocol="0"), "its protocol is '0'"),
    "fewer classes": (first(classes=["low", "high"]), "its classes is"),
    "another data checksum": (data(checksum="0" * 64), "have the checksum 00000000…"),
    "another data version": (data(version="7"), "of version '7'"),
    "another data set": (data(name="other"), "the data sets other"),
    "another split": (data(tracks={"train": 59, "valid": 0, "test": 1}), "have the splits"),
    "a skipped track": (data(skipped=[{"track": "t14", "reason": "hard"}]), "such as 't14'"),
    "another count of a task": (first(tracks={"train": 1, "valid": 1, "test": 18}), "train: 1 is claimed"),
    "more groups": (first(groups=99), "groups: 99 is claimed"),
    "an unscored class": (first(unscored_classes=["low"]), "unscored_classes"),
    "no licence": (model(license=" "), "No licence"),
    "no source": (model(source=""), "No source"),
    "no training data": (model(name="own", parameters=5), "No training data are declared for 5 parameters"),
    "markup in the name": (model(name="<script>alert(1)</script>"), "reads as markup"),
    "markup in the version": (model(version="<b>1"), "reads as markup"),
    "markup in an option": (model(options={"a": "<i>"}), "reads as markup"),
    "a path in the name": (model(name="../../../etc/cron.d/x"), "climbs out"),
    "an absolute path in the version": (model(version="/etc/x"), "absolute path"),
    "a device of Windows": (model(name="nul"), "Windows keeps the name 'nul'"),
    "a name too long for a file": (model(options={f"o{i}": "v" * 40 for i in range(9)}), "shorten it"),
    "markup in training data": (model(training_data=["<b>"]), "reads as markup"),
    "no fingerprint": (model(fingerprint="trust me"), "64 hex digits"),
    "a date to come": (lambda r: r.update(created="2999-01-01T00:00:00+00:00"), "yet to come"),
    "no date": (lambda r: r.update(created="yesterday"), "no date"),
    "a negative size": (model(parameters=-1), "model.parameters is -1"),
    "an endless speed": (lambda r: r["cost"].update(audio_s_per_s=1e300), "audio_s_per_s is 1e+300"),
    "a negative time": (lambda r: r["cost"]["phases_s"].update(embed=-1.0), "phases_s.embed is -1"),
    "a valid score beyond all": (first(valid_score=1.5), "valid_score is 1.5"),
    "many notes": (lambda r: r.update(notes=["x"] * 51), "51 notes"),
    "a deviation over seeds": (first(seed_deviation=0.1), "deviation over seeds"),
    "no baseline": (lambda r: r.update(baseline=None), "Its baseline is None"),
    "another baseline": (lambda r: r["baseline"].update(name="chroma"), "Its baseline is 'chroma'"),
    "no gain": (first(gain=None), "the gain None"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_nothing_is_written(what: str, handed, archive: Archive) -> None:
    edit, said = REFUSED[what]
    assert said in refusal(handed(edit=edit), archive)


def test_all_problems_are_listed_at_once(handed, archive: Archive) -> None:
    def edit(record: dict[str, Any]) -> None:
        record["model"].update(license="", name="<b>")
        record["precision"] = "bf16"
        record["datasets"][0]["checksum"] = "0" * 64

    said = refusal(handed(edit=edit), archive)
    assert all(word in said for word in ("No licence", "markup", "bf16", "checksum 00000000"))


def test_of_a_limited_run_the_limit_is_said_and_not_that_its_data_are_others(handed, archive: Archive) -> None:
    def edit(record: dict[str, Any]) -> None:
        record["limit"] = 3
        record["datasets"][0]["checksum"] = "0" * 64

    said = refusal(handed(edit=edit), archive)
    assert "--limit 3" in said
    assert "Delete the data set" not in said


def test_data_without_registered_checksums_take_no_results(handed, archive: Archive) -> None:
    def edit(record: dict[str, Any]) -> None:
        record["benchmark"]["name"] = record["datasets"][0]["name"] = "bare"
        for task in record["tasks"]:
            task["dataset"] = "bare"

    assert "`bench data checksums bare`" in refusal(handed(edit=edit), archive)


def test_neighbours_are_refused_with_the_reason(handed, archive: Archive) -> None:
    assert "whose numbers no predictions give" in refusal(handed("near"), archive)


def edited(column: str, task: str, cell: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Write a cell to the first row of a task."""

    def edit(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[table.index[table.task == task][0], column] = cell
        return table

    return edit


@pytest.mark.parametrize(
    ("task", "cell"), [("genre", '"low"'), ("tempo", "61.5"), ("instrument", '["bass"]'), ("vocal", '"yes"')]
)
def test_whoever_edits_the_truth_is_found(rewritten, archive: Archive, task: str, cell: str) -> None:
    edit = edited("reference", task, cell)
    table: list[pd.DataFrame] = []
    path = rewritten(lambda found: table.append(found.copy()) or edit(found))
    if not table[0].equals(edit(table[0].copy())):
        assert "is not what is registered of 18" in refusal(path, archive)


def test_whoever_answers_with_the_truth_but_keeps_the_scores_is_found(rewritten, archive: Archive) -> None:
    def cheat(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[table.task == "tempo", "estimated"] = table.reference
        return table

    assert "Task 'tempo', score, acc1, value" in refusal(rewritten(cheat), archive)


@pytest.mark.parametrize(
    "cut",
    [
        lambda table: table[table.track != "t14"],
        lambda table: table[table.task != "genre"],
        lambda table: pd.concat([table, table.iloc[:1]]),
        lambda table: table.assign(group=table.track),
        lambda table: table.assign(track="x" + table.track),
        lambda table: table.assign(condition="mp3:32"),
        lambda table: pd.concat([table, table.assign(seed=1)]),
        lambda table: table.assign(seed=3),
        lambda table: table.assign(outputs=None),
        lambda table: table.iloc[:0],
    ],
    ids=["track", "task", "doubled", "group", "names", "condition", "two seeds", "third seed", "outputs", "empty"],
)
def test_answers_that_are_not_just_those_that_were_asked_are_refused(rewritten, archive: Archive, cut) -> None:
    assert refusal(rewritten(cut), archive)


def test_outputs_that_say_something_else_than_the_answers_are_refused(rewritten, archive: Archive) -> None:
    def cheat(table: pd.DataFrame) -> pd.DataFrame:
        rows = table.task == "vocal"
        table.loc[rows, "outputs"] = table[rows].outputs.map(lambda found: [1.0 - found[0]])
        return table

    assert "outputs say" in refusal(rewritten(cheat), archive)


def test_a_model_that_was_trained_on_the_data_is_marked_and_filed(handed, archive: Archive) -> None:
    found = submit(handed(edit=model(training_data=["tiny"])), archive)
    assert any("trained on tiny" in note for note in found.notes)


def test_angle_brackets_in_sentences_are_kept(handed, archive: Archive) -> None:
    words = "Gómez 2006, <https://doi.org/10.1287/ijoc.1040.0126>"
    assert submit(handed(edit=model(name="own", source=words)), archive).result.model.source == words


def test_weights_that_were_never_trained_can_be_declared(handed, archive: Archive) -> None:
    assert submit(handed(edit=model(name="own", parameters=5, training_data=["none"])), archive).is_new


def test_what_only_the_model_could_show_is_named(handed, archive: Archive) -> None:
    notes = submit(handed(), archive).notes
    assert any("No log-mel is filed yet" in note for note in notes)
    assert any("As claimed" in note and "cost" in note for note in notes)


def test_a_check_that_breaks_refuses(handed, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from earmark.submit import main  # noqa: PLC0415

    def broken(_: object) -> list[str]:
        raise ZeroDivisionError("oh")

    checks = tuple(replace(c, examine=broken) if c.name == "record" else c for c in main.CHECKS)
    monkeypatch.setattr(main, "CHECKS", checks)
    assert "could not be carried out (ZeroDivisionError: oh)" in refusal(handed(), archive)
