"""When two answers to one question are the same."""

import json

import pytest

from earmark.recount import Row
from earmark.target import Target
from earmark.verify.agree import EDGE_TOLERANCE_S, NUMBER_TOLERANCE, OUTPUT_TOLERANCE, agreement

GENRE = Target(name="genre", family="genre", form="class", classes=("low", "mid"))
TEMPO = Target(name="tempo", family="tempo", form="tempo")
ARTISTS = Target(name="tags", family="mood", form="classes", classes=("calm", "sad", "wild"))
FORM = Target(name="form", family="segmentation", form="timeline")


def row(answer: object, outputs: tuple[float, ...] | None = None, truth: object = "low", group: str = "g") -> Row:
    return Row(
        task="t", probe="linear", condition="", seed=0, track="one", group=group, reference=json.dumps(truth),
        estimated=json.dumps(answer), outputs=outputs,
    )  # fmt: skip


def sections(*edges_s: float) -> dict[str, object]:
    return {"edges_s": edges_s, "labels": ["a"] * (len(edges_s) - 1)}


def test_a_name_is_the_same_or_not() -> None:
    assert agreement(GENRE, row("low"), row("low")).agrees
    assert agreement(GENRE, row("low"), row("mid")).said == 'claimed "low", came out "mid"'


@pytest.mark.parametrize(("apart", "same"), [(0.5, True), (2.0, False)])
def test_a_tempo_may_differ_by_its_tolerance(apart: float, same: bool) -> None:
    found = row(120.0 * (1 + apart * NUMBER_TOLERANCE), truth=120.0)
    assert agreement(TEMPO, row(120.0, truth=120.0), found).agrees is same


@pytest.mark.parametrize(("apart_s", "same"), [(0.5, True), (1.0, False)])  # the grid of frames has steps of 0.5 s
def test_a_boundary_may_differ_by_a_frame(apart_s: float, same: bool) -> None:
    claimed, found = (row(sections(0.0, edge, 6.0), truth=sections(0.0, 6.0)) for edge in (3.0, 3.0 + apart_s))
    assert agreement(FORM, claimed, found).agrees is same
    assert EDGE_TOLERANCE_S < 2 * 0.5


def test_another_number_of_sections_differs() -> None:
    claimed, found = (row(sections(*edges), truth=sections(0.0, 6.0)) for edges in ((0.0, 3.0, 6.0), (0.0, 6.0)))
    assert not agreement(FORM, claimed, found).agrees


def test_classes_are_the_same_in_any_order() -> None:
    claimed, found = (row(names, truth=["calm"]) for names in (["calm", "sad"], ["sad", "calm"]))
    assert agreement(ARTISTS, claimed, found).agrees
    assert not agreement(ARTISTS, claimed, row(["calm"], truth=["calm"])).agrees


@pytest.mark.parametrize(("apart", "same"), [(0.5, True), (3.0, False)])
def test_outputs_may_differ_by_their_tolerance(apart: float, same: bool) -> None:
    found = row("low", (0.6 + apart * OUTPUT_TOLERANCE, 0.4))
    assert agreement(GENRE, row("low", (0.6, 0.4)), found).agrees is same


def test_outputs_that_were_not_kept_are_not_compared() -> None:
    assert agreement(GENRE, row("low"), row("low", (0.6, 0.4))).agrees


def test_outputs_of_another_number_differ() -> None:
    assert "in their number" in agreement(GENRE, row("low", (1.0,)), row("low", (0.6, 0.4))).said


def test_another_label_differs_whatever_the_answer() -> None:
    assert "the label claimed" in agreement(GENRE, row("low"), row("low", truth="mid")).said
    assert not agreement(GENRE, row("low"), row("low", group="h")).agrees


def test_an_answer_that_is_not_there_differs() -> None:
    assert agreement(GENRE, None, row("low")).said == "no answer claimed"
    assert agreement(GENRE, row("low"), None).said == "not asked here"
