"""Where an audit runs: processes of this machine, or an existing Dask cluster. Both are an `Executor` of the standard
library, and both run the same function, `readers.read_apart`.
"""

from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass

from partbook.audit.catalogue.readers import close_readers
from partbook.core.errors import ConnectionFailed, NotConfigured

CONNECT_SECONDS = 15.0
LOST_WORKER = "KilledWorker"
"""What Dask raises when several workers died with one task; by name, since Dask need not be installed."""
INSTALL = "pip install 'partbook[cluster]'"


@dataclass(frozen=True)
class Place:
    """Where files are read.

    Args:
        executor: runs one file at a time in each of its slots.
        slots: how many files are read at once.
        name: for the person watching.
    """

    executor: Executor
    slots: int
    name: str


class WorkersDied(Exception):
    """Several workers of the cluster died with one file."""


@contextmanager
def this_machine(run: str, workers: int) -> Iterator[Place]:
    """A pool of processes on this machine, each driven by a thread."""
    executor = ThreadPoolExecutor(workers, thread_name_prefix="audit")
    try:
        yield Place(executor, workers, f"{workers} {'process' if workers == 1 else 'processes'} of this machine")
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        close_readers(run)
        executor.shutdown(wait=True)


@contextmanager
def dask_cluster(run: str, address: str) -> Iterator[Place]:
    """The workers of a running Dask scheduler. Each keeps reading processes of its own, as many as it has threads.

    Args:
        run: see `Job.run`.
        address: such as `tcp://10.0.0.5:8786`.

    Raises:
        NotConfigured: Dask is not installed here.
        ConnectionFailed: the scheduler does not answer, or has no workers.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise NotConfigured(
            f"--scheduler needs Dask, which is not installed here. Install it with {INSTALL}, here and on every "
            "worker of the cluster, or leave --scheduler out to read on this machine."
        ) from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as refused:
        raise ConnectionFailed(f"No Dask scheduler answers at {address}: {refused}.") from None
    executor: Executor | None = None
    try:
        slots = sum(client.nthreads().values())
        if not slots:
            raise ConnectionFailed(f"The Dask scheduler at {address} has no workers. Start some: dask worker {address}")
        executor = client.get_executor(pure=False)
        yield Place(executor, slots, f"{slots} {'slot' if slots == 1 else 'slots'} of the cluster at {address}")
    finally:
        with suppress(Exception):  # what the cluster still does for this run ends by itself as well
            if executor is not None:
                executor.shutdown(wait=False)
            client.run(close_readers, run, on_error="ignore")
        with suppress(Exception):
            client.close(timeout=CONNECT_SECONDS)


def answer_of(future: "Future[bytes]") -> bytes:
    """What a place answered for a file.

    Raises:
        WorkersDied: the cluster gave the file up.
        ConnectionFailed: the cluster is gone.
        NotConfigured: see `read_apart`.
    """
    try:
        return future.result()
    except CancelledError:
        raise ConnectionFailed(
            "The cluster let go of a file: its scheduler is gone. Go on with --resume when it is back."
        ) from None
    except Exception as failed:
        if type(failed).__name__ == LOST_WORKER:
            raise WorkersDied from None
        raise


def open_place(run: str, workers: int, scheduler: str | None) -> AbstractContextManager[Place]:
    """The cluster if one is named, else this machine."""
    return dask_cluster(run, scheduler) if scheduler else this_machine(run, workers)
