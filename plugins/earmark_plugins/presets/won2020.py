"""The eight conditions under which Won et al. compared tagging models in 2020.

Each of four changes at two levels. `won2020` makes them with today's means; `won2020-vocoder` stretches and shifts with
a phase vocoder at 16 kHz, as the authors did, for comparison with old numbers.

Two things differ from the authors' code in both: the noise is seeded, and the compander is earmark's own instead of
the program sox.

Source: Won, Ferraro, Bogdanov and Serra, "Evaluation of CNN-based automatic music tagging models", SMC 2020
(arXiv:2006.00751), section on robustness; https://github.com/minzwon/sota-music-tagging-models, training/robustness.py
(MIT), whose deformations are those of MUDA (McFee, Humphrey and Bello 2015). Licence of this file: Apache-2.0.
"""

from earmark import Preset, hookimpl

SPEEDS = (2**-0.5, 2**0.5)  # half an octave of tempo
SHIFTS_SEMITONES = (-1.0, 1.0)
COMPANDERS = (2.0, 5.0)  # the compander's levels music-standard and speech
NOISE_SHARES = (0.1, 0.4)  # of noise as loud as the recording's peak, in the mix
SOURCE = "https://arxiv.org/abs/2006.00751"


def _conditions(stretch: str, shift: str) -> tuple[tuple[str, float], ...]:
    changes = ((stretch, SPEEDS), (shift, SHIFTS_SEMITONES), ("compander", COMPANDERS), ("noise-mix", NOISE_SHARES))
    return tuple((name, level) for name, levels in changes for level in levels)


@hookimpl
def provide_presets() -> list[Preset]:
    """Return the paper's conditions, and the same with the paper's phase vocoder."""
    return [
        Preset(
            name="won2020",
            version="1",
            conditions=_conditions("time-stretch", "pitch-shift"),
            source=SOURCE,
            summary="The eight conditions of Won et al. 2020: stretch, shift, compression and noise.",
        ),
        Preset(
            name="won2020-vocoder",
            version="1",
            conditions=_conditions("time-stretch-vocoder", "pitch-shift-vocoder"),
            source=SOURCE,
            summary="The same, stretched and shifted by a phase vocoder at 16 kHz, as in 2020.",
        ),
    ]
