"""Extraction as a pytest-benchmark: timed by its fixture, kept in its files, compared by its own checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from earmark.errors import EarmarkError
from earmark.pytest_plugin.extraction import Rehearsal, tracks_of
from earmark.pytest_plugin.facts import Facts
from earmark.pytest_plugin.words import another_place

Saved = Mapping[str, Any]
"""A benchmark as pytest-benchmark's JSON has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What the rounds took."""

    name: str
    """Of the test, as pytest-benchmark files it."""
    stats: Any
    """pytest-benchmark's, by field: min, max, mean, median, stddev, iqr, in seconds a round."""
    extra: Mapping[str, Any]
    """What is kept beside the times."""
    rounds: int

    @property
    def audio_s_per_s(self) -> float:
        """By the median round."""
        return float(self.extra["audio_s_per_s"])


def unmeasurable(session: Any) -> str:
    """Why pytest-benchmark cannot time anything in this run; empty where it can."""
    if session is None:
        return "speed is timed by pytest-benchmark, which is not active: leave out -p no:benchmark"
    if session.disabled:
        return "pytest-benchmark is disabled, as it always is under xdist: time extraction in a run of its own, -n 0"
    return ""


def timed(request: pytest.FixtureRequest, facts: Facts, audio_s: float) -> Timed:
    """Time the rounds that pytest-benchmark's options ask for, after one to warm up; raises PluginError."""
    benchmark: Any = request.getfixturevalue("benchmark")
    folder = request.getfixturevalue("tmp_path_factory").mktemp("earmark")
    rehearsal = Rehearsal.of(facts.opened, facts.device, tracks_of(audio_s))
    fresh = count()
    benchmark.group = benchmark.group or f"earmark: extraction by {facts.info.name}"
    benchmark.pedantic(
        rehearsal.embed, setup=lambda: (rehearsal.into(folder / str(next(fresh))), {}),
        rounds=_rounds(request), warmup_rounds=1,
    )  # fmt: skip
    stats = benchmark.stats.stats
    benchmark.extra_info.update(_extra(facts, audio_s, float(stats.median)))
    return Timed(name=benchmark.fullname, stats=stats, extra=dict(benchmark.extra_info), rounds=stats.rounds)


def _rounds(request: pytest.FixtureRequest) -> int:
    """As many as the test's marker or the command line say."""
    marker = request.node.get_closest_marker("benchmark")
    least = request.config.getoption("benchmark_min_rounds")
    return int(marker.kwargs.get("min_rounds", least) if marker else least)


def _extra(facts: Facts, audio_s: float, median_s: float) -> dict[str, Any]:
    return {
        "model": facts.info.name,
        "version": facts.info.version,
        "fingerprint": facts.fingerprint,
        "dim": facts.info.dim,
        "audio_s": audio_s,
        "audio_s_per_s": round(audio_s / median_s, 1),
        "peak_memory_bytes": facts.memory_bytes(audio_s),
        "environment": facts.environment,
    }


def slower(session: Any, timed: Timed, expressions: Sequence[str]) -> list[str]:
    """What is slower than in the saved runs by more than the expressions allow, a paragraph each.

    Raises EarmarkError for an expression that pytest-benchmark would not take, or where there is nothing saved.
    """
    from pytest_benchmark.utils import parse_compare_fail  # noqa: PLC0415 - its own words mean its own checks

    if not expressions:
        return []
    checks = [(one, _parsed(parse_compare_fail, one)) for one in expressions]
    runs = [(path, run[timed.name]) for path, run in session.compared_mapping.items() if timed.name in run]
    if not runs:
        raise EarmarkError(
            f"--earmark-speed-fail {expressions[0]} has nothing to compare with: save a run by --benchmark-autosave on "
            f"this machine, then name it by --benchmark-compare. No saved run that was named holds {timed.name}."
        )
    failed = [(run, path, one) for path, run in runs for one, check in checks if _fails(check, timed, run)]
    return [_complaint(timed, *which) for which in failed]


def _parsed(parse: Any, expression: str) -> Any:
    from argparse import ArgumentTypeError  # noqa: PLC0415 - what pytest-benchmark raises

    try:
        return parse(expression)
    except ArgumentTypeError as error:
        raise EarmarkError(f"--earmark-speed-fail {expression!r}: write min:10% or median:0.5 (seconds).") from error


def _fails(check: Any, timed: Timed, run: Saved) -> bool:
    if run["extra_info"].get("audio_s") != timed.extra["audio_s"]:
        raise EarmarkError(
            f"The saved run embedded {run['extra_info'].get('audio_s')} s of audio a round and this one "
            f"{timed.extra['audio_s']:g} s: save another run to compare with."
        )
    return bool(check.fails({check.field: getattr(timed.stats, check.field)}, run["stats"]))


def _complaint(timed: Timed, run: Saved, path: object, expression: str) -> str:
    old, new = run["extra_info"], timed.extra
    field = expression.partition(":")[0]
    was_s, is_s = run["stats"][field], getattr(timed.stats, field)
    return "\n".join(
        [
            f"Extraction is slower than --earmark-speed-fail {expression} allows: {field} {is_s:.3g} s a round of "
            f"{new['audio_s']:g} s of audio, was {was_s:.3g} s ({is_s / was_s - 1:+.0%}).",
            f"  {old['model']} {old['version']}: {old['audio_s_per_s']:,.0f} s of audio a second, in {path}",
            f"  {new['model']} {new['version']}: {new['audio_s_per_s']:,.0f} s of audio a second, now",
            *another_place(old.get("environment", {}), new["environment"]),
        ]
    )
