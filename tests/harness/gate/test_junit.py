"""JUnit as its readers take it: counts that agree, elements in their places, nothing that is no XML."""

import re
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.gate import Terms, gate
from earmark.gate.junit import plain, refused_junit, to_junit

NASTY = "a<b>&\"'\x00\x1b[31m\x08\ufffe\nc|d"
SUREFIRE_TIME = r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]{0,3})?"  # junit-10.xsd
SUITE_HAS = {"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"}
"""The attributes that Ant's schema demands; Jenkins' allows no other."""


@pytest.fixture
def suite(make_result, make_right):
    old = make_result(
        {"tempo": make_right(90), "key": make_right(80), "genre": make_right(4, of=6), "era": [True] * 30}
    )
    new = make_result({"tempo": make_right(60), "key": make_right(80), "genre": make_right(3, of=6)}, version=NASTY)
    root = ET.fromstring(to_junit(gate(new, old, resamples=500)).encode())
    assert (root.tag, root.attrib, len(root)) == ("testsuites", {}, 1)
    return root[0]


def check_structure(suite: ET.Element) -> None:
    """What both schemas ask: junit-10.xsd of Jenkins' xUnit plugin, and JUnit.xsd of Ant's."""
    assert set(suite.attrib) == SUITE_HAS
    assert [child.tag for child in suite if child.tag != "testcase"] == ["properties", "system-out", "system-err"]
    cases = suite.findall("testcase")
    assert suite[1 : 1 + len(cases)] == cases
    assert all(set(case.attrib) == {"name", "classname", "time"} and len(case) <= 1 for case in cases)
    assert all({"type", "message"} == set(outcome.attrib) for case in cases for outcome in case)
    assert all({"name", "value"} == set(one.attrib) and one.get("name") for one in suite.iter("property"))
    assert re.fullmatch(SUREFIRE_TIME, suite.get("time", ""))
    datetime.strptime(suite.get("timestamp", ""), "%Y-%m-%dT%H:%M:%S")
    assert int(suite.get("tests", "")) == len(cases)
    assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
    assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))


def test_it_has_the_structure_that_both_schemas_ask(suite):
    check_structure(suite)


def test_a_case_a_comparison_failed_skipped_or_passed(suite):
    outcomes = {case.get("name"): [one.tag for one in case] for case in suite.findall("testcase")}
    assert outcomes == {"tempo": ["failure"], "key": [], "genre": ["skipped"], "era": ["failure"]}


def test_the_message_says_by_how_much(suite):
    failure = suite.find("testcase[@name='tempo']/failure")
    assert failure.get("message").startswith("tempo: worse by 0.300 [")
    assert failure.get("type") == "worse"


def test_the_skipped_say_why(suite):
    assert "cannot tell" in suite.find("testcase[@name='genre']/skipped").get("message")


def test_names_come_out_as_they_went_in_but_for_what_xml_cannot_hold(suite):
    new = suite.find("properties/property[@name='new']").get("value")
    assert new == "m a<b>&\"'[31m\nc|d"


def test_thresholds_are_properties_with_their_source(make_result, make_right):
    result = make_result({"tempo": make_right(90)})
    terms = Terms(allowances={"tempo": -0.01}, sources={"allow tempo": "command line"})
    root = ET.fromstring(to_junit(gate(result, result, terms, resamples=500)).encode())
    assert root.find("*/properties/property[@name='allowed tempo']").get("value") == "-0.01 (command line)"


def test_a_refusal_is_a_failure_too():
    suite = ET.fromstring(refused_junit("OLD is on b 1,\x00 NEW on <b> 2.").encode())[0]
    check_structure(suite)
    assert suite.find("testcase/failure").get("message") == "OLD is on b 1, NEW on <b> 2."


def test_the_same_verdict_gives_the_same_bytes(make_result, make_right):
    old, new = (make_result({"tempo": make_right(n)}, version=str(n)) for n in (90, 60))
    assert len({to_junit(gate(new, old, resamples=500)) for _ in range(2)}) == 1


@settings(deadline=None)  # a loaded machine is no failure
@given(st.text())
def test_whatever_a_sentence_holds_the_file_can_be_read(sentence):
    suite = ET.fromstring(refused_junit(sentence).encode())[0]
    assert suite.find("testcase/failure").get("message") == plain(sentence)


@pytest.mark.parametrize(("created", "stamp"), [
    ("2026-01-01T01:30:00+02:00", "2025-12-31T23:30:00"),
    ("2026-01-01T01:30:00", "2026-01-01T01:30:00"),
    ("yesterday", "1970-01-01T00:00:00"),
])  # fmt: skip
def test_the_time_is_that_of_the_result_in_utc(make_result, make_right, created, stamp):
    result = make_result({"tempo": make_right(90)}, created=created)
    assert ET.fromstring(to_junit(gate(result, result, resamples=500)).encode())[0].get("timestamp") == stamp
