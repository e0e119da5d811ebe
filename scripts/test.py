#!/usr/bin/env python3
"""Run every test of Partbook: set up what is missing, run each suite, and say how many of each passed.

    python3 scripts/test.py               everything, in under 40 minutes on two cores
    python3 scripts/test.py --quick       style, types, floors and the tests that start no chain, node or browser
    python3 scripts/test.py contracts     one suite or several: checks, contracts, backend, web
    python3 scripts/test.py contracts --deep    ten times the fuzz and four times the random traces; takes hours
    python3 scripts/test.py cases fuzz    some layers of contracts, of: artefacts, cases, fuzz, proofs, analysis, gas,
                                          models, traces

A skipped test counts as a failure: everything that a test needs is set up first.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import bootstrap
from bootstrap import ROOT, python_of

SUITES = ("checks", "contracts", "backend", "web")
"""What `everything` means."""
MODELS = "tests/backend/model"
SCRIPTS = ROOT / "scripts"


@dataclass
class Outcome:
    """How one suite, or one check, went."""

    name: str
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def watched(name: str, command: bootstrap.Command, *, cwd: Path = ROOT, one_check: bool = False) -> Outcome:
    """Run a command in the open and read its counts from the last line that has them."""
    print(f"\n── {name} " + "─" * max(0, 100 - len(name)), flush=True)
    started = time.monotonic()
    environment = {**bootstrap.node_environment(), "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
    child = subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert child.stdout is not None
    counts: dict[str, int] = {}
    for line in child.stdout:
        print(line, end="", flush=True)
        found = re.findall(r"(\d+) (passed|failed|skipped|error|errors)\b", re.sub(r"\x1b\[[0-9;]*m", "", line))
        counts = {word: int(number) for number, word in found} or counts
    code = child.wait()
    outcome = Outcome(name, time.monotonic() - started)
    if one_check:
        outcome.passed, outcome.failed = (1, 0) if code == 0 else (0, 1)
        return outcome
    outcome.passed = counts.get("passed", 0)
    outcome.failed = counts.get("failed", 0) + counts.get("error", 0) + counts.get("errors", 0)
    outcome.skipped = counts.get("skipped", 0)
    if code != 0 or outcome.passed == 0:
        outcome.failed = max(1, outcome.failed)
    return outcome


def checks(quick: bool) -> list[Outcome]:
    """Style, types, the floors of the house, and the page's own types."""
    binary = python_of(".venv").parent
    one: list[tuple[str, bootstrap.Command]] = [
        ("style", [binary / "ruff", "check", "."]),
        ("format", [binary / "ruff", "format", "--check", "."]),
        ("types", [binary / "mypy"]),
        ("floors", [binary / "lint-imports"]),
    ]
    outcomes = [watched(f"checks: {name}", command, one_check=True) for name, command in one]
    page = watched("checks: page", ["npm", "run", "--silent", "check"], cwd=ROOT / "frontend", one_check=True)
    return [*outcomes, page]


def contracts(quick: bool, deep: bool) -> list[Outcome]:
    """Every layer that tests the contracts."""
    if quick:
        return []
    bootstrap.audit_tools()
    return [outcome for layer in LAYERS for outcome in layers(layer, deep)]


LAYERS: dict[str, tuple[str, list[str]]] = {
    "artefacts": (".venv-contracts", ["compile_contracts.py", "--check"]),
    "cases": ("", ["contract_tests.py"]),
    "fuzz": ("", ["fuzz_contracts.py"]),
    "proofs": ("", ["prove_contracts.py"]),
    "analysis": ("", ["analyse_contracts.py"]),
    "gas": (".venv", ["bench_gas.py", "--check"]),
    "models": (".venv", ["-m", "pytest", "-q", MODELS]),
    "traces": (".venv", ["trace_contracts.py"]),
}
"""Each layer of the contracts' tests: the environment that it needs, and its command.

artefacts: the committed bytecode is what the sources compile to. cases: single cases and scenarios, brownie on Ganache.
fuzz: random money and stateful invariants, Foundry. proofs: Halmos. analysis: Slither. gas: as in the snapshot.
models: seeded mistakes in the plain Python models are noticed. traces: random traces on the models and on the chain.
"""
ONE_CHECK = ("artefacts", "gas")
DEEPER = ("fuzz", "traces")


def layers(name: str, deep: bool) -> list[Outcome]:
    """One layer of the contracts' tests."""
    environment, words = LAYERS[name]
    python = python_of(environment) if environment else Path(sys.executable)
    command: list[str | Path] = [python, *(SCRIPTS / word if word.endswith(".py") else word for word in words)]
    if deep and name in DEEPER:
        command.append("--deep")
    return [watched(f"contracts: {name}", command, one_check=name in ONE_CHECK)]


def backend(quick: bool) -> list[Outcome]:
    """The Python rooms; the full run starts Ganache and the IPFS nodes."""
    words = ["-m", "pytest", "-q", "--durations=10", f"--ignore={MODELS}", "tests/backend"]
    pytest: bootstrap.Command = [python_of(".venv"), *words]
    return [watched("backend", [*pytest, *(["-m", "not chain and not node and not slow"] if quick else [])])]


def web(quick: bool) -> list[Outcome]:
    """The page in a real Chromium on the served demo."""
    if quick:
        return []
    os.environ["PARTBOOK_CHROMIUM"] = bootstrap.chromium()
    return [watched("web", [python_of(".venv"), "-m", "pytest", "-q", "tests/web"])]


def report(outcomes: list[Outcome], seconds: float) -> int:
    """Print the table of counts and the closing line; 1 when anything failed or was skipped."""
    print(f"\n{'suite':28}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for each in outcomes:
        print(f"{each.name:28}{each.passed:8}{each.failed:8}{each.skipped:9}{each.seconds:9.0f}")
    passed, failed, skipped = (
        sum(getattr(each, word) for each in outcomes) for word in ("passed", "failed", "skipped")
    )
    print(f"{'in all':28}{passed:8}{failed:8}{skipped:9}{seconds:9.0f}\n")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or skipped or not passed else 0


def main() -> int:
    """Run the suites that were asked for."""
    words = sys.argv[1:]
    flags = {word for word in words if word.startswith("-")}
    quick, deep = "--quick" in flags, "--deep" in flags
    asked = [word for word in words if word not in flags] or list(SUITES)
    if set(asked) - {*SUITES, *LAYERS} or flags - {"--quick", "--deep"}:
        print(__doc__)
        return 2
    started = time.monotonic()
    print("Setting up (only what is missing)", flush=True)
    try:
        bootstrap.application()
        if not quick:
            bootstrap.tests()
        suites: dict[str, Callable[[], list[Outcome]]] = {
            "checks": lambda: checks(quick),
            "contracts": lambda: contracts(quick, deep),
            "backend": lambda: backend(quick),
            "web": lambda: web(quick),
        }
        outcomes = [outcome for name in asked for outcome in (suites[name]() if name in suites else layers(name, deep))]
    except bootstrap.StepFailed as failed:
        print(f"  ✗ {failed}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return report(outcomes, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
