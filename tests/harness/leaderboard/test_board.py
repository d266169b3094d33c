"""What stands on a board, and what does not."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.archive import Archive
from earmark.errors import ResultError, UnknownName
from earmark.leaderboard import Board, Rank, Row, board_of, boards_of
from earmark.result import Named
from earmark.result.robust.record import Robustness

File = Callable[..., Path]
LOG_MEL = Named(name="log-mel", version="1")
RESAMPLES = 400  # enough for every fact here
ROUNDED = 1e-6  # a board holds six decimals


def of(board: Path) -> Board:
    return board_of(Archive(folder=board), "small", resamples=RESAMPLES)


def row(board: Board, name: str) -> Row:
    return next(row for row in board.rows if row.model.name == name)


def test_a_task_has_the_score_that_scikit_learn_gives(file: File, board: Path, claimed: Callable[..., float]) -> None:
    file("one", skill=0.7, seed=1)
    found = row(of(board), "one")
    for task in ("genre", "mood", "valence"):
        assert found.tasks[task].value == pytest.approx(claimed(task, 0.7, 1), abs=ROUNDED)


def test_a_family_is_the_mean_of_its_tasks(file: File, board: Path, claimed: Callable[..., float]) -> None:
    file("one", skill=0.7, seed=1)
    found = of(board)
    mean = (claimed("mood", 0.7, 1) + claimed("valence", 0.7, 1)) / 2
    assert row(found, "one").families["mood"].value == pytest.approx(mean, abs=ROUNDED)
    assert {column.name: column.tasks for column in found.families} == {
        "genre": ("genre",),
        "mood": ("mood", "valence"),
    }


def test_above_chance_is_the_mean_way_to_perfect(
    file: File, board: Path, claimed: Callable[..., float], chances: dict[str, float]
) -> None:
    file("one", skill=0.7, seed=1)
    genre = (claimed("genre", 0.7, 1) - chances["genre"]) / (1 - chances["genre"])
    mood, chance = (
        (claimed("mood", 0.7, 1) + claimed("valence", 0.7, 1)) / 2,
        (chances["mood"] + chances["valence"]) / 2,
    )
    expected = (genre + (mood - chance) / (1 - chance)) / 2
    assert row(of(board), "one").overall.value == pytest.approx(expected, abs=ROUNDED)


def test_chance_comes_last_and_has_no_rank(file: File, board: Path, chances: dict[str, float]) -> None:
    file("bad", skill=0.0)
    last = of(board).rows[-1]
    assert (last.kind, last.overall.value, last.overall.rank) == ("chance", 0.0, None)
    assert last.tasks["genre"].value == chances["genre"]
    assert last.families["mood"].value == pytest.approx((chances["mood"] + chances["valence"]) / 2, abs=ROUNDED)


def test_the_highest_stands_first_and_equals_stand_by_name_and_version(file: File, board: Path) -> None:
    for name, version, skill in (("b", "1", 0.5), ("a", "2", 0.5), ("a", "1", 0.5), ("c", "1", 0.9)):
        file(name, version, skill=skill)
    assert [(r.model.name, r.model.version) for r in of(board).rows[:-1]] == [
        ("c", "1"), ("a", "1"), ("a", "2"), ("b", "1"),
    ]  # fmt: skip


def test_the_same_answers_share_every_place(file: File, board: Path) -> None:
    for name in ("a", "b", "c"):
        file(name, skill=0.5)
    for found in of(board).rows[:-1]:
        assert {cell.rank for cell in (found.overall, *found.tasks.values())} == {Rank(best=1, worst=3)}


def test_a_model_that_is_nearly_always_right_is_first_alone(file: File, board: Path) -> None:
    for seed in range(4):
        file(f"m{seed}", skill=0.4, seed=seed)
    file("best", skill=0.98)
    assert row(of(board), "best").overall.rank == Rank(best=1, worst=1)
    assert {row(of(board), f"m{seed}").overall.rank for seed in range(4)} == {Rank(best=2, worst=5)}


def test_the_baseline_is_a_model_with_a_rank(file: File, board: Path) -> None:
    for name in ("log-mel", "one"):
        file(name, skill=0.5, baseline=LOG_MEL)
    found = row(of(board), "log-mel")
    assert (found.kind, found.overall.rank) == ("baseline", Rank(best=1, worst=2))


def test_a_baseline_that_is_not_filed_is_shown_without_a_rank(file: File, board: Path) -> None:
    file("one", skill=0.5, baseline=LOG_MEL)
    found = row(of(board), "log-mel")
    assert (found.kind, found.path, found.tasks["genre"].value) == ("baseline", "", 0.5)
    assert (found.tasks["genre"].low, found.families["mood"].low) == (0.4, None)
    assert found.overall.rank is None


def test_costs_are_those_of_the_result_with_the_machine(file: File, board: Path) -> None:
    file("one")
    found = row(of(board), "one")
    assert (found.parameters, found.dim, found.audio_s_per_s, found.machine) == (3456, 12, 1234.5, "cpu, 2 cores")
    assert found.path == "results/one/1/small.json"


def test_only_the_data_asked_here_is_an_overlap(file: File, board: Path) -> None:
    file("seen", model={"training_data": ("msd", "toy")})
    file("unseen", model={"training_data": ("msd",)})
    assert (row(of(board), "seen").overlap, row(of(board), "unseen").overlap) == (("toy",), ())


def test_options_are_part_of_the_name(file: File, board: Path) -> None:
    file("one", model={"options": {"layer": "7"}})
    assert of(board).rows[0].model.name == "one?layer=7"


LEFT_OUT = {
    "limit": ({"limit": 3}, "first 3 tracks"),
    "precision": ({"precision": "bf16"}, "embedded in bf16"),
    "layers": ({"model": {"layers": ("6",)}}, r"layers were chosen \(6\)"),
    "tasks": ({"tasks_asked": ("genre",)}, "lacks mood, valence"),
}


@pytest.mark.parametrize("reason", LEFT_OUT)
def test_what_is_no_whole_result_is_left_out_with_a_note(file: File, board: Path, reason: str) -> None:
    fields, words = LEFT_OUT[reason]
    file("whole")
    file("other", stem="small-part", **fields)
    found = of(board)
    assert "other" not in {row.model.name for row in found.rows}
    assert [note for note in found.notes if note.startswith("Not on this board: other@1")]
    assert any(re.search(words, note) for note in found.notes)


SENTENCE = "genre falls to chance at noise-mix 0.4"
ROBUST = Robustness(asked=(), presets=(), conditions=(), tasks=(), sentence=SENTENCE, work_s={})


def test_what_breaks_first_comes_from_the_robust_result_of_the_same_model(file: File, board: Path) -> None:
    file("one")
    file("one", stem="small-robust", robustness=ROBUST)
    file("other")
    assert (row(of(board), "one").breaks_first, row(of(board), "other").breaks_first) == (SENTENCE, "")


def test_a_model_with_a_robust_result_alone_is_left_out_with_a_note(file: File, board: Path) -> None:
    file("one")
    file("other", stem="small-robust", robustness=ROBUST)
    found = of(board)
    assert [row.model.name for row in found.rows] == ["one", "chance"]
    assert found.notes == ("Not on this board: other@1: only `bench robust` is filed of it.",)


def test_a_board_of_robust_results_alone_is_refused(file: File, board: Path) -> None:
    file("one", stem="small-robust", robustness=ROBUST)
    with pytest.raises(ResultError, match=r"no result of `bench run` on small. Not on this board: one@1"):
        of(board)


def test_two_models_of_one_name_are_refused(file: File, board: Path) -> None:
    file("one")
    file("one", stem="small-robust", robustness=ROBUST, model={"fingerprint": "other"})
    with pytest.raises(ResultError, match="two models that share a name: fingerprints differ"):
        of(board)


def test_other_test_tracks_are_refused(file: File, board: Path) -> None:
    file("a")
    file("b", labelled={"mood": 50})
    with pytest.raises(ResultError, match="differ in the test tracks of mood"):
        of(board)


def test_few_groups_are_noted(file: File, board: Path) -> None:
    file("a", labelled={"mood": 19})
    assert of(board).notes == ("Too few test groups for a trustworthy interval: mood (19).",)


def test_an_older_version_of_the_benchmark_is_left_out_with_a_note(file: File, board: Path) -> None:
    file("old", benchmark=Named(name="small", version="1.9"))
    file("new", benchmark=Named(name="small", version="1.10"))
    found = of(board)
    assert found.benchmark.version == "1.10"
    assert "Not on this board: 1 filed on version 1.9 of the benchmark." in found.notes


def test_different_versions_of_earmark_are_noted(file: File, board: Path) -> None:
    file("a")
    file("b", earmark="0.2.0", resamples=500)
    assert of(board).notes == (
        "Made with different versions of earmark: 1 with 0.1.0, 1 with 0.2.0.",
        "Filed with different numbers of resamples (1 with 1,000, 1 with 500); here all are computed again alike.",
    )


def test_missing_predictions_are_refused_by_name(file: File, board: Path) -> None:
    path = file("one")
    path.with_suffix(".parquet").unlink()
    with pytest.raises(ResultError, match=r"one/1/small.json: .* without its predictions"):
        of(board)


def test_changed_predictions_are_refused_by_name(file: File, board: Path) -> None:
    path, other = file("one", skill=0.4), file("other", skill=0.9)
    path.with_suffix(".parquet").write_bytes(other.with_suffix(".parquet").read_bytes())
    with pytest.raises(ResultError, match=r"one/1/small.parquet: has changed"):
        of(board)


def test_a_score_that_the_predictions_do_not_give_is_refused(file: File, board: Path) -> None:
    path = file("one", skill=0.4)
    record = json.loads(path.read_text())
    record["tasks"][0]["scores"][0]["value"] = 0.99
    path.write_text(json.dumps(record))
    with pytest.raises(ResultError, match=r"one/1/small.json: says 0.99 of genre, but its predictions give"):
        of(board)


def test_another_chance_is_refused(file: File, board: Path) -> None:
    file("a")
    path = file("b")
    record = json.loads(path.read_text())
    record["tasks"][1]["chance"][0]["value"] = 0.1
    path.write_text(json.dumps(record))
    with pytest.raises(ResultError, match=r"a/1/small.json and .*b/1/small.json differ in the chance of mood"):
        of(board)


def test_other_data_is_refused(file: File, board: Path) -> None:
    file("a")
    path = file("b")
    record = json.loads(path.read_text())
    record["datasets"][0]["checksum"] = "11"
    path.write_text(json.dumps(record))
    with pytest.raises(ResultError, match="are of other data"):
        of(board)


def test_two_results_of_one_model_version_are_refused(file: File, board: Path) -> None:
    file("one")
    file("one", stem="again")
    with pytest.raises(ResultError, match="both results of one@1"):
        of(board)


def test_another_benchmark_gets_a_hint(file: File, board: Path) -> None:
    file("one")
    with pytest.raises(UnknownName, match="Did you mean 'small'"):
        board_of(Archive(folder=board), "smal")


def test_an_empty_board_says_how_to_file_something(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"bench submit results/NAME/VERSION/etudes.json --to"):
        boards_of(tmp_path)


def test_each_benchmark_has_a_board(file: File, board: Path) -> None:
    file("one")
    file("one", stem="other", benchmark=Named(name="other", version="3"))
    assert [(b.benchmark.name, b.benchmark.version) for b in boards_of(board)] == [("other", "3"), ("small", "1")]
