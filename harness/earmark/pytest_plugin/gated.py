"""What the fixture `embed_benchmark` gives a test."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from earmark.check import ERROR, Finding
from earmark.errors import EarmarkError
from earmark.progress import silent
from earmark.pytest_plugin import limits, scoring, speed, words
from earmark.pytest_plugin.extraction import AUDIO_S
from earmark.pytest_plugin.facts import Facts
from earmark.pytest_plugin.settings import Settings, benchmark_session
from earmark.pytest_plugin.told import tell

if TYPE_CHECKING:
    from earmark.protocol import Recordings
    from earmark.result import Result

FAILED, SKIPPED = pytest.fail.Exception, pytest.skip.Exception


class EmbedBenchmark:
    """The release gate for one model; each part fails the test with a text that says what to do.

    Call it to do all four parts and fail once with everything that is wrong. What the parts find out is found once a
    session, however many tests ask; only the timing is each test's own.
    """

    def __init__(self, request: pytest.FixtureRequest, settings: Settings) -> None:
        self._request, self._settings = request, settings
        self._facts = Facts.of(request.config, settings)

    def __call__(self) -> None:
        """Check, scores, speed and memory: all of them, whatever the first ones find."""
        failed, skipped = [], []
        for part in (self.check, self.scores, self.speed, self.memory):
            try:
                part()
            except FAILED as stop:
                failed.append(str(stop))
            except SKIPPED as stop:
                skipped.append(str(stop))
        for reason in skipped:
            tell(self._request.node, f"skipped: {reason}")
        if failed:
            pytest.fail("\n\n".join(failed), pytrace=False)

    def check(self, *, quick: bool = False) -> tuple[Finding, ...]:
        """Hold the model to its contract as `bench check` does, and return every finding; an error fails the test.

        `quick` leaves out what needs another process.
        """
        with _plainly():
            findings = self._facts.findings(quick=quick)
            tell(self._request.node, words.checked(self._facts.info, findings))
            wrong = any(finding.outcome == ERROR for finding in findings)
            self._stop([words.broken(self._facts.info, findings)] if wrong else [])
        return findings

    def scores(
        self, on: "str | Recordings | None" = None, *, allowances: Mapping[str, float] | None = None
    ) -> "Result":
        """Measure the model as the baseline was measured, write the result, and gate it; return the result.

        `on` says what it is measured on where --earmark-benchmark and --earmark-data cannot: `Recordings` whose
        columns have names of their own. `allowances` go before those of the options.
        """
        with _plainly():
            scored = scoring.scored(self._facts, on, _loud if self._settings.loud else silent)
            tell(self._request.node, f"scores: {scored.shown}\n{scored.result}")
            if self._facts.baseline is None:
                pytest.skip(f"nothing was gated, for no baseline is named: keep {scored.shown} as --earmark-baseline")
            verdict = scoring.judged(self._facts, scored, allowances or {})
            tell(self._request.node, f"gate: {verdict.sentence}")
            self._stop([] if verdict.passed else [f"{verdict.text}\n\nThe new result: {scored.shown}"])
        return scored.result

    def speed(self, *, audio_s: float = AUDIO_S) -> float:
        """Time extraction by pytest-benchmark's `benchmark`, and return seconds of audio a second (the median).

        Each round embeds `audio_s` of generated audio into an empty store: no cache is timed. Its options all apply,
        --benchmark-compare-fail among them; --earmark-speed-fail takes the same words and fails this very test.
        """
        session = benchmark_session(self._request.config)
        if reason := speed.unmeasurable(session):
            pytest.skip(reason)
        with _plainly():
            if self._facts.hears_nothing:
                pytest.skip(f"{self._facts.info.name} looks embeddings up by id: there is no extraction to time")
            timed = speed.timed(self._request, self._facts, audio_s)
            tell(self._request.node, words.timed(self._facts, timed))
            self._stop(speed.slower(session, timed, self._settings.speed_fail))
        return timed.audio_s_per_s

    def memory(self, *, audio_s: float = AUDIO_S) -> int:
        """Measure how many bytes opening the model and embedding `audio_s` of audio add to a fresh process.

        --earmark-memory-fail compares them with those that `speed` kept in a saved benchmark.
        """
        with _plainly():
            if self._facts.hears_nothing:
                pytest.skip(f"{self._facts.info.name} looks embeddings up by id: its memory is the table's")
            added = self._facts.memory_bytes(audio_s)
            tell(self._request.node, words.weighed(self._facts, added, audio_s))
            saved = benchmark_session(self._request.config)
            self._stop(limits.larger(saved, self._facts, (added, audio_s), self._settings.memory_fail))
        return added

    def _stop(self, complaints: Sequence[str]) -> None:
        if complaints:
            pytest.fail("\n".join(complaints), pytrace=False)


@contextmanager
def _plainly() -> Iterator[None]:
    """What a user can mend is a sentence, without a traceback."""
    wrong = ""
    try:
        yield
    except EarmarkError as error:
        wrong = str(error)
    if wrong:  # outside of the clause, or pytest would show the first error too
        pytest.fail(wrong, pytrace=False)


def _loud(phase: str, done: float, total: float, unit: str) -> None:
    """Progress where output is not captured: a line when a phase ends."""
    if done > total - 1e-6:  # seconds of audio are sums of fractions
        print(f"earmark: {phase}: {total:,.0f} {unit}", flush=True)  # noqa: T201 - the user asked for it by -s
