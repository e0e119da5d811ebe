#!/usr/bin/env python3
"""Fuzz the contracts: random traces after each of which every invariant must hold, and random amounts of money.

    python3 scripts/fuzz_contracts.py                          all of tests/contracts/foundry
    python3 scripts/fuzz_contracts.py --deep                   ten times as many runs
    python3 scripts/fuzz_contracts.py --match-test dust        what forge itself understands is passed on

`tests/contracts/invariants.md` says which invariant each test keeps. Foundry's forge comes from npm.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from compile_contracts import prefer_own_node, prepare_compiler

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "contracts" / "foundry"
PACKAGES = FOLDER / "node_modules"
INSTALLED = PACKAGES / ".package-lock.json"
"""npm writes it last, so its age tells whether the packages are those of the lock file."""

FUZZ_RUNS = 12_500
"""Per fuzz test; those about money alone (Money, Concert, CurrentSheet) are fourteen, so 175,000 cases."""
INVARIANT_RUNS = 256
INVARIANT_DEPTH = 128
DEEPER = 10


def main() -> int:
    """Install what is missing, run forge, print counts; 0 when everything holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deep", action="store_true", help=f"{DEEPER} times as many runs")
    options, words = parser.parse_known_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that forge ends with this script
    prefer_own_node()
    forge = install()
    factor = DEEPER if options.deep else 1
    settings = {
        "FOUNDRY_CONFIG": str(FOLDER / "foundry.toml"),
        "FOUNDRY_SOLC": str(prepare_compiler()),
        "FOUNDRY_FUZZ_RUNS": str(FUZZ_RUNS * factor),
        "FOUNDRY_INVARIANT_RUNS": str(INVARIANT_RUNS * factor),
        "FOUNDRY_INVARIANT_DEPTH": str(INVARIANT_DEPTH),
    }
    command = [str(forge), "test", "--root", str(ROOT), "--json", *words]
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, text=True)
    suites = read(done.stdout)
    if suites is None:
        print(done.stdout, file=sys.stderr)
        print("forge did not get as far as the tests; what it says is above.", file=sys.stderr)
        return done.returncode or 1
    return report(suites, time.monotonic() - started) or done.returncode


def install() -> Path:
    """The forge executable; npm brings it when it is missing or the lock file is newer."""
    lock = FOLDER / "package-lock.json"
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < lock.stat().st_mtime:
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            subprocess.run(command, cwd=FOLDER, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"forge could not be installed ({error}). Check the network or npm's settings; Node.js is needed.")
    machine = {"x86_64": "amd64", "aarch64": "arm64", "AMD64": "amd64"}.get(platform.machine(), platform.machine())
    forge = PACKAGES / "@foundry-rs" / f"forge-{sys.platform}-{machine}" / "bin" / "forge"
    if not forge.exists():
        sys.exit(f"There is no forge for {sys.platform} {machine} here. Run this on Linux amd64 or macOS arm64.")
    return forge


def read(output: str) -> dict[str, Any] | None:
    """Results by suite, as forge prints them; None when it printed something else."""
    for line in reversed(output.splitlines()):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return None


def report(suites: dict[str, Any], seconds: float) -> int:
    """One line per test and the counts; 1 when a test failed or there was none."""
    counts = {"Success": 0, "Failure": 0, "Skipped": 0}
    invariants = calls = tests = cases = 0
    for suite, results in sorted(suites.items()):
        print(suite.rpartition(":")[2])
        for name, result in sorted(results["test_results"].items()):
            counts[result["status"]] += 1
            kind = result["kind"]
            invariants += "Invariant" in kind
            calls += kind.get("Invariant", {}).get("calls", 0)
            tests += "Fuzz" in kind
            cases += kind.get("Fuzz", {}).get("runs", 0)
            print(f"  {sign(result['status'])} {name.partition('(')[0]}{amount(kind)}")
            if result["status"] == "Failure":
                print(f"      {result.get('reason') or 'no reason given'}")
                if result.get("counterexample"):
                    print(f"      {json.dumps(result['counterexample'])[:2000]}")
    print(f"{invariants} invariants checked after each of {calls:,} calls of random traces")
    print(f"{tests} fuzz tests with {cases:,} random cases; {seconds:.0f} s in all")
    print(f"{counts['Success']} passed, {counts['Failure']} failed, {counts['Skipped']} skipped")
    return 1 if counts["Failure"] or not counts["Success"] else 0


def sign(status: str) -> str:
    """A tick, a cross or a dot."""
    return {"Success": "✓", "Failure": "✗"}.get(status, "·")


def amount(kind: dict[str, Any]) -> str:
    """How often it ran."""
    if "Invariant" in kind:
        return f": {kind['Invariant']['runs']} runs, {kind['Invariant']['calls']} calls"
    if "Fuzz" in kind:
        return f": {kind['Fuzz']['runs']} runs"
    return ""


if __name__ == "__main__":
    sys.exit(main())
