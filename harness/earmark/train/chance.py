"""Randomness that follows from a seed and a place in the training."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

WEIGHTS, CROPS, DROPOUT = range(3)
"""Streams: initial weights; crops of an epoch; dropout of a step."""


@contextmanager
def drawn_from(device: str, *seed: int) -> Iterator[None]:
    """Let torch draw from `seed` inside the block; its generators are as they were after it."""
    devices = [torch.device(device)] if torch.device(device).type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]))
        yield
