"""JSON that is ambiguous, endless or no number is refused, and quickly."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.submit.strict import DEEPEST, StrictError, depth_of, parse

PLAIN = st.recursive(
    st.none() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1E+400", "[1.0, NaN]", '{"a": 1e309}'])
def test_what_is_no_number_is_refused_in_every_spelling(number: str) -> None:
    with pytest.raises(StrictError, match=r"no number|no double"):
        parse(number)


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '[{"b": {"c": 0, "c": 1}}]', '{"\\u0061": 1, "a": 2}'])
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(StrictError, match="stands twice"):
        parse(text)


@pytest.mark.parametrize("text", ["[" * 1_000_000, "[" * 40 + "]" * 40, '{"a":' * 100_000, "[" * 40 + '"]]]]'])
def test_deep_nesting_is_refused_before_anything_recurses(text: str) -> None:
    with pytest.raises(StrictError, match="nested"):
        parse(text)


def test_brackets_in_texts_nest_nothing() -> None:
    assert depth_of('["[[[", "\\"[[", {"]": 1}]') == 2
    assert parse(json.dumps(["[" * 2 * DEEPEST])) == ["[" * 2 * DEEPEST]


def test_an_open_string_of_escapes_takes_linear_time() -> None:
    with pytest.raises(StrictError, match="no JSON"):
        parse('"' + '\\"' * 2_000_000)  # a backtracking scan would take hours


@pytest.mark.parametrize("digits", ["9" * 41, "0." + "1" * 5_000, "1" * 10_000_000])
def test_a_number_of_absurd_length_is_refused(digits: str) -> None:
    with pytest.raises(StrictError, match="a number of"):
        parse(digits)


@given(PLAIN)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_is_sound_is_read_as_python_reads_it(value: object) -> None:
    text = json.dumps(value)
    assert parse(text) == json.loads(text)
