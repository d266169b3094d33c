"""`check` lets good models pass and catches each planted fault by the check that is there for it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from earmark.check import CHECKS, TRACK_CHECKS, Finding, check, speed
from earmark.check.shape import LOAD
from earmark.errors import UnknownName
from earmark.registry import installed

TOYS = Path(__file__).with_name("models.py")
IN_ANOTHER_PROCESS = ("process", "fingerprint", "20 minutes")
MEASURED_ONLY = ("memory", "speed")  # caught below by a smaller limit: a real fault would cost the tests what it costs
CAUGHT = [c.name for c in (LOAD, *CHECKS) if c.name not in MEASURED_ONLY]


@pytest.fixture(autouse=True)
def _the_process_as_it_was() -> Iterator[None]:
    state = np.random.get_state()
    with np.errstate():
        yield
    np.random.set_state(state)


def complaints(findings: tuple[Finding, ...]) -> dict[str, str]:
    return {f.check: f.outcome for f in findings if f.outcome not in ("passed", "skipped")}


def tried(name: str, *, quick: bool = True) -> tuple[Finding, ...]:
    return check(f"{TOYS}::{name}", device="cpu", quick=quick)


def test_a_good_model_passes_every_check():
    findings = tried("good", quick=False)
    assert {f.outcome for f in findings} == {"passed"}
    assert [f.check for f in findings] == [c.name for c in (LOAD, *CHECKS)]


@pytest.mark.parametrize("name", CAUGHT)
def test_a_planted_fault_is_caught_by_its_check_alone(name):
    (clause,) = [c for c in (LOAD, *CHECKS) if c.name == name]
    findings = tried(f"wrong {name}", quick=name not in IN_ANOTHER_PROCESS)
    assert complaints(findings) == {name: clause.severity}


@pytest.mark.parametrize("name", [c.name for c in TRACK_CHECKS[:4]] + ["answers-2"])
def test_a_planted_fault_by_track_is_caught_by_its_check_alone(name):
    assert complaints(tried(f"wrong by track {name}")) == {name.removesuffix("-2"): "error"}


def test_every_failure_has_a_remedy_and_nothing_else_has():
    findings = tried("wrong gain") + tried("good")
    assert all(bool(f.remedy) == (f.outcome in ("error", "warning", "note")) for f in findings)


@pytest.mark.parametrize(("name", "limit", "value"), [("memory", "MOST_BYTES", 0.0), ("speed", "SLOWEST", 1e9)])
def test_what_costs_too_much_is_a_warning(monkeypatch, name, limit, value):
    monkeypatch.setattr(speed, limit, value)
    assert complaints(tried("good", quick=name != "memory")) == {name: "warning"}


def test_nothing_is_tried_after_a_wrong_shape_but_the_papers():
    findings = {f.check: f for f in tried("wrong shape")}
    assert "returned dim 7, but its info says 8" in findings["shape"].measured
    assert findings["silence"].measured == "not tried: it needs 'layers'"
    assert findings["licence"].outcome == "passed"


def test_an_exception_is_a_sentence_that_names_it():
    (found,) = tried("wrong load")
    assert found.measured.endswith("FileNotFoundError: weights.safetensors is not there")
    assert found.remedy


def test_a_model_by_track_passes_and_one_that_knows_no_track_is_skipped():
    assert complaints(tried("good by track")) == {}
    outcomes = {f.check: f.outcome for f in tried("unknowing")}
    assert outcomes["answers"] == "passed"
    assert {outcomes[name] for name in ("second call", "order", "odd audio")} == {"skipped"}


def test_a_gain_that_nobody_states_is_a_note():
    assert complaints(tried("unstated")) == {"gain": "note"}


def test_a_misspelt_model_is_no_finding():
    with pytest.raises(UnknownName, match="Did you mean 'good'"):
        tried("god")


def test_each_finding_is_told_as_it_comes():
    told: list[str] = []
    findings = check(f"{TOYS}::good", device="cpu", quick=True, tell=lambda f: told.append(f.check))
    assert told == [f.check for f in findings]


@pytest.mark.parametrize("name", sorted(installed().models))
def test_an_installed_model_keeps_its_contract(name):
    findings = check(name, device="cpu", quick=True)
    if findings[0].outcome == "error" and installed().models[name].fetch is not None:
        pytest.skip(f"{name} is not here: {findings[0].measured}")
    assert {name: o for name, o in complaints(findings).items() if o != "note"} == {}
