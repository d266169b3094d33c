"""Randomness that follows from a seed and a place in the training, and arithmetic that repeats to the last bit."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

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


@contextmanager
def repeatable_arithmetic(threads: int) -> Iterator[None]:
    """Compute with so many threads, on which the order of sums depends, and in full float32 on an accelerator."""
    before = torch.get_num_threads()
    with ExitStack() as stack:
        stack.callback(torch.set_num_threads, before)
        torch.set_num_threads(threads)
        if torch.cuda.is_available():
            flags: Any = torch.backends.cudnn.flags
            stack.enter_context(flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False))
        yield
