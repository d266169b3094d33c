"""Make compander.npz again: what the program sox makes of tone bursts with each preset of the compander.

Run `python tests/plugins/perturbations/golden/make_compander.py` where sox is installed (made with SoX v14.4.2, Debian
12: `apt-get install sox`). For each preset it calls, with the arguments of PRESETS,

    sox -D in.wav -b 32 -e floating-point out.wav compand ARGUMENTS

and keeps every 23rd sample of the output. sox is used as a separate program, and nowhere else.
"""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

RATE = 16_000
KEPT = 23
"""One sample in so many is kept: the file stays small, and all phases of the tone are met."""
BURSTS_DB = (-10.0, -40.0, -np.inf, -3.0, -60.0, -25.0, -np.inf, -75.0)
PRESETS = {  # as Won et al. 2020 and MUDA pass them to sox
    "music-light": "0.1,0.3 -90,-90,-70,-58,-65,-53,-41,-41,-21,-21,0,-11 0 0 0.1",
    "music-standard": "0.1,0.3 -90,-90,-70,-58,-55,-43,-31,-31,-21,-21,0,-20 0 0 0.1",
    "film-light": "0.1,0.3 -90,-90,-70,-64,-53,-47,-41,-41,-21,-21,0,-20 0 0 0.1",
    "film-standard": "0.1,0.3 -90,-90,-70,-64,-43,-37,-31,-31,-21,-21,0,-20 0 0 0.1",
    "speech": "0.1,0.3 -90,-90,-70,-55,-50,-35,-31,-31,-21,-21,0,-20 0 0 0.1",
    "radio": "0.01,1 -90,-90,-70,-70,-60,-20,0,0 -5",
}


def tone_bursts() -> np.ndarray:
    """Return eight bursts of a quarter of a second at 437 Hz, two of them silent: float32 [32000] at 16 kHz."""
    peaks = np.repeat(10.0 ** (np.array(BURSTS_DB) / 20.0), RATE // 4)
    return (peaks * np.sin(2.0 * np.pi * 437.0 * np.arange(len(peaks)) / RATE)).astype(np.float32)


def sox(arguments: str) -> np.ndarray:
    """Return what sox makes of the bursts: float32 [32000]."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "in.wav"), Path(folder, "out.wav")
        soundfile.write(before, tone_bursts(), RATE, subtype="FLOAT")
        command = ["sox", "-D", before, "-b", "32", "-e", "floating-point", after, "compand", *arguments.split()]
        subprocess.run(command, check=True)
        samples, _ = soundfile.read(after, dtype="float32")
    return samples


if __name__ == "__main__":
    made = {name: sox(arguments) for name, arguments in PRESETS.items()}
    assert all(len(samples) == len(tone_bursts()) for samples in made.values())
    kept = {name: samples[::KEPT] for name, samples in made.items()}
    np.savez_compressed(Path(__file__).with_name("compander.npz"), **kept)
