"""The local chain: one for all commands of a home folder, and none left behind, however its users end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from partbook.chain.connection import Chain, open_chain
from partbook.chain.node import LocalNodeProgram, local_chain, mnemonic_of
from partbook.chain.signers import demo_accounts
from partbook.core.errors import ConnectionFailed, NotConfigured, UnusableInput
from partbook.core.settings import GANACHE, SETUP, Settings

HOLD = """
import sys, time
from pathlib import Path
from partbook.chain.node import LocalNodeProgram, local_chain
with local_chain(Path(sys.argv[1]), LocalNodeProgram.find(Path(sys.argv[2]), setup=Path(sys.argv[3]))) as url:
    print(url, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({}, home=tmp_path / "home")


@pytest.fixture
def holder(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the chain open."""
    command = [sys.executable, "-c", HOLD, str(settings.home), str(settings.ganache), str(settings.setup)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline().startswith("http://127.0.0.1:")
    yield child
    child.kill()
    child.wait()


def node_of(settings: Settings) -> int:
    return int(json.loads((settings.home / "chain" / "node.json").read_text())["pid"])


def is_gone(pid: int, within: float = 10.0) -> bool:
    give_up = time.monotonic() + within
    while time.monotonic() < give_up:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.chain
def test_the_chain_keeps_its_blocks_and_its_time_over_a_restart(settings: Settings) -> None:
    with open_chain(settings) as chain:
        moved = chain.move_time(7 * 86_400)
        head, genesis, pid = chain.head(), chain.genesis, node_of(settings)
    assert is_gone(pid, within=2)
    assert not (settings.home / "chain" / "node.json").exists()
    with open_chain(settings) as chain:
        assert (chain.head(), chain.genesis) == (head, genesis)
        assert chain.move_time(1) > moved


@pytest.mark.chain
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_chain_outlives_a_user_that_was_ended(
    settings: Settings, holder: subprocess.Popen[str], how: signal.Signals
) -> None:
    pid = node_of(settings)
    holder.send_signal(how)
    holder.wait()
    assert is_gone(pid)
    assert not (settings.home / "chain" / "node.json").exists()


@pytest.mark.chain
def test_an_exception_ends_the_chain(settings: Settings) -> None:
    seen: list[int] = []

    def fail() -> None:
        with open_chain(settings):
            seen.append(node_of(settings))
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()
    assert is_gone(seen[0], within=2)


@pytest.mark.chain
def test_the_chain_lives_on_for_the_second_when_the_first_is_killed(
    settings: Settings, holder: subprocess.Popen[str]
) -> None:
    with open_chain(settings) as chain:
        holder.kill()
        holder.wait()
        time.sleep(0.3)
        assert chain.move_time(5)
        pid = node_of(settings)
    assert is_gone(pid, within=2)


@pytest.mark.chain
def test_a_chain_that_was_killed_comes_back_with_its_blocks(settings: Settings) -> None:
    with open_chain(settings) as chain:
        chain.rpc("evm_mine", [])
        head = chain.head()
        os.kill(node_of(settings), signal.SIGKILL)
        with pytest.raises(ConnectionFailed, match="Check PARTBOOK_CHAIN_URL and that the node runs"):
            chain.head()
    with open_chain(settings) as chain:
        assert chain.head() == head


@pytest.mark.chain
def test_two_commands_at_once_share_one_chain(settings: Settings) -> None:
    def use(_: int) -> tuple[int, int]:
        with open_chain(settings) as chain:
            chain.rpc("evm_mine", [])
            time.sleep(0.5)
            return node_of(settings), chain.chain_id

    with ThreadPoolExecutor(4) as pool:
        used = list(pool.map(use, range(4)))
    assert len(set(used)) == 1


@pytest.mark.chain
def test_a_state_file_of_a_chain_that_is_gone_is_no_obstacle(settings: Settings) -> None:
    folder = settings.home / "chain"
    folder.mkdir(parents=True)
    stranger = {"pid": os.getpid(), "port": 1, "control": 1, "token": "of another time"}
    (folder / "node.json").write_text(json.dumps(stranger | {"pid": 2**22 - 7}))
    with open_chain(settings) as chain:
        assert chain.chain_id == 1337


@pytest.mark.chain
def test_the_demo_accounts_are_funded(settings: Settings, chain: Chain) -> None:
    last = demo_accounts(mnemonic_of(settings.home), 50)[-1]
    assert chain.balance(last.address) == 1_000 * 10**18


def test_a_missing_ganache_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match=r"Ganache, which is not in .*python3 scripts/bootstrap\.py"):
        LocalNodeProgram.find(tmp_path / "nowhere")


def test_a_missing_node_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotConfigured, match=r"Node\.js 20\.19 or newer.*python3 scripts/bootstrap\.py"):
        LocalNodeProgram.find(GANACHE, setup=tmp_path)


def test_a_node_that_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for folder, version in (("", "v18.1.0"), ("setup/node/bin", "v22.3.0")):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        script = tmp_path / folder / "node"
        script.write_text(f"#!/bin/sh\necho {version}\n")
        script.chmod(0o755)
    assert LocalNodeProgram.find(GANACHE, setup=tmp_path / "setup").node == tmp_path / "setup/node/bin/node"


@pytest.mark.chain
def test_a_ganache_that_breaks_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "ganache"
    broken.mkdir()
    (broken / "package.json").write_text('{"main": "index.js"}')
    (broken / "index.js").write_text('throw new Error("no strings on this one");')
    program = replace(LocalNodeProgram.find(GANACHE, setup=SETUP), ganache=broken)
    with pytest.raises(ConnectionFailed, match="no strings on this one"), local_chain(tmp_path / "home", program):
        pass


def test_a_url_where_nobody_answers_is_told() -> None:
    with pytest.raises(ConnectionFailed, match=r"No answer from http://127\.0\.0\.1:9"):
        Chain.connect("http://127.0.0.1:9")


@pytest.mark.chain
def test_only_a_local_clock_moves(chain: Chain) -> None:
    with pytest.raises(UnusableInput, match="only ahead"):
        chain.move_time(-1)
