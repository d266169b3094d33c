"""From MIDI to sound: one SoundFont, one synthesiser, mono."""

import io
import struct
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from earmark.errors import DatasetError

Samples = npt.NDArray[np.float64]

RATE = 32_000
"""Hz, of every étude: room for the sixteen kilohertz that tell a cassette from a CD."""
SOUNDFONT = "TimGM6mb.sf2"
"""The General MIDI SoundFont inside the package pretty_midi (Tim Brechbill, 2004)."""
SILENT_MIDI = b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", 4) + b"\x00\xff\x2f\x00"


def soundfont_path(named: Path | str | None = None) -> Path:
    """The SoundFont that the user named, or else the one inside pretty_midi; raises DatasetError."""
    if named is None:
        spec = find_spec("pretty_midi")
        if spec is None or spec.origin is None:
            raise DatasetError("The package pretty_midi, which carries the SoundFont, is missing: install it.")
        return Path(spec.origin).parent / SOUNDFONT
    if not Path(named).is_file():
        raise DatasetError(f"No SoundFont file is at {str(named)!r}; name a file that ends in .sf2.")
    return Path(named)


@lru_cache(maxsize=2)
def read_soundfont(path: Path) -> bytes:
    """Return the bytes of a SoundFont 2 file; raises DatasetError when it is none."""
    try:
        font = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path}: the SoundFont cannot be read ({error.strerror}).") from error
    if font[:4] != b"RIFF" or font[8:12] != b"sfbk":
        raise DatasetError(f"{path}: is no SoundFont (it lacks the mark RIFF … sfbk); name a file in format .sf2.")
    try:
        _synthesiser()(font, SILENT_MIDI)
    except (RuntimeError, ValueError) as error:
        raise DatasetError(f"{path}: the SoundFont cannot be used ({error}); name another file.") from error
    return font


def render(midi: bytes, soundfont: bytes, duration_s: float) -> Samples:
    """Play MIDI for `duration_s` at RATE, in mono: [samples] around [-1, 1], padded or cut to length."""
    import soundfile  # noqa: PLC0415 - a listing plays nothing
    import soxr  # noqa: PLC0415

    wave, rate = soundfile.read(io.BytesIO(_synthesiser()(soundfont, midi)), dtype="float64", always_2d=True)
    mono = (wave[:, 0] + wave[:, 1]) / 2
    return fit(soxr.resample(mono, rate, RATE, quality="HQ"), round(duration_s * RATE))


def fit(samples: Samples, length: int) -> Samples:
    """Cut [samples] to `length`, or fill it up with silence."""
    return np.pad(samples[:length], (0, max(0, length - len(samples))))


def _synthesiser() -> Callable[[bytes, bytes], bytes]:
    from midirenderer import render_wave_from  # noqa: PLC0415

    return cast(Callable[[bytes, bytes], bytes], render_wave_from)
