"""Read a file in a process apart, so that nothing a file does can harm more than that file's entry.

`read_apart` is all that an executor runs, in a thread of this process or in a worker of a cluster. Each process that
runs it keeps the reading processes of a run here, and hands them from one file to the next.
"""

import threading

from partbook.audit.catalogue.entry import entry_of_failed, shown_place
from partbook.audit.catalogue.job import FileToRead, Job
from partbook.audit.catalogue.reading_child import (
    DiedReading,
    GoneIdle,
    Hashed,
    NotStarted,
    ReadingChild,
    TookTooLong,
)
from partbook.core.canonical import canonical_json
from partbook.core.errors import NotConfigured

MOST_DEATHS = 2
"""A file during which so many reading processes died is given up."""
MOST_STARTS = 5
"""So often in a row a process may fail to start before the run ends."""


class Readers:
    """The reading processes of one run in this process."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lock = threading.Lock()
        self._idle: list[ReadingChild] = []
        self._all: set[ReadingChild] = set()
        self._closed = False

    def borrow(self) -> ReadingChild:
        """A process that is ready, started if none is idle.

        Raises:
            NotConfigured: none can be started here, or the run has ended.
        """
        with self._lock:
            if self._idle:
                return self._idle.pop()
        reason = ""
        for _ in range(MOST_STARTS):
            if self._closed:
                raise NotConfigured("The audit has ended.")
            try:
                child = ReadingChild(self._job)
            except NotStarted as refused:
                reason = str(refused)
                continue
            with self._lock:
                self._all.add(child)
            if self._closed:
                child.close()
            return child
        raise NotConfigured(
            f"No process that reads files can be started here: {reason}. It must be able to read {self._job.snapshot}; "
            "`partbook doctor` says what else is missing."
        )

    def give_back(self, child: ReadingChild) -> None:
        """Keep a process for the next file."""
        with self._lock:
            if not self._closed:
                self._idle.append(child)
                return
        child.close()

    def drop(self, child: ReadingChild) -> None:
        """Forget a process that has ended."""
        with self._lock:
            self._all.discard(child)

    def close(self) -> None:
        """End every process."""
        self._closed = True
        with self._lock:
            idle, self._idle = self._idle, []
            busy = self._all.difference(idle)
            self._all.clear()
        for child in idle:
            child.close()
        for child in busy:
            child.kill()


_readers: dict[str, Readers] = {}
_lock = threading.Lock()


def read_apart(job: Job, file: FileToRead) -> bytes:
    """One file's entry of the report, as canonical JSON, read in a process apart.

    A process that is killed costs nothing: the file is read again by another. A file during which two of them died, or
    that took longer than `job.seconds`, gets an entry that says so.

    Raises:
        NotConfigured: no such process can be started here.
    """
    with _lock:
        readers = _readers.setdefault(job.run, Readers(job))
    deaths = 0
    hashed = Hashed()
    place = shown_place(file.place)
    while True:
        child = readers.borrow()
        try:
            entry = child.ask(file, job.seconds, hashed)
        except GoneIdle:
            readers.drop(child)
        except DiedReading:
            readers.drop(child)
            deaths += 1
            if deaths == MOST_DEATHS:
                sentence = f"While {place} was read, the reading process died, {deaths} times."
                return canonical_json(entry_of_failed(file, "reader-died", sentence, hashed.size, hashed.sha256))
        except TookTooLong:
            readers.drop(child)
            sentence = f"{place} took longer than {job.seconds:.0f} s to read. Give it more with --time-limit."
            return canonical_json(entry_of_failed(file, "too-slow", sentence, hashed.size, hashed.sha256))
        else:
            readers.give_back(child)
            return entry


def close_readers(run: str) -> None:
    """End the reading processes of a run in this process. None is started for it again: a late task finds it closed."""
    with _lock:
        readers = _readers.get(run)
    if readers is not None:
        readers.close()
