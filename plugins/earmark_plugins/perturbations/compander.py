"""Compander: quiet made louder and loud made quieter, by the presets of an audio tool. No label moves.

An envelope follows the absolute samples, at one pace upwards (attack) and another downwards (decay); a curve of
straight lines in decibels says how loud audio of that level should come out, and the samples are scaled to it. The
envelope looks 0.1 s ahead, but not in `radio`. As in the paper it starts at full scale, from where it falls by 29 dB a
second (9 in `radio`), so a recording that begins quietly begins ducked. Below the lowest point and above 0 dB the gain
stays that of the end of the curve. Length and timing are kept.

The presets are those that Won et al. 2020 (`music-standard` and `speech`) and MUDA passed to the program sox; compared
with sox 14.4.2, the output is within 0.03 dB everywhere. sox rounds the corners of the curve by 0.01 dB, this does not;
sox clips at full scale and the paper went through 16-bit files, this does neither. The paper works at 16 kHz, this at
the recording's own rate, where the envelope also follows what lies above 8 kHz.

The levels go from mild to severe by the range of gains for audio between -60 and 0 dB: 20.5 dB for `music-light`,
26 dB for both of film, 32 dB for `music-standard`, 35 dB for `speech`, 40 dB for `radio`.
The four in the middle share their curve above -31 dB: on music that is never quieter they give the same samples.

Source: dynamic range control by an envelope follower: Zölzer (ed.), DAFX: Digital Audio Effects; its semantics: the
manual of sox, `compand`; presets: Won et al., Evaluation of CNN-based Automatic Music Tagging Models, SMC 2020
(arXiv:2006.00751), after MUDA (McFee et al., ISMIR 2015). Licence: Apache-2.0, as the rest of earmark.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from earmark import Audio, Perturbation, hookimpl
from earmark.audio import Samples

Levels = npt.NDArray[np.float64]

BLOCK = 2048
"""Samples followed at once: they stay in the processor's cache, and the guess of the branches is still good."""
QUIETEST = 1e-9
"""An envelope of -180 dB, far below every curve, for long silence would make it zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting of the compander."""

    curve_db: tuple[tuple[float, float], ...]
    """(in, out) in dB of full scale, by rising input."""
    attack_s: float = 0.1
    decay_s: float = 0.3
    gain_db: float = 0.0
    start_db: float = 0.0
    """Where the envelope begins."""
    ahead_s: float = 0.1
    """How far the envelope looks ahead."""


PRESETS: Mapping[str, Setting] = MappingProxyType(
    {
        "music-light": Setting(curve_db=((-90, -90), (-70, -58), (-65, -53), (-41, -41), (-21, -21), (0, -11))),
        "music-standard": Setting(curve_db=((-90, -90), (-70, -58), (-55, -43), (-31, -31), (-21, -21), (0, -20))),
        "film-light": Setting(curve_db=((-90, -90), (-70, -64), (-53, -47), (-41, -41), (-21, -21), (0, -20))),
        "film-standard": Setting(curve_db=((-90, -90), (-70, -64), (-43, -37), (-31, -31), (-21, -21), (0, -20))),
        "speech": Setting(curve_db=((-90, -90), (-70, -55), (-50, -35), (-31, -31), (-21, -21), (0, -20))),
        "radio": Setting(
            curve_db=((-90, -90), (-70, -70), (-60, -20), (0, 0)),
            attack_s=0.01, decay_s=1.0, gain_db=-5.0, ahead_s=0.0,
        ),
    }
)  # fmt: skip
NAMES = {name: float(number) for number, name in enumerate(PRESETS, 1)}
BY_LEVEL = {NAMES[name]: preset for name, preset in PRESETS.items()}
MILD_TO_SEVERE = ("music-light", "film-light", "film-standard", "music-standard", "speech", "radio")


def companded(audio: Audio, level: float, _: np.random.Generator) -> Audio:
    """Scale the samples by the preset of that number."""
    setting = BY_LEVEL[level]
    envelope = ahead(followed(audio.samples, audio.rate, setting), int(setting.ahead_s * audio.rate))
    changed = np.empty_like(audio.samples)
    for start in range(0, len(changed), BLOCK):
        part = slice(start, start + BLOCK)
        changed[part] = audio.samples[part] * gain(envelope[part], setting)
    return replace(audio, samples=changed, channels=None)


def followed(samples: Samples, rate: int, setting: Setting) -> Levels:
    """Return the envelope [samples] of the absolute samples [samples], in parts of full scale.

    It closes a share of its distance to each sample: that share by which it comes as near as 1/e in the attack time
    where the sample is higher, or in the decay time where it is not.
    """
    rise, fall = (1.0 - np.exp(-1.0 / (rate * time_s)) for time_s in (setting.attack_s, setting.decay_s))
    envelope = np.empty(len(samples))
    last = 10.0 ** (setting.start_db / 20.0)
    for start in range(0, len(samples), BLOCK):
        heights = np.abs(samples[start : start + BLOCK].astype(np.float64))
        block = _block(heights, rise, fall, last)
        envelope[start : start + BLOCK] = block
        last = block[-1]
    return envelope


def _block(heights: Levels, rise: float, fall: float, last: float) -> Levels:
    """Follow one block from the envelope `last` before it.

    The recursion depends on itself through the branch taken at each sample only. With the branches guessed it is linear
    and needs no loop; the envelope so found says which branches are right, and a guess that agrees with its envelope is
    the answer. It takes two rounds on music, and ends at the latest after one a sample, for each round settles at least
    one branch more. A loop over samples gives the same to 1e-12 and takes about eight times as long.
    """
    rising = heights > last
    while True:
        shares = np.where(rising, rise, fall)
        kept = np.cumprod(1.0 - shares)
        envelope: Levels = kept * (last + np.cumsum(shares * heights / kept))
        right = heights > np.concatenate(([last], envelope[:-1]))
        if np.array_equal(right, rising):
            return envelope
        rising = right


def ahead(envelope: Levels, samples: int) -> Levels:
    """Shift the envelope [samples] to the past; its last value fills the end."""
    return np.concatenate((envelope[samples:], np.full(min(samples, len(envelope)), envelope[-1])))


def gain(envelope: Levels, setting: Setting) -> Levels:
    """Return the factors [samples] that bring audio of that envelope to the setting's curve."""
    level_db, out_db = np.array(setting.curve_db).T
    gains_db = np.interp(20.0 * np.log10(np.maximum(envelope, QUIETEST)), level_db, out_db - level_db)
    factors: Levels = 10.0 ** ((gains_db + setting.gain_db) / 20.0)
    return factors


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="compander",
            version="1",
            unit="preset",
            levels=tuple(NAMES[name] for name in MILD_TO_SEVERE),
            names=NAMES,
            apply=companded,
            license="Apache-2.0",
            source="Zölzer, DAFX; presets of Won et al. 2020 (arXiv:2006.00751), after MUDA (McFee et al. 2015)",
            summary="Quiet made louder and loud made quieter: dynamic range compression.",
        )
    ]
