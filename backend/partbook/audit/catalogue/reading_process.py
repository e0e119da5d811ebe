"""The process that reads files: `python -m partbook.audit.catalogue.reading_process`, driven by `readers`.

On standard input: a line of JSON about the job, then one for each file. On standard output: `ready`, then for each file
`begun`, `hashed`, and its entry as canonical JSON. It ends when its input does, even in the middle of a file.
"""

import contextlib
import json
import os
import queue
import resource
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

IDLE_SECONDS = 300.0
"""A process that nobody asks anything for so long ends by itself."""
PAGE_MAP = "/proc/self/statm"


def main() -> None:
    """Serve until the input ends."""
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[threads] = "1"  # set before NumPy loads: one process per core, and sums in one order
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # what a library prints must not come between the answers
    lines: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, lines), daemon=True).start()
    try:
        serve(json.loads(lines.get(timeout=IDLE_SECONDS)), lines, answers)
    except (queue.Empty, BrokenPipeError):
        os._exit(0)


def serve(job: dict[str, Any], lines: "queue.Queue[bytes]", answers: BinaryIO) -> None:
    """Answer each line with the entry of the file that it names."""
    from partbook.audit.catalogue.job import FileToRead
    from partbook.audit.catalogue.reading import OUT_OF_MEMORY, read_entry
    from partbook.audit.catalogue.snapshot import SnapshotRegistry
    from partbook.core.canonical import canonical_json
    from partbook.watermark.engine import engine_named
    from partbook.watermark.keys import MarkKey

    def answer(line: bytes) -> None:
        answers.write(line + b"\n")
        answers.flush()

    def hashed(size: int, sha256: str) -> None:
        answer(b"hashed %d %s" % (size, sha256.encode()))

    registry = SnapshotRegistry.read(job["snapshot"])
    keys = [MarkKey(key["key_id"], bytes.fromhex(key["secret"])) for key in job["keys"]]
    engine = engine_named(job["engine"], job["program"] and Path(job["program"]))
    _limit_memory(job["memory"])
    answer(b"ready")
    while True:
        asked = json.loads(lines.get(timeout=IDLE_SECONDS))
        answer(b"begun")
        place, path = os.fsencode(asked["place"]), os.fsencode(asked["path"])
        file = FileToRead(asked["number"], asked["root"], path, place, asked["named"])
        entry = read_entry(file, registry, keys, hashed, engine)
        answer(canonical_json(entry))
        if entry.get("error", {}).get("code") == OUT_OF_MEMORY:
            os._exit(0)  # a process that ran out of memory is not trusted with another file


def _listen(stream: BinaryIO, lines: "queue.Queue[bytes]") -> None:
    for line in stream:
        lines.put(line)
    os._exit(0)


def _limit_memory(more: int) -> None:
    """Let this process take `more` bytes beyond what it has now; where the system cannot tell, there is no limit."""
    with contextlib.suppress(OSError, ValueError):
        with open(PAGE_MAP, encoding="ascii") as stream:
            has = int(stream.read().split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = has + more if most == resource.RLIM_INFINITY else min(has + more, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


if __name__ == "__main__":
    main()
