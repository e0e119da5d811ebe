"""Measure an audit: how fast, in how much memory, and whether kills change a byte of its report.

    .venv/bin/python scripts/bench_audit.py [--files 2000] [--seconds 6] [--workers N] [--out FOLDER]

It makes short files, half of them marked, and audits them twice: undisturbed; then with two readers killed, the whole
run killed, and the rest done by --resume. The figures of docs/how-to/audit-a-catalogue.md come from here. Exit code 1:
the two reports differ.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from partbook.watermark import MarkKey, WorkPayload, embed

RATE = 22_050
SOUNDS = 60
"""Different recordings; the files are these at many levels, so that no two files are the same."""
LOOK_SECONDS = 0.2
REPORTS = ("report.json", "report.csv", "report.html", "signature.json")


@dataclass
class Watched:
    """A run as it was seen from outside: seconds, the most memory in MB, and CPU seconds of each process."""

    seconds: float = 0.0
    run: float = 0.0
    reader: float = 0.0
    cpu: dict[int, float] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)


def sound(number: int, seconds: float) -> npt.NDArray[np.float32]:
    """A recording of struck strings, every number another one, peak 0.5."""
    chance = np.random.default_rng(number)
    length = round(seconds * RATE)
    mixed = np.zeros(length + 2 * RATE)
    for start in range(0, length, RATE // 4):
        at = np.arange(2 * RATE) / RATE
        hertz = 110.0 * 2 ** (int(chance.integers(0, 24)) / 12)
        tones = sum(np.sin(2 * np.pi * hertz * n * at) / n for n in range(1, 40) if hertz * n < RATE / 2)
        mixed[start : start + len(at)] += (tones + chance.normal(0, 0.3, len(at))) * np.exp(-at * 3)
    mixed = mixed[:length]
    samples: npt.NDArray[np.float32] = (0.5 * mixed / np.abs(mixed).max()).astype(np.float32)[:, None]
    return samples


def make(folder: Path, files: int, seconds: float) -> None:
    """Write the files."""
    key = MarkKey.public()
    for number in range(min(SOUNDS, files)):
        samples = sound(number, seconds)
        if number % 2:
            samples = embed(samples, RATE, payload=WorkPayload(1, 0x4242, number).pack(), key=key)
        for copy, file in enumerate(range(number, files, SOUNDS)):
            target = folder / f"label {file % 7}" / f"{file:06d}.wav"
            target.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(target, samples * (1 - 0.01 * copy), RATE, "PCM_16")


def start(music: Path, out: Path, workers: int, home: Path, *more: str) -> "subprocess.Popen[bytes]":
    """An audit as a process of its own."""
    words = ["audit", "run", str(music), "--out", str(out), "--workers", str(workers), *more]
    code = "from partbook.cli.main import run; run()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "--home", str(home), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:
            continue
    return found


def resident(pid: int) -> float:
    """Memory of a process now, in MB."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def watch(process: "subprocess.Popen[bytes]", seen: Watched, kills: list[tuple[float, str]]) -> int:
    """Follow a run to its end, or to the moment of its own kill; `kills` are seconds and what to kill."""
    began = time.monotonic()
    kills = sorted(kills)
    while process.poll() is None:
        readers = children(process.pid)
        seen.run = max(seen.run, resident(process.pid))
        seen.reader = max([seen.reader, *map(resident, readers)])
        for pid in (process.pid, *readers):
            seen.cpu[pid] = max(seen.cpu.get(pid, 0.0), cpu_seconds(pid))
        if kills and time.monotonic() - began > kills[0][0] and readers:
            _, what = kills.pop(0)
            os.kill(process.pid if what == "run" else readers[0], signal.SIGKILL)
            seen.killed.append(what)
        time.sleep(LOOK_SECONDS)
    seen.seconds += time.monotonic() - began
    return process.returncode


def main() -> int:
    """Measure, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--out", type=Path, help="keep files and reports here")
    words = parser.parse_args()
    folder = words.out or Path(tempfile.mkdtemp(prefix="partbook-audit-"))
    try:
        return measured(folder, words.files, words.seconds, words.workers)
    finally:
        if words.out is None:
            shutil.rmtree(folder)


def measured(folder: Path, files: int, seconds: float, workers: int) -> int:
    """Both audits; the exit code."""
    music, home = folder / "music", folder / "home"
    make(music, files, seconds)
    size = sum(path.stat().st_size for path in music.rglob("*.wav"))
    print(f"{files} files of {seconds:g} s, {size / 1e6:.0f} MB; {workers} readers", flush=True)
    plain, killed = Watched(), Watched()
    quiet = watch(start(music, folder / "undisturbed", workers, home), plain, [])
    part = plain.seconds / 10
    watch(start(music, folder / "killed", workers, home), killed, [(2 * part, "reader"), (5 * part, "run")])
    again = watch(start(music, folder / "killed", workers, home, "--resume"), killed, [(2 * part, "reader")])
    print("\n| Audit | Seconds | Files/s | Files per CPU second | Most MB, run | Most MB, a reader | Killed |")
    print("|---|---:|---:|---:|---:|---:|---|")
    for name, seen in (("undisturbed", plain), ("killed and resumed", killed)):
        rates = f"{files / seen.seconds:.1f} | {files / sum(seen.cpu.values()):.1f}"
        print(
            f"| {name} | {seen.seconds:.0f} | {rates} | {seen.run:.0f} | {seen.reader:.0f} "
            f"| {', '.join(seen.killed) or 'nothing'} |"
        )
    same = all(
        (folder / "undisturbed" / each).read_bytes() == (folder / "killed" / each).read_bytes() for each in REPORTS
    )
    print(f"\nExit codes {quiet} and {again}. The reports are {'the same, byte for byte' if same else 'DIFFERENT'}.")
    return 0 if same and quiet == again == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
