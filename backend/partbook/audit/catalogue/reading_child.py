"""A reading process as its owner sees it: start it, ask it, and know whether it died, was slow, or answered."""

import json
import os
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass

from partbook.audit.catalogue.job import FileToRead, Job

MODULE = "partbook.audit.catalogue.reading_process"
START_SECONDS = 120.0
"""Loading takes one or two; a machine under load may need much more."""
PIECE = 65_536


class NotStarted(Exception):
    """It ended before it was ready."""


class GoneIdle(Exception):
    """It had ended before it began with the file: no fault of the file's."""


class DiedReading(Exception):
    """It ended in the middle of the file."""


class TookTooLong(Exception):
    """The time for one file was over; the process was ended."""


@dataclass
class Hashed:
    """What is known of a file before it is read through."""

    size: int | None = None
    sha256: str | None = None


class ReadingChild:
    """One running reading process. It ends when its owner closes it or dies.

    It has a process group of its own, so that Ctrl-C in a terminal reaches the owner alone.

    Raises:
        NotStarted: it ended, or was not ready in time.
    """

    def __init__(self, job: Job) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
            bufsize=0,
        )
        self._rest = b""
        assert self._process.stdout is not None
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        try:
            self._send(job.as_json())
            ready = self._line(time.monotonic() + START_SECONDS)
        except (EOFError, OSError, TimeoutError):
            ready = b""
        if ready != b"ready":
            self.close()
            raise NotStarted(f"it ended with {self._process.returncode}")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def ask(self, file: FileToRead, seconds: float, hashed: Hashed) -> bytes:
        """The file's entry as canonical JSON.

        Args:
            file: which to read.
            seconds: from now on.
            hashed: filled in as soon as it is known.

        Raises:
            GoneIdle, DiedReading, TookTooLong: there is no entry; the process has ended.
        """
        deadline = time.monotonic() + seconds
        try:
            self._send(
                {
                    "number": file.number,
                    "root": file.root,
                    "path": os.fsdecode(file.path),
                    "place": os.fsdecode(file.place),
                    "named": file.named,
                }
            )
            self._line(deadline)
        except TimeoutError:
            self.close()
            raise TookTooLong from None
        except (EOFError, OSError):
            self.close()
            raise GoneIdle from None
        try:
            while (line := self._line(deadline)).startswith(b"hashed "):
                _, size, sha256 = line.split()
                hashed.size, hashed.sha256 = int(size), sha256.decode()
        except TimeoutError:
            self.close()
            raise TookTooLong from None
        except (EOFError, OSError):
            self.close()
            raise DiedReading from None
        return line

    def kill(self) -> None:
        """End it at once, whatever it does; any thread may. Whoever is asking it learns that it died."""
        self._process.kill()

    def close(self) -> None:
        """End it and let go of its streams; for the thread that asks it."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    def _send(self, message: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")

    def _line(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        while b"\n" not in self._rest:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            piece = os.read(self._process.stdout.fileno(), PIECE)
            if not piece:
                raise EOFError
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line
