"""All checks, one after the other, on one model."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from earmark.check import frozen, gain, numbers, papers, rate, same, shape, signals, speed, times, tracks
from earmark.check.elsewhere import Elsewhere, ElsewhereError, Errand, Opener
from earmark.check.finding import ERROR, Check, Finding, Found, failed, finding, skipped
from earmark.check.held import weights
from earmark.check.subject import CLIP_S, Subject
from earmark.errors import EarmarkError
from earmark.extract import model_fingerprint, pick_device
from earmark.extract.embed import exact_arithmetic, freeze
from earmark.extract.listed import is_listed
from earmark.model import ModelInfo
from earmark.registry import find_model, open_model

CHECKS: tuple[Check, ...] = (
    *shape.CHECKS, *same.CHECKS, *numbers.CHECKS, *times.CHECKS, *rate.CHECKS, *gain.CHECKS, *frozen.CHECKS,
    *papers.CHECKS, *speed.CHECKS,
)  # fmt: skip
"""What a model that embeds audio is tried with, in order."""
TRACK_CHECKS: tuple[Check, ...] = (*tracks.CHECKS, *papers.CHECKS)
"""What a model that answers for recordings by their id is tried with."""

Tell = Callable[[Finding], None]


def quietly(_: Finding) -> None:
    """Tell nobody."""


def check(
    model: str | ModelInfo,
    *,
    device: str = "auto",
    models: Path | None = None,
    trust: frozenset[str] = frozenset(),
    quick: bool = False,
    tell: Tell = quietly,
) -> tuple[Finding, ...]:
    """Try a model's contract and tell of each check as it ends: a line each.

    `models` is the folder with what `bench models get` obtained; `quick` leaves out the other process and the twenty
    minutes. Raises UnknownName or PluginError where no model is found; whatever a found model does wrong is a finding.
    """
    find_model(model, trust)  # a misspelt name is the user's mistake, not the model's
    device = pick_device(device)
    opener = partial(open_model, model, device, models=models, trust=trust)
    before = frozen.settings()
    try:
        opened = freeze(opener(), device)
    except Exception as error:  # the plugin border: whatever a plugin raises is the plugin's
        broken = failed(_said(error))
        return _examined(None, [replace(shape.LOAD, examine=lambda _: broken)], tell)
    changed = frozen.changed(before, frozen.settings())
    is_whole = is_listed(opened)
    away = Elsewhere() if quick or is_whole else Elsewhere.sent_on(_errand(opener, opened.info, device))
    with exact_arithmetic(), closing(away) as elsewhere:
        subject = Subject(
            opened=opened,
            device=device,
            elsewhere=elsewhere,
            fingerprint=model_fingerprint(opened),
            weights=weights(opened.model),
            settings=frozen.settings(),
            changed_by_load=changed,
            chance=frozen.chance(),
            quick=quick,
        )
        return _examined(subject, [shape.LOAD, *(TRACK_CHECKS if is_whole else CHECKS)], tell)


def _errand(opener: Opener, info: ModelInfo, device: str) -> Errand:
    """What the other process does: embed the clip that this one embeds too, and twenty minutes of music."""
    clip = signals.music(info.window_s or CLIP_S, info.sample_rate, same.SEED)
    return Errand(open_model=opener, device=device, clip=clip, long_s=numbers.LONG_S)


def _examined(subject: Subject | None, checks: Iterable[Check], tell: Tell) -> tuple[Finding, ...]:
    """Try one check after the other; one whose need is not met is not tried, nor are those that need it."""
    findings: list[Finding] = []
    unmet: set[str] = set()
    for check in checks:
        missing = [name for name in check.needs if name in unmet]
        found = skipped(f"not tried: it needs {missing[0]!r}") if missing else _tried(check, subject)
        findings.append(finding(check, found))
        tell(findings[-1])
        if missing or findings[-1].outcome == ERROR:
            unmet.add(check.name)
    return tuple(findings)


def _tried(check: Check, subject: Subject | None) -> Found:
    try:
        return check.examine(subject)
    except Exception as error:  # the plugin border: whatever a plugin raises is the plugin's
        return failed(_said(error))


def _said(error: Exception) -> str:
    """An error in one line."""
    text = str(error) if isinstance(error, (EarmarkError, ElsewhereError)) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())
