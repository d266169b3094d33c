"""Memory against what a saved benchmark of the same model kept."""

import re
from collections.abc import Iterator
from typing import Any

from earmark.errors import EarmarkError
from earmark.pytest_plugin.facts import Facts
from earmark.pytest_plugin.words import another_place, megabytes

NOISE_BYTES = 50_000_000
"""The same model lies up to 40 MB apart from process to process: a growth below this is never a failure."""
UNITS = {"": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
EXPRESSION = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>%|kB|MB|GB|)")


def allowance(expression: str, old_bytes: int) -> float:
    """By how many bytes memory may grow over `old_bytes`: of ``10%`` or ``200MB``. Raises EarmarkError.

    >>> allowance("10%", 1_000_000_000), allowance("200MB", 1)
    (100000000.0, 200000000.0)
    """
    found = EXPRESSION.fullmatch(expression)
    if found is None:
        raise EarmarkError(f"--earmark-memory-fail {expression!r}: write 10% or 200MB.")
    number, unit = float(found["number"]), found["unit"]
    return old_bytes * number / 100 if unit == "%" else number * UNITS[unit]


def larger(session: Any, facts: Facts, measured: tuple[int, float], expression: str) -> list[str]:
    """What the model needs more than in the saved runs, by more than the expression allows, a paragraph each.

    `measured` is bytes and seconds of audio. Raises EarmarkError where nothing saved can be compared with.
    """
    if not expression:
        return []
    allowance(expression, 0)  # a word that means nothing must not wait for a saved run
    kept = [(path, extra) for path, extra in _kept(session) if _comparable(extra, facts, measured[1])]
    if not kept:
        raise EarmarkError(
            f"--earmark-memory-fail {expression} has nothing to compare with: embed_benchmark.speed() keeps the memory "
            f"of {facts.info.name} with --benchmark-autosave; then name that run by --benchmark-compare."
        )
    return [text for path, extra in kept if (text := _complaint(path, extra, facts, measured[0], expression))]


def _kept(session: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    for path, run in (session.compared_mapping if session is not None else {}).items():
        for saved in run.values():
            yield path, saved["extra_info"]


def _comparable(extra: dict[str, Any], facts: Facts, audio_s: float) -> bool:
    return extra.get("model") == facts.info.name and extra.get("audio_s") == audio_s and "peak_memory_bytes" in extra


def _complaint(path: Any, old: dict[str, Any], facts: Facts, now: int, expression: str) -> str:
    was = old["peak_memory_bytes"]
    if now - was <= max(NOISE_BYTES, allowance(expression, was)):
        return ""
    return "\n".join(
        [
            f"Extraction needs more memory than --earmark-memory-fail {expression} allows: {megabytes(now)} beyond "
            f"a fresh process, was {megabytes(was)} with version {old['version']}, in {path}.",
            *another_place(old.get("environment", {}), facts.environment),
        ]
    )
