#!/usr/bin/env python3
"""Run random traces on plain Python models and on a real chain: equal money, books and refusals after every step.

    python3 scripts/trace_contracts.py                      500 traces of 30 steps
    python3 scripts/trace_contracts.py --deep               2,000 of them
    python3 scripts/trace_contracts.py --seed 7             other dice
    python3 scripts/trace_contracts.py --seed 7 --only 137  one trace once more

Traces are about royalties, disputes and concert tickets, ten of one kind and then ten of the next. At the end of each,
a state rebuilt from the events alone must be the models' too. The models are in tests/backend/model.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread
from typing import Any

from bootstrap import ROOT, node_environment, python_of

RUNNER = ROOT / "tests" / "backend" / "model" / "run_traces.py"
LOGS = ROOT / "build" / "traces"
TRACES = 500
DEEP = 2_000
PROCESSES = 2
"""Each with a chain of its own."""
STEPS = 30
PROGRESS = 25
"""Traces between two lines that tell how far it is."""


def main() -> int:
    """Run traces, tell how they went; 0 when models and chain agree in all of them."""
    options = words()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the runners end with this script
    started = time.monotonic()
    print(f"{options.traces} traces of {STEPS} steps, seed {options.seed}", flush=True)
    kinds: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    failed = 0
    for done, trace in enumerate(results(options), start=1):
        kinds[trace["kind"]] += 1
        calls.update(trace["calls"])
        if trace["failed"]:
            failed += 1
            print(trace["failed"], flush=True)
        if done % PROGRESS == 0:
            print(f"{done:5} of {options.traces}, {failed} failed, {time.monotonic() - started:.0f} s", flush=True)
    ran = kinds.total()
    if ran < options.traces:
        print(f"{options.traces - ran} traces did not run; what the runners said is in {LOGS.relative_to(ROOT)}.")
    report(kinds, calls, options.calls, time.monotonic() - started)
    print(f"{ran - failed} passed, {options.traces - ran + failed} failed, 0 skipped")
    return 1 if failed or ran < options.traces else 0


def words() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--traces", type=int, default=TRACES, metavar="N", help=f"how many, {TRACES} unless told")
    parser.add_argument("--deep", action="store_true", help=f"{DEEP} traces")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="what all dice start from, 0 unless told")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first trace")
    parser.add_argument("--only", type=int, metavar="N", help="run the trace with this number")
    parser.add_argument("--calls", action="store_true", help="also count every call, passed and refused")
    options = parser.parse_args()
    if options.deep:
        options.traces = DEEP
    if options.only is not None:
        options.first, options.traces = options.only, 1
    return options


def results(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """What the runners say of each trace, as it comes."""
    queue: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
    parts = min(PROCESSES, -(-options.traces // 10))
    children = [start(options, part, parts) for part in range(parts)]
    try:
        for child in children:
            Thread(target=listen, args=(child, queue), daemon=True).start()
        waiting = parts
        while waiting:
            said = queue.get()
            if said is None:
                waiting -= 1
            else:
                yield said
    finally:
        for child in children:
            child.terminate()
            child.wait()


def start(options: argparse.Namespace, part: int, parts: int) -> "subprocess.Popen[str]":
    """One runner; what it says beside its results goes to a file."""
    LOGS.mkdir(parents=True, exist_ok=True)
    numbers = {"seed": options.seed, "first": options.first, "traces": options.traces, "part": part, "parts": parts}
    given = [word for name, number in numbers.items() for word in (f"--{name}", str(number))]
    with (LOGS / f"runner-{part}.log").open("w", encoding="utf-8") as log:
        return subprocess.Popen(
            [str(python_of(".venv")), str(RUNNER), *given],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
            env=os.environ | node_environment(),
        )


def listen(child: "subprocess.Popen[str]", queue: "SimpleQueue[dict[str, Any] | None]") -> None:
    """Pass on what a runner says until it says no more."""
    assert child.stdout is not None
    for line in child.stdout:
        queue.put(json.loads(line))
    queue.put(None)


def report(kinds: Counter[str], calls: Counter[str], in_full: bool, seconds: float) -> None:
    """How many traces of each kind, how many steps of each contract, and how many of them the contracts refused."""
    if in_full:
        for call, count in sorted(calls.items()):
            print(f"{count:7} {call}")
    rooms: dict[str, Counter[str]] = {}
    for call, count in calls.items():
        how = "done" if call.endswith(" done") else "refused"
        rooms.setdefault(call.partition(".")[0], Counter())[how] += count
    print(f"\n{'contract':14}{'done':>8}{'refused':>9}")
    for room, counts in sorted(rooms.items()):
        print(f"{room:14}{counts['done']:8}{counts['refused']:9}")
    told = ", ".join(f"{count} about {kind}" for kind, count in sorted(kinds.items()))
    print(f"\n{told}; {calls.total()} steps in {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
