"""The local chain: one Ganache per home folder, shared by every command that runs, gone when the last one ends."""

import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NewType

from partbook.chain.signers import DEMO_ACCOUNTS, DEMO_MNEMONIC
from partbook.core.errors import ConnectionFailed, NotConfigured
from partbook.core.files import write_whole

ChainUrl = NewType("ChainUrl", str)
"""JSON-RPC address of a node, `http://127.0.0.1:…`."""

LOCAL_NODE = Path(__file__).with_name("local_node.cjs")
OLDEST_NODE = (20, 19)
START_SECONDS = 60.0
END_SECONDS = 20.0
BOOTSTRAP = "Run `python3 scripts/bootstrap.py`, which sets it up."


@dataclass(frozen=True)
class LocalNodeProgram:
    """The two programs behind the local chain.

    Args:
        node: Node.js, version 20.19 or newer.
        ganache: folder of the npm package `ganache`.
    """

    node: Path
    ganache: Path

    @classmethod
    def find(cls, ganache: Path, node: Path | None = None, setup: Path | None = None) -> "LocalNodeProgram":
        """Look for Node in `node`, on PATH, then in the bootstrap's `setup` folder.

        Raises:
            NotConfigured: Node is missing or too old, or Ganache is not installed.
        """
        if not (ganache / "package.json").is_file():
            raise NotConfigured(f"The local chain needs Ganache, which is not in {ganache}. {BOOTSTRAP}")
        on_path = shutil.which("node")
        candidates = [node] if node else [Path(on_path)] if on_path else []
        if setup is not None:
            candidates.append(setup / "node" / "bin" / "node")
        for candidate in candidates:
            if candidate.is_file() and _version(candidate) >= OLDEST_NODE:
                return cls(candidate, ganache)
        wanted = ".".join(map(str, OLDEST_NODE))
        raise NotConfigured(f"The local chain needs Node.js {wanted} or newer, which was not found. {BOOTSTRAP}")


@dataclass(frozen=True)
class _Running:
    pid: int
    port: int
    control: int
    token: str


@contextmanager
def local_chain(home: Path, program: LocalNodeProgram, seconds: float = START_SECONDS) -> Iterator[ChainUrl]:
    """Use the local chain of a home folder, starting it if nobody did.

    Args:
        home: keeps the chain's data, its mnemonic and the state file in `home/chain`.
        program: what runs it.
        seconds: how long a start may take.

    Yields:
        The URL of its JSON-RPC. The chain lives on while any process is inside such a block, and ends with the last.

    Raises:
        ConnectionFailed: it did not start; the message carries what Ganache said.
    """
    folder = home / "chain"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder / "lock"):
        running = _read_state(folder / "node.json")
        hold = _attach(running) if running else None
        if running and hold is None:
            _await_end(folder / "node.json", running.pid)
        if hold is None:
            running, hold = _start(folder, program, seconds)
    assert running is not None
    try:
        yield ChainUrl(f"http://127.0.0.1:{running.port}")
    finally:
        _leave(hold)


def mnemonic_of(home: Path) -> str:
    """The words behind the local chain's accounts; written to the home folder at first use."""
    path = home / "chain" / "mnemonic"
    if not path.is_file():
        write_whole(path, (DEMO_MNEMONIC + "\n").encode())
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


def _start(folder: Path, program: LocalNodeProgram, seconds: float) -> tuple[_Running, socket.socket]:
    state, log = folder / "node.json", folder / "node.log"
    token = secrets.token_hex(16)
    asked = {
        "ganache": str(program.ganache.resolve()),
        "data": str(folder / "data"),
        "state": str(state),
        "mnemonic": mnemonic_of(folder.parent),
        "accounts": DEMO_ACCOUNTS,
        "token": token,
        "port": _free_port(),
    }
    with log.open("wb") as output:
        child = subprocess.Popen(
            [str(program.node), str(LOCAL_NODE)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    assert child.stdin is not None
    with suppress(BrokenPipeError), child.stdin as words:  # one that died already is told about below
        words.write(json.dumps(asked).encode())
    threading.Thread(target=child.wait, daemon=True, name="local-chain-reaper").start()
    try:
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            running = _read_state(state)
            if running is not None and running.token == token and (hold := _attach(running)):
                return running, hold
            if child.poll() is not None:
                raise ConnectionFailed(f"The local chain did not start: {_last_words(log)}")
            time.sleep(0.05)
        raise ConnectionFailed(f"The local chain did not answer within {seconds:.0f} s: {_last_words(log)}")
    except BaseException:
        child.terminate()
        raise


def _attach(running: _Running) -> socket.socket | None:
    """A connection that keeps the chain alive, or None where the chain is not ours or not there any more."""
    try:
        hold = socket.create_connection(("127.0.0.1", running.control), timeout=5)
    except OSError:
        return None
    try:
        greeting = hold.makefile("rb").readline().decode(errors="replace").strip()
    except OSError:
        greeting = ""
    if greeting != running.token:
        hold.close()
        return None
    return hold


def _leave(hold: socket.socket) -> None:
    """Let go of the chain; the last to leave waits until it is written out."""
    try:
        hold.settimeout(END_SECONDS)
        hold.shutdown(socket.SHUT_WR)
        while hold.recv(256):
            pass
    except OSError:
        pass
    finally:
        hold.close()


def _await_end(state: Path, pid: int) -> None:
    """Give a chain that is just ending the time to write itself out; a dead one's state file is taken away."""
    give_up = time.monotonic() + END_SECONDS
    while state.exists() and _alive(pid) and time.monotonic() < give_up:
        time.sleep(0.05)
    state.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text(errors="replace").rpartition(")")[2].split()[0] == "Z")


def _read_state(path: Path) -> _Running | None:
    try:
        return _Running(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def _alone(path: Path) -> Iterator[IO[bytes]]:
    """Hold the folder's lock, so that two commands at once start one chain."""
    with path.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _version(node: Path) -> tuple[int, ...]:
    try:
        said = subprocess.run([str(node), "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
        return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, subprocess.SubprocessError, ValueError):
        return (0, 0)


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return " ".join(lines[-3:]) or f"it said nothing (log: {log})"
