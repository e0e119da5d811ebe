"""Mark or read one file in a process of its own, and print its peak memory in MB and its processor seconds."""

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
    print(peak_megabytes(), time.process_time())


def peak_megabytes() -> float:
    """Largest resident memory of this program; `getrusage` would tell the starting program's where that was larger."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
