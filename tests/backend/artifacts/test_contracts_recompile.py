"""The committed artefacts are what the sources compile to, here and in any other checkout."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMMITTED = ROOT / "backend" / "partbook" / "artifacts" / "contracts"
OWN = sorted(path.stem for path in (ROOT / "contracts").glob("*.sol"))
SIZE_LIMIT = 16_000

pytestmark = pytest.mark.node


def compile_contracts(root: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the script of that checkout."""
    command = [
        str(ROOT / ".venv-contracts" / "bin" / "python"),
        str(root / "scripts" / "compile_contracts.py"),
        *options,
    ]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=300)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second checkout at another path, with the tools of this one."""
    root = tmp_path_factory.mktemp("another") / "checkout with a longer name"
    for folder in ("contracts", "scripts"):
        shutil.copytree(ROOT / folder, root / folder)
    for tool in ("node_modules", ".venv-contracts"):
        (root / tool).symlink_to(ROOT / tool)
    return root


def test_the_committed_artefacts_are_what_the_sources_compile_to() -> None:
    run = compile_contracts(ROOT, "--check")
    assert run.returncode == 0, run.stderr or run.stdout


def test_another_checkout_gives_the_same_bytes(elsewhere: Path, tmp_path: Path) -> None:
    run = compile_contracts(elsewhere, "--out", str(tmp_path))
    assert run.returncode == 0, run.stderr
    made = {path.name: path.read_bytes() for path in tmp_path.glob("*.json")}
    assert made == {path.name: path.read_bytes() for path in COMMITTED.glob("*.json")}


def test_a_changed_source_is_named(elsewhere: Path, tmp_path: Path) -> None:
    shutil.copytree(COMMITTED, tmp_path, dirs_exist_ok=True)
    source = elsewhere / "contracts" / "RoyaltyVault.sol"
    original = source.read_text()
    source.write_text(original.replace("if (amount == 0) revert RoyaltyVault_NothingPaid(splitId, token);", ""))
    assert source.read_text() != original
    try:
        run = compile_contracts(elsewhere, "--check", "--out", str(tmp_path))
    finally:
        source.write_text(original)
    assert run.returncode == 1
    # the registry makes the vault, so its own code holds the vault's
    assert "Differ from the sources: RoyaltyVault.json, WorkRegistry.json." in run.stderr


def test_a_source_that_does_not_compile_stops_with_the_compilers_words(elsewhere: Path, tmp_path: Path) -> None:
    broken = elsewhere / "contracts" / "Broken.sol"
    broken.write_text("pragma solidity 0.8.30;\ncontract Broken { uint256 x = nowhere; }\n")
    try:
        run = compile_contracts(elsewhere, "--out", str(tmp_path))
    finally:
        broken.unlink()
    assert run.returncode == 1
    assert "Undeclared identifier" in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_named_compiler_of_another_version_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "solc"
    other.write_text("#!/bin/sh\necho 'Version: 0.8.29+commit.ab55807c.Linux.g++'\n")
    other.chmod(0o755)
    command = [
        str(ROOT / ".venv-contracts" / "bin" / "python"),
        str(ROOT / "scripts" / "compile_contracts.py"),
        "--check",
    ]
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"SOLC_BINARY": str(other)})
    assert run.returncode == 1
    assert "is not solc 0.8.30+commit.73712a01" in run.stderr


@pytest.mark.parametrize("name", [*OWN, "AccessManager"])
def test_an_artefact_says_how_it_was_made_and_keeps_the_limit(name: str) -> None:
    artifact = json.loads((COMMITTED / f"{name}.json").read_text())
    assert artifact["contract"] == name
    assert artifact["compiler"] == {
        "solc": "0.8.30+commit.73712a01",
        "evmVersion": "shanghai",
        "optimizerRuns": 200,
        "viaIR": True,
        "bytecodeHash": "none",
    }
    assert 0 < artifact["deployedBytes"] <= SIZE_LIMIT
    assert len(artifact["bytecode"]) // 2 - 1 > artifact["deployedBytes"]
    assert "__$" not in artifact["bytecode"]  # nothing left to link
    assert any(entry["type"] == "function" for entry in artifact["abi"])


def test_no_artefact_is_left_of_a_contract_that_is_gone() -> None:
    assert {path.stem for path in COMMITTED.glob("*.json")} == {*OWN, "AccessManager"}
