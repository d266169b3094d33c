"""Novelty of music over time: how much what follows differs from what was (Foote 2000).

Foote correlates a checkerboard with a Gaussian taper along the diagonal of the self-similarity matrix. With the
cosine as similarity S = XXᵀ, and with the taper a product of two Gaussians, the checkerboard is an outer product
uuᵀ, so that uᵀSu = |Xᵀu|²: the squared difference between the tapered sums of the frames after and before. That is
what is computed here, in memory that grows with the frames and not with their square.

Ours, where Foote leaves it open: the frames are mirrored at both ends (padding with zeros makes every start and end
look new), and the main diagonal of S, which is 1 whatever the music, is left out.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Frames = npt.NDArray[np.float32]
TAPER = 0.5  # deviation of the Gaussian as a share of the half width; McCallum 2019 as re-implemented: 18.5 of 40 beats
CONSTANT = 1e-6  # a deviation below this share of the largest value is float32's rounding, not music


def standardised(frames: Frames) -> Floats:
    """Bring every feature of frames [frames, dim] to mean 0 and deviation 1 in this track; a constant one to 0."""
    values = frames.astype(np.float64)
    largest = np.abs(values).max(axis=0, initial=0.0)
    values -= values.mean(axis=0)
    deviation = values.std(axis=0)
    constant = deviation <= CONSTANT * largest
    values /= np.where(constant, 1.0, deviation)
    values[:, constant] = 0.0
    return values


def directions(vectors: Floats) -> Floats:
    """Scale each vector of [vectors, dim] to length 1; a zero vector stays."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = vectors / np.where(length > 0, length, 1.0)
    return unit


def contrasts(unit: Floats, half_width: int) -> Floats:
    """What comes after minus what was before, for unit frames [frames, dim]: [frames, dim].

    Entry i compares the tapered means of `half_width` frames from i on and of as many before i.
    """
    found: Floats = _kernels(len(unit), half_width) @ unit
    return found


def novelty(unit: Floats, half_width: int) -> Floats:
    """Novelty [frames] of unit frames [frames, dim] for a kernel of `half_width` frames on both sides.

    Entry i is the change from frame i - 1 to frame i: 2 if all frames before are alike, all after too, and the two
    are at right angles; 4 if they point in opposite ways; around 0 for noise (short kernels without the main
    diagonal stay a little below).
    """
    diagonal = _kernels(len(unit), half_width).power(2) @ (unit**2).sum(axis=1)
    changes: Floats = (contrasts(unit, half_width) ** 2).sum(axis=1) - diagonal
    return changes


def _kernels(count: int, half_width: int) -> csr_array:
    """For each boundary the weights of the frames around it, mirrored at the ends: [boundaries, frames]."""
    offsets = np.arange(-half_width, half_width) + 0.5  # from the boundary to the middles of the frames
    taper = np.exp(-0.5 * (offsets / (TAPER * half_width)) ** 2)
    weights = np.sign(offsets) * taper / (taper.sum() / 2)
    frame = np.arange(count)[:, None] + np.arange(-half_width, half_width)
    folded = frame % (2 * count)
    mirrored = np.minimum(folded, 2 * count - 1 - folded)
    rows = np.repeat(np.arange(count), 2 * half_width)
    matrix = csr_array((np.tile(weights, count), (rows, mirrored.ravel())), shape=(count, count))
    matrix.sum_duplicates()
    return matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Peaks:
    """Where a curve is highest in its neighbourhood."""

    frames: npt.NDArray[np.intp]
    """The boundary lies at the start of this frame: [peaks]."""
    heights: Floats
    """[peaks]"""

    def above(self, threshold: float) -> npt.NDArray[np.intp]:
        """Frames of the peaks higher than a threshold: [peaks]."""
        return self.frames[self.heights > threshold]


def peaks(curve: Floats, neighbourhood: int, first: int, last: int) -> Peaks:
    """Find the frames `first` to `last` of a curve [frames] that are the highest of their neighbourhood.

    That reaches `neighbourhood` frames to both sides, also past `first` and `last`: a higher frame there hides
    lower ones here. The first of equals counts.
    """
    highest = maximum_filter1d(curve, 2 * neighbourhood + 1, mode="nearest")
    found: list[int] = []
    for frame in np.flatnonzero(curve == highest).tolist():
        if first <= frame <= last and (not found or frame - found[-1] > neighbourhood):
            found.append(frame)
    at = np.array(found, dtype=np.intp)
    return Peaks(frames=at, heights=curve[at])
