from collections.abc import Callable

from earmark.result import Result, Score, TaskResult
from earmark.result.table import trained_on

MakeTask, MakeResult = Callable[..., TaskResult], Callable[..., Result]


def test_the_table_shows_score_interval_chance_and_baseline(make_result: MakeResult, make_task: MakeTask) -> None:
    text = str(make_result(make_task("genre", 0.625)))
    row = next(line for line in text.splitlines() if line.startswith("genre"))
    assert row.split() == ["genre", "linear", "3", "accuracy", "0.625", "0.575", "–", "0.675", "0.100", "0.400"]


def test_a_version_keeps_its_zero(make_result: MakeResult, make_task: MakeTask) -> None:
    assert "d 1.10" in str(make_result(make_task("genre", 0.6)))


def test_clear_gains_and_losses_are_named_after_holms_correction(make_result: MakeResult, make_task: MakeTask) -> None:
    clear = [make_task("key", 0.9, p=0.002), make_task("era", 0.2, p=0.002)]
    unclear = [make_task("tempo", 0.5, p=0.03), make_task("mood", 0.5, p=0.03)]  # 2 x 0.03 is above 0.05
    text = str(make_result(*clear, *unclear))
    assert "Clearly above log-mel: key (+0.500)." in text
    assert "Clearly below log-mel: era (-0.200)." in text
    assert "tempo (" not in text
    assert "mood (" not in text


def test_what_is_not_above_chance_is_named(make_result: MakeResult, make_task: MakeTask) -> None:
    text = str(make_result(make_task("key", 0.12, chance=0.1), make_task("era", 0.5, chance=0.1)))
    assert "Not above chance: key." in text


def test_skipped_tracks_notes_and_limits_are_said(make_result: MakeResult, make_task: MakeTask) -> None:
    text = str(make_result(make_task("key", 0.5), limit=7))
    assert "1 unreadable tracks skipped, such as t7 (holds no samples.)" in text
    assert "The split was drawn." in text
    assert "Only the first 7 tracks" in text


def test_training_on_the_data_is_marked(make_result: MakeResult, make_task: MakeTask) -> None:
    result = make_result(make_task("key", 0.5))
    trained = result.model_copy(update={"model": result.model.model_copy(update={"training_data": ("d",)})})
    assert "The model was trained on d" in str(trained)


def test_few_groups_are_a_reservation(make_result: MakeResult, make_task: MakeTask) -> None:
    text = str(make_result(make_task("key", 0.5, groups=19), make_task("era", 0.5, groups=20)))
    assert "Too few test groups for a trustworthy interval: key (19)." in text


def test_a_missing_score_is_a_dash(make_result: MakeResult, make_task: MakeTask) -> None:
    task = make_task("key", 0.5, scores=(Score(metric="r2", value=None),))
    assert "r2" in str(make_result(task))
    assert "–" in next(line for line in str(make_result(task)).splitlines() if line.startswith("key"))


def test_markup_in_a_name_is_escaped_in_a_notebook(make_result: MakeResult, make_task: MakeTask) -> None:
    page = make_result(make_task("<script>", 0.5))._repr_html_()
    assert "<script>" not in page
    assert "m&lt;b&gt;" in page


def test_a_strangers_words_move_no_cursor(make_result: MakeResult, make_task: MakeTask) -> None:
    result = make_result(make_task("key", 0.5), notes=("red \x1b[31m\u202e turned",))
    assert "red \\x1b[31m\\x202e turned" in str(result)


def test_data_that_are_spelled_otherwise_are_seen_all_the_same(make_result: MakeResult, make_task: MakeTask) -> None:
    result = make_result(make_task("key", 0.5))
    trained = result.model_copy(update={"model": result.model.model_copy(update={"training_data": (" D ",)})})
    assert trained_on(trained) == ("d",)
    assert trained_on(result) == ()
