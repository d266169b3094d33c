"""One thread for a while: small matrices gain nothing from more, and contention can cost a hundredfold."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def single_thread() -> Iterator[None]:
    """Run torch, BLAS and OpenMP on one thread inside the block; what was set before comes back after it.

    Besides the speed it fixes the order of summation, so that a score does not move with the thread count.
    """
    before = torch.get_num_threads()
    with threadpool_limits(limits=1):
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)
