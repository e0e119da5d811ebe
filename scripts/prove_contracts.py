#!/usr/bin/env python3
"""Prove what the contracts compute for every input: Halmos runs tests/contracts/foundry/proofs on symbols.

    python3 scripts/prove_contracts.py                               all proofs
    python3 scripts/prove_contracts.py --function check_a_payload    what halmos itself understands is passed on

What a solver cannot decide in time counts as failed. `tests/contracts/invariants.md` says which invariant each keeps.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import bootstrap
from compile_contracts import prefer_own_node, prepare_compiler
from fuzz_contracts import FOLDER, ROOT, install

HALMOS = ROOT / ".venv-audit" / "bin" / "halmos"
PROOFS = FOLDER / "proofs"
BUILT = "build/proofs/out"
LOOP = 260
"""A loop is followed this often: more than any bit of a word."""
SOLVER_MILLISECONDS = 120_000
"""What the solver has for one assertion."""


def main(words: list[str]) -> int:
    """Set up the tools, run halmos, print counts; 0 when everything is proven."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        bootstrap.audit_tools()
    except bootstrap.StepFailed as failed:
        sys.exit(f"{failed}")
    prefer_own_node()
    forge = install()
    settings = {
        "FOUNDRY_CONFIG": str(FOLDER / "foundry.toml"),
        "FOUNDRY_PROFILE": "proofs",
        "FOUNDRY_SOLC": str(prepare_compiler()),
        "PATH": f"{forge.parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="partbook-proofs-") as scratch:
        answer = Path(scratch) / "proofs.json"
        command = [str(HALMOS), "--root", str(ROOT), "--forge-build-out", BUILT, "--loop", str(LOOP)]
        command += ["--solver-timeout-assertion", str(SOLVER_MILLISECONDS), "--no-status"]
        command += ["--json-output", str(answer), *words]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=False)
        if not answer.exists():
            print("halmos did not get as far as the proofs; what it says is above.", file=sys.stderr)
            return done.returncode or 1
        results = json.loads(answer.read_text(encoding="utf-8"))
    return report(results, time.monotonic() - started, everything=not words) or done.returncode


def report(results: dict[str, Any], seconds: float, *, everything: bool) -> int:
    """The counts; 1 when something is not proven, or when a proof that is in the files was not run."""
    proofs = [proof for suite in results["test_results"].values() for proof in suite]
    passed = sum(proof["exitcode"] == 0 for proof in proofs)
    skipped = max(0, written() - len(proofs)) if everything else 0
    print(f"{len(proofs)} properties for every input in {seconds:.0f} s")
    print(f"{passed} passed, {len(proofs) - passed} failed, {skipped} skipped")
    return 1 if passed != len(proofs) or skipped or not proofs else 0


def written() -> int:
    """How many proofs the files have."""
    return sum(file.read_text(encoding="utf-8").count("function check_") for file in PROOFS.glob("*.t.sol"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
