#!/usr/bin/env python3
"""Seed single mistakes in the contracts, one at a time, and see whether the tests notice each of them.

    python3 scripts/mutate_contracts.py                    every mistake of tests/contracts/mutants; takes hours
    python3 scripts/mutate_contracts.py --only vault       those of files or names that contain a word
    python3 scripts/mutate_contracts.py --sample 60        every so many-th, evenly over all contracts
    python3 scripts/mutate_contracts.py --list             what there is, and how it ended last time

First the tests run without a mistake, since a test that fails anyway kills nothing. A mistake is killed when a brownie
test of its contract fails, or else a fuzz test or an invariant in Foundry. What came out is kept in
build/mutation.json, so that a stopped run goes on where it was; all are tried again when a contract changed, or with
--again.

Exit code 0 when at least 95 % were killed and every survivor is explained by a line `survives = "…"` beside it, else 1;
3 when the tests fail without a mistake.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import contract_tests
import fuzz_contracts
from compile_contracts import prefer_own_node, prepare_compiler

ROOT = Path(__file__).resolve().parent.parent
MUTANTS = ROOT / "tests" / "contracts" / "mutants"
TESTS = ROOT / "tests" / "contracts"
RESULTS = ROOT / "build" / "mutation.json"
WANTED = 0.95
FUZZING = {"FOUNDRY_FUZZ_RUNS": "256", "FOUNDRY_INVARIANT_RUNS": "24", "FOUNDRY_INVARIANT_DEPTH": "96"}
"""A tenth of the usual runs: most that traces can notice they notice at once."""
LONGEST_SECONDS = 900
ALL_SECONDS = 3600
"""For the tests of all mistakes together, on a machine that may be busy."""
TOO_LONG = 124
"""Exit code of a command that was stopped; a test that a mistake keeps from ending has noticed it."""
RUNNING: "set[subprocess.Popen[bytes]]" = set()


class NoVerdict(Exception):
    """The tests neither passed nor failed; something else is wrong, such as a mistake that does not compile."""


@dataclass(frozen=True)
class Mutant:
    """One mistake: in `file`, `find`, which stands there once, becomes `put`."""

    name: str
    file: str
    find: str
    put: str
    tests: tuple[str, ...]
    survives: str = ""

    @property
    def identity(self) -> str:
        """Changes with the mistake and with the contracts, so that an old result is not taken for a new one."""
        digest = hashlib.sha256(f"{self.file}\0{self.find}\0{self.put}\0{sources()}".encode())
        return digest.hexdigest()[:16]

    def seeded(self) -> str:
        """The source with the mistake."""
        return (ROOT / self.file).read_text(encoding="utf-8").replace(self.find, self.put)


@dataclass(frozen=True)
class Outcome:
    """How a mistake ended: `killer` names the first test that failed, or is empty."""

    identity: str
    name: str
    file: str
    killer: str
    seconds: float


def main() -> int:
    """Try the mistakes that were asked for; print a line for each and the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", metavar="WORD", help="mistakes whose file or name contains this")
    parser.add_argument("--sample", type=int, metavar="N", help="about this many, evenly spread")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="at a time")
    parser.add_argument("--again", action="store_true", help="also those whose end is known")
    parser.add_argument("--list", action="store_true", help="only list them")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    mutants = chosen(read_mutants(), options.only, options.sample)
    known = {} if options.again else read_results()
    if options.list:
        for each in mutants:
            print(f"{state(known.get(each.identity)):9} {each.file}: {each.name}")
        return 0
    prefer_own_node()
    prepare_compiler()
    started = time.monotonic()
    try:
        waiting = [each for each in mutants if each.identity not in known]
        failing = without_mistakes(waiting) if waiting else ""
        if failing:
            print(f"The tests fail without any mistake, so they can show nothing: {failing}", file=sys.stderr)
            return 3
        outcomes = try_all(mutants, known, options.workers)
    except KeyboardInterrupt:
        print("\nStopped. Run it again; what was tried is kept.", file=sys.stderr)
        return 130
    return report(mutants, outcomes, time.monotonic() - started)


def read_mutants() -> list[Mutant]:
    """All mistakes; refuses one that cannot be seeded where it says."""
    found = []
    for path in sorted(MUTANTS.glob("*.toml")):
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in listed["mutant"]:
            file = entry.get("file") or listed["file"]
            there = (ROOT / file).read_text(encoding="utf-8").count(entry["find"])
            if there != 1:
                sys.exit(f"{path.name}, “{entry['name']}”: what it replaces stands {there} times in {file}, not once.")
            mutant = Mutant(
                entry["name"], file, entry["find"], entry["put"], tuple(listed["tests"]), entry.get("survives", "")
            )
            found.append(mutant)
    return found


def chosen(mutants: list[Mutant], word: str | None, sample: int | None) -> list[Mutant]:
    """Those that were asked for, in an order that takes all contracts in turn."""
    of_file: dict[str, list[Mutant]] = {}
    for each in mutants:
        if word is None or word in each.file or word in each.name:
            of_file.setdefault(each.file, []).append(each)
    ranked = [((place + 0.5) / len(group), each) for group in of_file.values() for place, each in enumerate(group)]
    spread = [each for _, each in sorted(ranked, key=lambda pair: pair[0])]
    if sample and sample < len(spread):
        spread = [spread[number * len(spread) // sample] for number in range(sample)]
    return spread


def try_all(mutants: list[Mutant], known: dict[str, Outcome], workers: int) -> dict[str, Outcome]:
    """Try each mistake whose end is not known; keep and print what came out as soon as it is there."""
    outcomes = {each.identity: known[each.identity] for each in mutants if each.identity in known}
    waiting = [each for each in mutants if each.identity not in outcomes]
    print(f"{len(mutants)} mistakes, {len(outcomes)} tried before, {workers} at a time", flush=True)
    keeping = threading.Lock()
    with ThreadPoolExecutor(workers) as pool:
        jobs = {pool.submit(attempt, each): each for each in waiting}
        try:
            for number, job in enumerate(as_completed(jobs), 1):
                try:
                    outcome = job.result()
                except NoVerdict as broken:
                    print(f"{number:4}/{len(waiting)} no verdict on {jobs[job].name}:\n{broken}", file=sys.stderr)
                    continue
                outcomes[outcome.identity] = outcome
                with keeping:
                    keep_result(outcome)
                print(
                    f"{number:4}/{len(waiting)} {state(outcome):8} {outcome.seconds:4.0f} s  {outcome.file}: "
                    f"{outcome.name}" + (f"  ({outcome.killer})" if outcome.killer else ""),
                    flush=True,
                )
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in list(RUNNING):  # so that the threads end, and with them this block
                contract_tests.end_group(process)
            raise
    return outcomes


def without_mistakes(mutants: list[Mutant]) -> str:
    """The first test that fails although there is no mistake, or nothing; it also compiles all that has none."""
    print("All of their tests without a mistake …", flush=True)
    patterns = tuple(dict.fromkeys(pattern for each in mutants for pattern in each.tests))
    with tempfile.TemporaryDirectory(prefix="partbook-mutant-") as folder:
        home = Path(folder) / "root"
        lay_out(home)
        return killed_by_cases(ROOT, patterns, ALL_SECONDS) or killed_by_traces(home, ALL_SECONDS)


def attempt(mutant: Mutant) -> Outcome:
    """Run the tests of the contract with the mistake in it, the cheapest first, until one fails."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="partbook-mutant-") as folder:
        home = Path(folder) / "root"
        lay_out(home)
        (home / mutant.file).write_text(mutant.seeded(), encoding="utf-8")
        killer = killed_by_cases(home, mutant.tests) or killed_by_traces(home)
    return Outcome(mutant.identity, mutant.name, mutant.file, killer, time.monotonic() - started)


def lay_out(home: Path) -> None:
    """A project as ours: contracts and their tests as they are, links to all else, and what is compiled already.

    The tests are no link: forge follows one, and would find the contracts beside what it leads to.
    """
    home.mkdir(parents=True)
    shutil.copytree(ROOT / "contracts", home / "contracts")
    shutil.copytree(TESTS, home / "tests" / "contracts", ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    for name in ("node_modules", "brownie-config.yaml"):
        (home / name).symlink_to(ROOT / name)
    for part in ("out", "cache"):
        compiled = ROOT / "build" / "foundry" / part
        if compiled.exists():
            shutil.copytree(compiled, home / "build" / "foundry" / part)


def killed_by_cases(home: Path, patterns: tuple[str, ...], longest: float = LONGEST_SECONDS) -> str:
    """The first brownie test that fails in these files, or nothing."""
    files = [path for pattern in patterns for path in sorted(TESTS.glob(pattern))]
    words = [str(path.relative_to(ROOT)) for path in dict.fromkeys(files)]
    if not words:
        sys.exit(f"No test file matches {', '.join(patterns)}.")
    command = [sys.executable, ROOT / "scripts" / "contract_tests.py", "--root", home, *words, "-x", "-q"]
    code, output = run(command, {}, longest)
    if code == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
    if failed:
        return failed.group(1).split("/")[-1]
    if code == TOO_LONG:
        return "a test that never ended"
    raise NoVerdict(output[-2000:])


def killed_by_traces(home: Path, longest: float = LONGEST_SECONDS) -> str:
    """The first fuzz test or invariant that fails, or nothing."""
    settings = {
        "FOUNDRY_CONFIG": str(ROOT / "tests" / "contracts" / "foundry" / "foundry.toml"),
        "FOUNDRY_SOLC": str(prepare_compiler()),
        **FUZZING,
    }
    forge = fuzz_contracts.install()
    code, output = run([forge, "test", "--root", home, "--fail-fast"], settings, longest)
    if code == 0:
        return ""
    failed = re.search(r"^\[FAIL.*?\] (\w+)\(", output, re.MULTILINE)
    if failed:
        return failed.group(1)
    if code == TOO_LONG:
        return "a trace that never ended"
    raise NoVerdict(output[-2000:])


def run(command: list[Any], settings: dict[str, str], longest: float) -> tuple[int, str]:
    """Exit code and output of a command, TOO_LONG when it does not end."""
    words = [str(word) for word in command]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=os.environ | settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        RUNNING.add(process)
        try:
            code = process.wait(timeout=longest)
        except subprocess.TimeoutExpired:
            code = TOO_LONG
        finally:
            RUNNING.discard(process)
            contract_tests.end_group(process)
        output.seek(0)
        return code, output.read()


def sources() -> str:
    """A hash of all contracts that are deployed."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "contracts").rglob("*.sol")):
        if path.parent.name != "test":
            digest.update(path.read_bytes())
    return digest.hexdigest()


def read_results() -> dict[str, Outcome]:
    """What is known from earlier runs."""
    try:
        kept = json.loads(RESULTS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {entry["identity"]: Outcome(**entry) for entry in kept}


def keep_result(outcome: Outcome) -> None:
    """Add one result to what is known."""
    known = read_results() | {outcome.identity: outcome}
    RESULTS.parent.mkdir(exist_ok=True)
    scratch = RESULTS.with_suffix(".new")
    scratch.write_text(json.dumps([asdict(each) for each in known.values()], indent=1), encoding="utf-8")
    os.replace(scratch, RESULTS)


def state(outcome: Outcome | None) -> str:
    """One word."""
    return "untried" if outcome is None else "killed" if outcome.killer else "SURVIVED"


def report(mutants: list[Mutant], outcomes: dict[str, Outcome], seconds: float) -> int:
    """Counts by file, survivors with their reasons; 0 when enough were killed and every survivor is explained."""
    ended = [(each, outcomes[each.identity]) for each in mutants if each.identity in outcomes]
    print(f"\n{'contract':44}{'seeded':>8}{'killed':>8}")
    for file in sorted({each.file for each in mutants}):
        of_file = [outcome for each, outcome in ended if each.file == file]
        print(f"{file:44}{len(of_file):8}{sum(bool(one.killer) for one in of_file):8}")
    survivors = [each for each, outcome in ended if not outcome.killer]
    for each in survivors:
        print(f"survived: {each.file}: {each.name}: {each.survives or 'NOT EXPLAINED'}")
    share = 1 - len(survivors) / max(1, len(ended))
    print(f"{len(ended)} seeded, {len(ended) - len(survivors)} killed, {share:.1%}, in {seconds / 60:.0f} minutes")
    whole = len(ended) == len(mutants) and ended
    return 0 if whole and share >= WANTED and all(each.survives for each in survivors) else 1


if __name__ == "__main__":
    sys.exit(main())
