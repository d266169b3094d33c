"""The recording eras: names in order of time and their years (light: listing imports this, not the sound)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Era:
    """A span of years in which records were made with one kind of chain."""

    name: str
    first_year: int
    last_year: int

    @property
    def middle_year(self) -> float:
        """The middle of the span, which stands for the era where errors are counted in years."""
        return (self.first_year + self.last_year) / 2


ERAS: tuple[Era, ...] = (
    Era(name="acoustic", first_year=1902, last_year=1925),
    Era(name="electrical", first_year=1926, last_year=1947),
    Era(name="tape", first_year=1948, last_year=1966),
    Era(name="multitrack", first_year=1967, last_year=1979),
    Era(name="eighties", first_year=1980, last_year=1989),
    Era(name="digital", first_year=1990, last_year=1999),
    Era(name="loud", first_year=2000, last_year=2015),
)
"""Boundaries: electrical recording 1925, magnetic tape 1948, sixteen tracks 1967, digital reverb and
gates 1980, digital production 1990, the loudness war 2000 (Sterne and Milner date them alike)."""

ERA_NAMES: tuple[str, ...] = tuple(era.name for era in ERAS)
