#!/usr/bin/env python3
"""Look for known kinds of mistakes in the contracts with Slither; each finding must be answered in writing.

    python3 scripts/analyse_contracts.py            compare with the table in docs/explanation/security.md
    python3 scripts/analyse_contracts.py --full     print what Slither says of each finding

A row of that table names a kind of finding, the functions in which it is accepted, and the reason. A finding without a
row fails, and so does a row without a finding.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import bootstrap
import fuzz_contracts
from compile_contracts import prefer_own_node, prepare_compiler

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = ROOT / "docs" / "explanation" / "security.md"
SLITHER = ROOT / ".venv-audit" / "bin" / "slither"
ROW = re.compile(r"^\| `(?P<kind>[a-z0-9-]+)` \| (?P<places>.+?) \| (?P<answer>.+) \|$")

Finding = tuple[str, str]
"""What kind, and where: `timestamp`, `MusicEditions.buy`."""


def main() -> int:
    """Compile, analyse, compare, print the counts; 0 when every finding is answered."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help="print what Slither says")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    prefer_own_node()
    try:
        bootstrap.audit_tools()
    except bootstrap.StepFailed as failed:
        print(f"  ✗ {failed}", file=sys.stderr)
        return 3
    found = {key(each): each["description"].strip() for each in analysis()}
    answered = answers()
    for finding, words in sorted(found.items()):
        print(f"  {'✓' if finding in answered else '✗'} {finding[0]}: {finding[1]}")
        if options.full or finding not in answered:
            print("      " + words.replace("\n", "\n      "))
    stale = sorted(answered - found.keys())
    for kind, place in stale:
        print(f"  ✗ {kind}: {place} is answered in {ANSWERS.relative_to(ROOT)}, but Slither does not find it any more")
    open_ends = len(found.keys() - answered) + len(stale)
    print(f"{len(found.keys() & answered)} passed, {open_ends} failed, 0 skipped")
    return 1 if open_ends or not found else 0


def analysis() -> list[dict[str, Any]]:
    """Slither's findings in the contracts that are deployed, from a copy that holds nothing else."""
    with tempfile.TemporaryDirectory(prefix="partbook-analysis-") as folder:
        project = Path(folder)
        shutil.copytree(ROOT / "contracts", project / "contracts", ignore=shutil.ignore_patterns("test"))
        (project / "node_modules").symlink_to(ROOT / "node_modules")
        shutil.copy(fuzz_contracts.FOLDER / "foundry.toml", project / "foundry.toml")
        forge = fuzz_contracts.install()
        environment = os.environ | {
            "PATH": os.pathsep.join([str(forge.parent), os.environ["PATH"]]),
            "FOUNDRY_SOLC": str(prepare_compiler()),
            "FOUNDRY_TEST": "no-tests",
        }
        run([str(forge), "build", "--build-info"], project, environment)
        words = ["--foundry-ignore-compile", "--foundry-out-directory", "build/foundry/out"]
        report = project / "report.json"
        run([str(SLITHER), ".", *words, "--filter-paths", "node_modules", "--json", str(report)], project, environment)
        findings: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["results"]["detectors"]
        return findings


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run a tool; what it says is shown only when it does not finish. Slither's exit code counts its findings."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    finished = done.returncode == 0 or (folder / "report.json").exists()
    if not finished:
        sys.exit(f"{Path(command[0]).name} did not finish:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def key(finding: dict[str, Any]) -> Finding:
    """The kind of a finding and the function or variable that it is about."""
    element = finding["elements"][0]
    names = [element["name"]]
    parent = element.get("type_specific_fields", {}).get("parent")
    while parent:
        if parent["type"] in ("contract", "function"):
            names.insert(0, parent["name"])
        parent = parent.get("type_specific_fields", {}).get("parent")
    return finding["check"], ".".join(names)


def answers() -> set[Finding]:
    """What the table answers."""
    found = set()
    for line in ANSWERS.read_text(encoding="utf-8").splitlines():
        row = ROW.match(line)
        if row:
            found |= {(row["kind"], place) for place in re.findall(r"`([^`]+)`", row["places"])}
    return found


if __name__ == "__main__":
    sys.exit(main())
