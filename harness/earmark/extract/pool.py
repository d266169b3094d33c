"""Worker processes that embed chunks, and go when whoever started them goes."""

import os
import pickle
import queue
import signal
import threading
import time
import warnings
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from typing import Any

from earmark.errors import PluginError
from earmark.extract.chunk import Done, Setup, embed_chunk
from earmark.extract.embed import freeze
from earmark.extract.job import Job
from earmark.extract.plan import OpenModel
from earmark.model import OpenedModel

ONE_THREAD = {
    # Parallelism is by process. Two threads of one pool on a busy machine wait for each other most of the time.
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "OMP_WAIT_POLICY": "PASSIVE",
}
ORPHAN_CHECK_S = 0.5
_worker: dict[str, Any] = {}
"""In a worker process: what it was given when it started, and its models once they are open."""


class WorkerKilledError(Exception):
    """A worker process ended before its work did."""


def embed_in_pool(
    chunks: Sequence[Sequence[Job]], open_models: Sequence[OpenModel], setup: Setup, workers: int
) -> Generator[Done, None, None]:
    """Embed chunks in fresh processes, each with its own models, and yield what became of each as it is done.

    Close the iterator to stop: its processes are killed and waited for. They are never kept for a second call, because
    a plugin's code may have changed in between. Raises WorkerKilledError.
    """
    from joblib.externals.loky import ProcessPoolExecutor  # noqa: PLC0415 - only who extracts needs it
    from joblib.externals.loky.backend.reduction import dumps  # noqa: PLC0415 - takes local classes too
    from joblib.externals.loky.process_executor import BrokenProcessPool  # noqa: PLC0415

    arguments = (os.getpid(), bytes(dumps(list(open_models))), setup)
    pool = ProcessPoolExecutor(workers, initializer=_start_worker, initargs=arguments, env=ONE_THREAD)
    finished = False
    try:
        with _interrupts_held():  # workers inherit that: Ctrl-C is for this process, which stops them
            futures = [pool.submit(_embed_in_worker, chunk) for chunk in chunks]
        for future in as_completed(futures):
            yield future.result()
        finished = True
    except BrokenProcessPool as error:
        raise WorkerKilledError(str(error)) from error
    finally:
        if not finished:
            _forget_queued(pool)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where loky finds no pgrep it says that it kills the workers alone
            pool.shutdown(wait=True, kill_workers=not finished)


def _forget_queued(pool: Any) -> None:
    """Empty the queue of chunks that loky has yet to hand on.

    When it kills its workers it forgets the chunks but not their places in that queue, looks one up, and its thread
    ends in a KeyError before it has cleaned up. Chunks already handed on are not in that queue.
    """
    with suppress(AttributeError, queue.Empty):  # a name of loky's own: without it there is that traceback again
        while True:
            pool._work_ids.get_nowait()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back in this thread, and for ever in processes that it starts; nothing where that is unknown."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # else loky starts it with the first worker, and CPython 3.11 then ends the hold
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker(parent: int, open_models: bytes, setup: Setup) -> None:
    _worker.update(open_models=open_models, setup=setup)
    if os.name == "posix":
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: int) -> None:
    """End this process soon after its parent was killed: it would hold the machine for minutes."""
    while os.getppid() == parent:
        time.sleep(ORPHAN_CHECK_S)
    os._exit(1)


def _embed_in_worker(chunk: Sequence[Job]) -> Done:
    if "opened" not in _worker:
        _worker["opened"] = [freeze(m, _worker["setup"].device) for m in _opened(_worker["open_models"])]
    return embed_chunk(_worker["opened"], chunk, _worker["setup"])


def _opened(pickled: bytes) -> list[OpenedModel]:
    """Open the models that the parent could open; raises PluginError when this process cannot."""
    try:
        return [open_model() for open_model in pickle.loads(pickled)]  # noqa: S301 - our parent's bytes, not a file's
    except Exception as error:  # the plugin border: whatever a plugin raises is the plugin's
        raise PluginError(
            f"The model opens here but not in a worker process ({type(error).__name__}: {error}); "
            "run it in one process with --workers 1."
        ) from error
