"""A run of the contract tests leaves no chain behind, however it ends, and never reads a stale build."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "scripts"
HOLD_A_CHAIN = """
import sys, contract_tests
contract_tests.prefer_own_node()
with contract_tests.ganache() as port:
    print(port, flush=True)
    sys.stdin.read()
"""
RECALL = """
import pathlib, contract_tests
build = pathlib.Path.cwd().parent / "recalled"
contract_tests.recall(build, contract_tests.sources())
print(build.exists())
"""
KEEP = """
import pathlib, contract_tests
build = pathlib.Path.cwd().parent / "made"
build.mkdir(exist_ok=True)
contract_tests.keep(build, contract_tests.sources())
"""


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ended_within(port: int, seconds: float) -> bool:
    """Wait until nobody listens any more."""
    until = time.monotonic() + seconds
    while listens(port) and time.monotonic() < until:
        time.sleep(0.1)
    return not listens(port)


def chain_in_a_process() -> "tuple[subprocess.Popen[str], int]":
    """A process that holds a chain as the script does, and the chain's port."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_A_CHAIN], cwd=SCRIPTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


@pytest.mark.chain
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_chain_ends_with_the_process_that_started_it(how: signal.Signals) -> None:
    process, port = chain_in_a_process()
    with process:
        assert listens(port)
        process.send_signal(how)
        assert process.wait(timeout=20) != 0
        assert ended_within(port, 20)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout with a build kept from it."""
    shutil.copytree(SCRIPTS, tmp_path / "scripts")
    (tmp_path / "contracts" / "libraries").mkdir(parents=True)
    for name in ("contracts/One.sol", "contracts/libraries/Two.sol", "brownie-config.yaml", "package-lock.json"):
        (tmp_path / name).write_text(name)
    ask(tmp_path, KEEP)
    return tmp_path


def ask(root: Path, code: str) -> str:
    """Run code in a checkout's scripts; what it printed."""
    run = subprocess.run([sys.executable, "-c", code], cwd=root / "scripts", capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_an_edited_contract_keeps_the_build(checkout: Path) -> None:
    (checkout / "contracts" / "One.sol").write_text("edited")
    assert ask(checkout, RECALL) == "True"


def test_a_deleted_contract_drops_the_build(checkout: Path) -> None:
    (checkout / "contracts" / "libraries" / "Two.sol").unlink()
    assert ask(checkout, RECALL) == "False"


@pytest.mark.parametrize("settings", ["brownie-config.yaml", "package-lock.json"])
def test_other_settings_drop_the_build(checkout: Path, settings: str) -> None:
    (checkout / settings).write_text("other")
    assert ask(checkout, RECALL) == "False"
