#!/usr/bin/env python3
"""Run the contract tests: brownie on a Ganache that this script starts on a free port and that ends with it.

    python3 scripts/contract_tests.py                                       all of tests/contracts
    python3 scripts/contract_tests.py tests/contracts/test_work_registry.py -k amend
    python3 scripts/contract_tests.py --root DIR                            the contracts of another folder

Several runs at once do not meet: each has its own port, home folder and build folder.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from compile_contracts import prefer_own_node, prepare_compiler

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv-contracts"
GANACHE = ROOT / "node_modules" / "ganache" / "dist" / "node" / "cli.js"
CACHE = ROOT / "build" / "brownie"
"""What brownie compiled last time; copied in and out, since two runs must not share it."""
STAMP = "compiled-from"
"""File in the cache that names what it was compiled from, see `sources`."""
START_SECONDS = 60
TESTS = ROOT / "tests" / "contracts"
PROCESSES = 2
"""When all tests run: each has a chain of its own."""
RUNNING: "set[subprocess.Popen[bytes]]" = set()


def main(words: list[str]) -> int:
    """Run brownie's tests with these words; its exit code."""
    for part in (ENVIRONMENT / "bin" / "brownie", GANACHE):
        if not part.exists():
            sys.exit(f"{part.relative_to(ROOT)} is missing. Run: python3 scripts/bootstrap.py")
    prefer_own_node()
    if not shutil.which("node"):
        sys.exit("Node.js is missing. Run: python3 scripts/bootstrap.py")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    prepare_compiler()
    options, words = arguments(words)
    if words:
        return one_run(words, options.root, None)
    counts: Counter[str] = Counter()
    with ThreadPoolExecutor(PROCESSES) as pool:
        runs = [pool.submit(one_run, share, options.root, counts) for share in shares()]
        try:
            status = max(run.result() for run in runs)
        except BaseException:
            for process in list(RUNNING):  # so that the runs end, and with them this block
                end_group(process)
            raise
    failed = counts["failed"] + counts["error"] + counts["errors"]
    print(f"{counts['passed']} passed, {failed} failed, {counts['skipped']} skipped", flush=True)
    return status


def shares() -> list[list[str]]:
    """The test files in as many groups as there are processes, each with about as many tests."""
    groups: list[list[str]] = [[] for _ in range(PROCESSES)]
    sizes = [0] * PROCESSES
    files = {
        path: len(re.findall(r"^def test_", path.read_text("utf-8"), re.MULTILINE)) for path in TESTS.glob("test_*.py")
    }
    for path, size in sorted(files.items(), key=lambda item: (-item[1], item[0])):
        smallest = sizes.index(min(sizes))
        sizes[smallest] += size
        groups[smallest].append(path.relative_to(ROOT).as_posix())
    return groups


def one_run(words: list[str], root: Path, counts: "Counter[str] | None") -> int:
    """Run brownie's tests with these words on a chain of their own; with `counts`, line by line beside other runs."""
    compiled_from = sources(root)
    with tempfile.TemporaryDirectory(prefix="partbook-contracts-") as scratch, ganache() as port:
        project = lay_out(Path(scratch), port, root)
        recall(project / "build" / "brownie", compiled_from)
        status = brownie(words, project, counts)
        if root == ROOT:
            keep(project / "build" / "brownie", compiled_from)
    return status


def arguments(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """What is ours of the command line, and what is pytest's."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--root", type=Path, default=ROOT, metavar="DIR", help="a project with other contracts")
    return parser.parse_known_args(words)


def lay_out(scratch: Path, port: int, root: Path) -> Path:
    """A brownie project of links to ours, so that runs do not share a build folder; its home names the chain's port."""
    project = scratch / "project"
    (project / "build").mkdir(parents=True)
    for name in ("contracts", "tests", "node_modules", "brownie-config.yaml"):
        (project / name).symlink_to(root / name)
    network = {"id": "ganache-cli", "name": "Ganache", "cmd": "ganache-cli", "host": f"http://127.0.0.1:{port}"}
    listed = {"live": [], "development": [network | {"cmd_settings": {"port": port}}]}
    settings = scratch / "home" / ".brownie" / "network-config.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(listed), encoding="utf-8")  # JSON is YAML
    return project


@contextmanager
def ganache(settings: dict[str, str] | None = None) -> Iterator[int]:
    """A fresh chain; yields its port. Where somebody takes the port in between, it tries another one."""
    for _ in range(5):
        port = free_port()
        options = {
            "--server.host": "127.0.0.1",
            "--server.port": str(port),
            "--chain.hardfork": "shanghai",
            "--chain.vmErrorsOnRPCResponse": "true",
            "--miner.blockGasLimit": "30000000",
            "--wallet.mnemonic": "brownie",
            "--wallet.totalAccounts": "10",
            "--logging.quiet": "true",
            **(settings or {}),
        }
        words = [word for pair in options.items() for word in pair]
        with group(["node", str(GANACHE), *words], output=subprocess.DEVNULL) as process:
            if answers(process, port):
                yield port
                return
    sys.exit("Ganache did not start. Try it by hand: node_modules/.bin/ganache")


@contextmanager
def group(
    command: list[str],
    output: int | None = None,
    folder: Path = ROOT,
    environment: dict[str, str] | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process in a group of its own, which ends with this block and also when this script is killed.

    A shell waits at a pipe that only this script holds open. Whatever ends the script closes the pipe, and the shell
    ends the group.
    """
    process = subprocess.Popen(
        command,
        stdout=output,
        stderr=subprocess.STDOUT if output == subprocess.PIPE else output,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    guard = subprocess.Popen(
        ["sh", "-c", 'read -r _; kill -s KILL -- "-$0"', str(process.pid)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    RUNNING.add(process)
    try:
        yield process
    finally:
        RUNNING.discard(process)
        end_group(process)
        guard.kill()
        guard.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until the chain is there; False when the process ended or time is over."""
    question = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}", data=question, headers={"Content-Type": "application/json"}
    )
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                return bool(json.load(response).get("result") == "0x0")
        except (OSError, ValueError):
            time.sleep(0.1)
    return False


def brownie(words: list[str], project: Path, counts: "Counter[str] | None") -> int:
    """Run `brownie test` in this project; with `counts`, print whole lines and add what the last one counts."""
    environment = os.environ | {
        "HOME": str(project.parent / "home"),
        "SOLCX_BINARY_PATH": str(ROOT / ".solcx"),
        "PATH": os.pathsep.join([str(ROOT / "node_modules" / ".bin"), os.environ["PATH"]]),
    }
    command = [str(ENVIRONMENT / "bin" / "brownie"), "test", *words, "--network", "ganache-cli"]
    output = None if counts is None else subprocess.PIPE
    with group(command, output, folder=project, environment=environment) as process:
        last: list[tuple[str, str]] = []
        for line in process.stdout or ():
            text = line.decode("utf-8", "replace")
            print(text, end="", flush=True)
            last = re.findall(r"(\d+) (passed|failed|skipped|errors?)\b", re.sub(r"\x1b\[[0-9;]*m", "", text)) or last
        if counts is not None:
            counts.update({word: int(number) for number, word in last})
        return process.wait()


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """End a process and everything that it started."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(timeout=5)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def sources(root: Path = ROOT) -> str:
    """A hash that changes when a Solidity file comes, goes or is renamed, or when the compiler's settings change.

    An edited contract brownie finds by itself; not a file of types and functions alone, so those are hashed whole. It
    also reads artefacts whose sources are not there any more, or keeps those that another setting made.
    """
    files = sorted((root / "contracts").rglob("*.sol"))
    digest = hashlib.sha256("\n".join(path.relative_to(root).as_posix() for path in files).encode())
    for path in sorted((root / "contracts" / "types").glob("*.sol")):
        digest.update(path.read_bytes())
    for settings in ("brownie-config.yaml", "package-lock.json"):
        digest.update((ROOT / settings).read_bytes())
    return digest.hexdigest()


def recall(build: Path, compiled_from: str) -> None:
    """Start from what was compiled last time from the same files, unless another run is replacing it just now."""
    try:
        if (CACHE / STAMP).read_text(encoding="ascii") == compiled_from:
            shutil.copytree(CACHE, build)
    except (OSError, shutil.Error):
        shutil.rmtree(build, ignore_errors=True)


def keep(build: Path, compiled_from: str) -> None:
    """Leave what was compiled for the next run, unless another run does so just now."""
    CACHE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE.parent, prefix=".kept-") as scratch:
        try:
            shutil.copytree(build, Path(scratch) / "new")
            (Path(scratch) / "new" / STAMP).write_text(compiled_from, encoding="ascii")
            if CACHE.exists():
                os.replace(CACHE, Path(scratch) / "old")
            os.replace(Path(scratch) / "new", CACHE)
        except (OSError, shutil.Error):
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
