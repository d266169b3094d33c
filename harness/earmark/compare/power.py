"""How small a difference the tracks at hand can show, and how many would be needed to show a smaller one.

The difference that is found is taken as normal around the true one, with the standard error that the bootstrap gave:
the usual approximation for the size of a sample (Lachin 1981, Controlled Clinical Trials 2, 93-113; for comparisons of
models Card et al. 2020, EMNLP). A two-sided test at a level finds a true difference of d standard errors with a chance
of Phi(d - t) + Phi(-d - t), t the edge of Student's t; the standard error falls with the root of the number of groups.
"""

import math
from dataclasses import replace
from statistics import NormalDist

from earmark.compare.paired import Spread

POWER = 0.8
"""What is usually asked of a trial: four of five true differences of that size are found."""
NORMAL = NormalDist()
STEPS = 20
"""Of the search for the number of groups; it moves by less than a group after five."""


def power(smallest: float, spread: Spread, level: float) -> float:
    """The chance that a two-sided test at `level` shows a true difference of `smallest`; 1 without any spread."""
    if spread.error == 0:
        return 1.0
    shift, edge = smallest / spread.error, spread.edge(level)
    return max(level, NORMAL.cdf(shift - edge) + NORMAL.cdf(-shift - edge))


def groups_needed(smallest: float, spread: Spread, level: float) -> int:
    """How many groups like those at hand would show a true difference of `smallest` with a chance of POWER."""
    needed = float(spread.groups)
    for _ in range(STEPS):  # more groups, more degrees of freedom, a nearer edge
        edge = replace(spread, degrees=spread.degrees * needed / spread.groups).edge(level)
        needed = spread.groups * (spread.error * (edge + NORMAL.inv_cdf(POWER)) / smallest) ** 2
    return math.ceil(needed)
