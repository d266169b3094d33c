"""The geometry of a set of vectors: who is near whom, hubs, intrinsic dimension, isotropy. Arrays in, numbers out."""

from earmark.neighbourhood.dimension import log_ratios, participation_ratio, two_nn
from earmark.neighbourhood.hubness import Occurrence, k_occurrence
from earmark.neighbourhood.isotropy import mean_cosine
from earmark.neighbourhood.precision import average_precision, expected_average_precision
from earmark.neighbourhood.search import (
    BLOCK_BYTES,
    DISTANCES,
    Block,
    Distance,
    Neighbours,
    distance_blocks,
    nearest,
    nearest_of,
)

__all__ = [
    "BLOCK_BYTES",
    "DISTANCES",
    "Block",
    "Distance",
    "Neighbours",
    "Occurrence",
    "average_precision",
    "distance_blocks",
    "expected_average_precision",
    "k_occurrence",
    "log_ratios",
    "mean_cosine",
    "nearest",
    "nearest_of",
    "participation_ratio",
    "two_nn",
]
