"""What a stranger may try against the board, its readers and its maintainers comes to nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from earmark.archive import Archive
from earmark.errors import ResultError, SubmissionError
from earmark.registry import installed
from earmark.result import read_result
from earmark.submit import main, parquet, submit
from earmark.submit.case import differences
from earmark.submit.reading import MOST_SHOWN
from earmark.submit.strict import StrictError, parse
from earmark.submit.words import seen, unfit_name

pytestmark = pytest.mark.usefixtures("registered")
MANY = 50_000
"""In seconds by the square of it, in milliseconds by itself."""


def of_model(**changed: Any):
    return lambda record: record["model"].update(changed)


def test_of_many_keys_the_double_is_found_in_linear_time() -> None:
    keys = ",".join(f'"{n}":1' for n in [*range(2 * MANY), 2 * MANY - 1])
    with pytest.raises(StrictError, match="stands twice"):
        parse(f"{{{keys}}}")


def test_of_a_million_problems_the_first_are_told(handed, archive: Archive) -> None:
    with pytest.raises(SubmissionError, match="more like these") as refused:
        submit(handed(edit=lambda r: r.update(tasks=[{}] * MANY)), archive)
    assert len(refused.value.problems) == MOST_SHOWN + 1


def test_too_much_json_in_the_answers_is_refused_unread(rewritten, archive: Archive, monkeypatch) -> None:
    path = rewritten(lambda table: table)
    content = path.with_suffix(".parquet").read_bytes()
    monkeypatch.setattr(parquet, "MOST_TEXT", 10)
    assert "MiB of JSON" in parquet._problem(content)


def test_more_rows_than_are_asked_are_refused_before_they_are_read(rewritten, archive: Archive) -> None:
    import pandas as pd  # noqa: PLC0415

    path = rewritten(lambda table: pd.concat([table] * 20))
    with pytest.raises(SubmissionError, match="rows; of all that is asked there can be"):
        submit(path, archive)


def test_chance_is_filed_as_registered_not_as_claimed_within_the_tolerance(handed, archive: Archive) -> None:
    def nudge(record: dict[str, Any]) -> None:
        record["tasks"][0]["chance"][0]["value"] += 5e-7

    found = submit(handed(edit=nudge), archive).result.tasks[0]
    assert found.chance[0].value == installed().datasets["tiny"].chance["genre"]["accuracy"]


def test_scores_are_filed_as_computed_not_as_claimed_within_the_tolerance(handed, made, archive: Archive) -> None:
    def nudge(record: dict[str, Any]) -> None:
        record["tasks"][0]["scores"][0]["value"] += 5e-7

    found = submit(handed(edit=nudge), archive).result.tasks[0]
    wanted = read_result(made["mfcc"]).tasks[0]
    assert not list(differences(found.main.value, wanted.main.value, "", 1e-9))


def test_a_number_beyond_all_labels_is_refused(rewritten, archive: Archive) -> None:
    def far(table):
        table.loc[table.task == "valence", ["estimated", "outputs"]] = ["1e6", None]
        return table

    with pytest.raises(SubmissionError, match="times the range of the labels"):
        submit(rewritten(far), archive)


def test_of_one_model_version_one_robustness_result_is_filed(handed, archive: Archive, made) -> None:
    """A board that finds two refuses to be made."""
    submit(handed("robust"), archive)
    filed = next(archive.folder.rglob("*robust*.json"))
    for path in (filed, filed.with_suffix(".parquet")):
        path.rename(path.with_name(f"tiny-robust-other{path.suffix}"))
    with pytest.raises(SubmissionError, match="a board shows one"):
        submit(handed("robust"), archive)


@pytest.mark.parametrize(
    "name",
    ["mfcc\ufe0f", "log-mel\u1160", "log-\u034fmel", "a\u2800b", "x$(id)", "x;id", "x*", "--json", "a" + "\u0316" * 9],
    ids=ascii,
)
def test_a_name_that_is_unseen_run_or_smeared_is_none(name: str) -> None:
    assert unfit_name(name)


@pytest.mark.parametrize("name", ["log-m\u0435l", "Iog-mel", "1og-mel", "chance", "Chance"], ids=ascii)
def test_a_name_that_looks_like_one_that_is_taken_is_refused(handed, archive: Archive, name: str) -> None:
    with pytest.raises(SubmissionError, match="looks like"):
        submit(handed(edit=of_model(name=name)), archive)


def test_names_that_look_alike_do_not_stand_beside_each_other(handed, archive: Archive) -> None:
    submit(handed(edit=of_model(name="own-cnn")), archive)
    with pytest.raises(SubmissionError, match="look the same"):
        submit(handed(edit=of_model(name="\u043ewn-cnn")), archive)
    assert seen("mini") != seen("mlnl")


def test_of_an_installed_model_its_plugin_knows_what_it_was_trained_on(handed, archive: Archive) -> None:
    found = submit(handed(edit=of_model(license="none", training_data=["x"])), archive).result.model
    known = installed().models["mfcc"]
    assert (found.license, found.training_data) == (known.license, known.training_data)


def test_licence_and_source_of_the_data_are_filed_as_registered(handed, archive: Archive) -> None:
    found = submit(handed(edit=lambda r: r["datasets"][0].update(license="mine", source="me")), archive).result
    assert (found.datasets[0].license, found.datasets[0].source) == ("CC0-1.0", "tests")


def test_the_baseline_is_of_the_version_that_is_installed(handed, archive: Archive) -> None:
    def newer(record: dict[str, Any]) -> None:
        record["model"]["version"] = record["baseline"]["version"] = "2"

    with pytest.raises(SubmissionError, match="cannot be the baseline"):
        submit(handed("log-mel", edit=newer), archive)


@pytest.mark.parametrize(
    "edit",
    [lambda r: r.update(earmark="0.1.0 all others are wrong"), lambda r: r["environment"].update(device="x" * 400),
     lambda r: r["model"].update(license="x " * 200), lambda r: r["cost"]["phases_s"].update({"x" * 400: 1.0})],
)  # fmt: skip
def test_a_cell_of_a_table_takes_no_essay(handed, archive: Archive, edit) -> None:
    with pytest.raises(SubmissionError, match=r"is no version|there may be 300"):
        submit(handed(edit=edit), archive)


def test_whoever_files_in_the_meantime_is_not_overwritten(handed, archive: Archive, monkeypatch) -> None:
    first, against = handed(), main._against_earlier

    def another(*words: Any, **named: Any) -> Any:
        found = against(*words, **named)
        monkeypatch.setattr(main, "_against_earlier", against)
        submit(first, archive)
        return found

    monkeypatch.setattr(main, "_against_earlier", another)
    with pytest.raises(SubmissionError, match="somebody filed there just now"):
        submit(first, archive)


@pytest.mark.parametrize("text", ["1" * 5_000, "[" * 100_000, "[NaN]"])
def test_a_broken_file_in_the_archive_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ResultError):
        read_result(tmp_path / "a.json")


def test_a_folder_in_the_place_of_predictions_is_a_sentence(handed) -> None:
    path = handed(edit=lambda r: r["predictions"].update(file=".."))
    with pytest.raises(ResultError, match="no table that can be read"):
        read_result(path)


def test_what_a_file_says_moves_no_cursor(handed) -> None:
    from earmark.submit.reading import _shown  # noqa: PLC0415

    assert _shown("type struct<\x1b[2J: int>\u202e") == r"type struct<\x1b[2J: int>\u202e"
    assert json.loads(handed().read_text())


def test_a_fingerprint_under_two_names_is_told(handed, archive: Archive) -> None:
    submit(handed(), archive)
    found = submit(handed(edit=of_model(name="own")), archive)
    assert "one model under two names" in found.notes[-2]


def test_phases_without_end_are_refused(handed, archive: Archive) -> None:
    with pytest.raises(SubmissionError, match="4000 phases"):
        submit(
            handed("robust", edit=lambda r: r["robustness"].update(work_s={f"k{n}": 1.0 for n in range(4000)})), archive
        )
