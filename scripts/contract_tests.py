#!/usr/bin/env python3
"""Run the contract tests: brownie on a Ganache that this script starts on a free port and always ends.

    python3 scripts/contract_tests.py                                       all of tests/contracts
    python3 scripts/contract_tests.py tests/contracts/test_work_registry.py -k amend

Several runs at once do not meet: each has its own port, home folder and build folder.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compile_contracts import prefer_own_node, prepare_compiler

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv-contracts"
GANACHE = ROOT / "node_modules" / "ganache" / "dist" / "node" / "cli.js"
CACHE = ROOT / "build" / "brownie"
"""What brownie compiled last time; copied in and out, since two runs must not share it."""
START_SECONDS = 60


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
    with tempfile.TemporaryDirectory(prefix="partbook-contracts-") as scratch, ganache() as port:
        project = lay_out(Path(scratch), port)
        status = brownie(words or ["tests/contracts"], project)
        keep(project / "build" / "brownie")
    return status


def lay_out(scratch: Path, port: int) -> Path:
    """A brownie project of links to ours, so that runs do not share a build folder; its home names the chain's port."""
    project = scratch / "project"
    (project / "build").mkdir(parents=True)
    for name in ("contracts", "tests", "node_modules", "brownie-config.yaml"):
        (project / name).symlink_to(ROOT / name)
    recall(project / "build" / "brownie")
    network = {"id": "ganache-cli", "name": "Ganache", "cmd": "ganache-cli", "host": f"http://127.0.0.1:{port}"}
    listed = {"live": [], "development": [network | {"cmd_settings": {"port": port}}]}
    settings = scratch / "home" / ".brownie" / "network-config.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(listed), encoding="utf-8")  # JSON is YAML
    return project


@contextmanager
def ganache() -> Iterator[int]:
    """A fresh chain in its own process group; yields its port."""
    process, port = launch()
    try:
        yield port
    finally:
        end_group(process)


def launch() -> tuple["subprocess.Popen[bytes]", int]:
    """Start Ganache; where somebody takes the port in between, on another one."""
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
        }
        words = [word for pair in options.items() for word in pair]
        process = subprocess.Popen(
            ["node", str(GANACHE), *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        if answers(process, port):
            return process, port
        end_group(process)
    sys.exit("Ganache did not start. Try it by hand: node_modules/.bin/ganache")


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


def brownie(words: list[str], project: Path) -> int:
    """Run `brownie test` in this project."""
    environment = os.environ | {
        "HOME": str(project.parent / "home"),
        "SOLCX_BINARY_PATH": str(ROOT / ".solcx"),
        "PATH": os.pathsep.join([str(ROOT / "node_modules" / ".bin"), os.environ["PATH"]]),
    }
    command = [str(ENVIRONMENT / "bin" / "brownie"), "test", *words, "--network", "ganache-cli"]
    process = subprocess.Popen(command, cwd=project, env=environment, start_new_session=True)
    try:
        return process.wait()
    finally:
        end_group(process)


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


def recall(build: Path) -> None:
    """Start from what was compiled last time, unless another run is replacing it just now."""
    try:
        shutil.copytree(CACHE, build)
    except (OSError, shutil.Error):
        shutil.rmtree(build, ignore_errors=True)


def keep(build: Path) -> None:
    """Leave what was compiled for the next run, unless another run does so just now."""
    CACHE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE.parent, prefix=".kept-") as scratch:
        try:
            shutil.copytree(build, Path(scratch) / "new")
            if CACHE.exists():
                os.replace(CACHE, Path(scratch) / "old")
            os.replace(Path(scratch) / "new", CACHE)
        except (OSError, shutil.Error):
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
