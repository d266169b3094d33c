"""The genres: ten styles told apart by rhythm, harmony and playing, one file each with one anatomy."""

from earmark_benchmarks.etudes.styles import (
    ambient,
    baroque,
    boom_bap,
    bossa,
    drum_and_bass,
    house,
    reggae,
    rock,
    swing,
    waltz,
)
from earmark_benchmarks.etudes.styles.style import Groove, Progressions, Style

STYLES: dict[str, Style] = {
    module.STYLE.name: module.STYLE
    for module in (ambient, baroque, boom_bap, bossa, drum_and_bass, house, reggae, rock, swing, waltz)
}
"""By the name that labels the genre."""

GENRES = tuple(STYLES)

__all__ = ["GENRES", "STYLES", "Groove", "Progressions", "Style"]
