"""Names that would look like others, climb out of folders or be read as markup are none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.submit.words import odd_character, reserved, unfit_name

GOOD = ("log-mel", "musicnn-vgg-msd", "hf:org/model", "1.10", "20c96a654301", "modèle", "音楽", "CLAP (fused)", "a=b+c")
BAD = (
    "<script>alert(1)</script>", "a`b", 'a"b', "a|b", "a\\b", "../../etc/passwd", "a/../b", "/etc/passwd", "~root",
    "C:/a", "", " ", "...", "---", "a\nb", "a\tb", "a\x1b[31mb", "log\u200bmel", "a\u202eb", "\ud800", "\ufb01ne", "a ",
    "a  b", "a?b=c", "a@2", "x" * 101, "a\u00adb", "a\u0000b", "\ue000a",
)  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_an_ordinary_name_is_one(name: str) -> None:
    assert unfit_name(name) == ""


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_a_name_that_is_a_trick_is_none(name: str) -> None:
    assert unfit_name(name)


def test_angle_brackets_may_stand_in_sentences() -> None:
    assert odd_character("F0 < 200 Hz & <b>loud</b>") == ""


@pytest.mark.parametrize("text", ["a\nb", "\x07", "\u202e", "\u2028", "\udcff", "\x7f", "\x9b"], ids=ascii)
def test_what_no_text_may_hold_is_named(text: str) -> None:
    assert odd_character(text).startswith("U+")


@pytest.mark.parametrize("part", ["con", "NUL", "com1.json", "Aux.v2"])
def test_windows_keeps_some_names(part: str) -> None:
    assert reserved(part)
    assert not reserved(f"x{part}")


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_good_name_can_be_printed_and_encoded(name: str) -> None:
    if not unfit_name(name):
        assert name.isprintable()
        assert name.encode("utf-8").decode("utf-8") == name
