"""Mark or read one file in a process of its own, and print its peak memory in MB and its processor seconds."""

import resource
import sys
import time
from pathlib import Path

from partbook.watermark import MarkKey, WorkPayload
from partbook.watermark.files import mark_file, read_file
from partbook.watermark.self_check import Mark


def main() -> None:
    """`mark SOURCE TARGET`, or `read SOURCE plain|search`."""
    job, source, last = sys.argv[1:]
    if job == "mark":
        mark_file(Path(source), Path(last), [Mark(WorkPayload(1, 0x4242, 7).pack(), MarkKey.public())], check=False)
    else:
        read_file(Path(source), [MarkKey.public()], search_speed=last == "search")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.process_time())


if __name__ == "__main__":
    main()
