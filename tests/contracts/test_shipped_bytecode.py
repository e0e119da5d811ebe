"""The contracts tested here are the ones that are shipped, and keep to the limits of a contract of ours."""

import functools
import json
from pathlib import Path

import pytest
from brownie import project, web3
from eth_abi import encode

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "backend" / "partbook" / "artifacts" / "contracts"
OWN = sorted(path.stem for path in (ROOT / "contracts").glob("*.sol"))
SOURCES = sorted((ROOT / "contracts").rglob("*.sol"))

MOST_BYTES, MOST_LINES = 16_000, 400
AFTER_SHANGHAI = {0x49: "BLOBHASH", 0x4A: "BLOBBASEFEE", 0x5C: "TLOAD", 0x5D: "TSTORE", 0x5E: "MCOPY"}
PUSH1, PUSH32, JUMPDEST = 0x60, 0x7F, 0x5B
TERMINATORS = {0x00, 0x56, 0xF3, 0xFD, 0xFE, 0xFF}  # STOP, JUMP, RETURN, REVERT, INVALID, SELFDESTRUCT


def artifact(name):
    return json.loads((ARTIFACTS / f"{name}.json").read_text())


def canonical(entry):
    """An entry of an interface as text that compares; brownie gives constructors a name."""
    return json.dumps(
        {key: entry[key] for key in entry if (entry["type"], key) != ("constructor", "name")}, sort_keys=True
    )


def without_metadata(code):
    """Runtime code up to the CBOR that solc appends; its last two bytes tell the CBOR's length."""
    return bytes(code)[: -2 - int.from_bytes(code[-2:], "big")]


def shipped_code(name, operator, *arguments):
    """Deploy the committed artefact; returns the code on the chain."""
    inputs = next((one["inputs"] for one in artifact(name)["abi"] if one["type"] == "constructor"), [])
    data = artifact(name)["bytecode"] + encode([one["type"] for one in inputs], arguments).hex()
    sent = web3.eth.send_transaction({"from": operator.address, "data": data, "gas": 10**7, "gasPrice": 2 * 10**9})
    return web3.eth.get_code(web3.eth.wait_for_transaction_receipt(sent)["contractAddress"])


def instructions(code):
    """Offsets and opcodes of what can run: what follows a terminator waits for a JUMPDEST."""
    place, alive = 0, True
    while place < len(code):
        opcode = code[place]
        alive = alive or opcode == JUMPDEST
        if alive:
            yield place, opcode
        if opcode in TERMINATORS:
            alive = False
        place += 1 + (opcode - PUSH1 + 1 if PUSH1 <= opcode <= PUSH32 else 0)


@functools.cache
def runtime(name):
    """The deployed code of an artefact as the compiler wrote it, cut out of the code that deploys it."""
    entry = artifact(name)
    code = bytes.fromhex(entry["bytecode"].removeprefix("0x"))
    return code, entry["deployedBytes"]


def test_there_is_an_artefact_for_every_contract_and_for_the_borrowed_one():
    assert sorted(path.stem for path in ARTIFACTS.glob("*.json")) == sorted([*OWN, "AccessManager"])


@pytest.mark.parametrize("name", OWN)
def test_an_artefact_tells_the_interface_of_its_sources(name):
    compiled = project.get_loaded_projects()[0][name].abi
    assert sorted(map(canonical, artifact(name)["abi"])) == sorted(map(canonical, compiled))


@pytest.mark.parametrize("name", [name for name in OWN if name != "RoyaltyInboxes"])
def test_the_tested_code_is_the_shipped_code(name, operator, stranger):
    """All but RoyaltyInboxes, which contains the code of RoyaltyInbox, whose metadata differ in size."""
    container = project.get_loaded_projects()[0][name]
    inputs = container.deploy.abi["inputs"]
    arguments = [stranger.address if one["type"] != "uint256" else 7 for one in inputs]
    before = web3.provider.make_request("evm_snapshot", [])["result"]
    tested = web3.eth.get_code(operator.deploy(container, *arguments).address)
    web3.provider.make_request("evm_revert", [before])  # the same nonce gives the address that the code may contain
    shipped = shipped_code(name, operator, *arguments)
    assert len(shipped) > 1000
    assert without_metadata(tested) == without_metadata(shipped)


@pytest.mark.parametrize("name", OWN)
def test_a_contract_has_at_most_16_000_bytes(name):
    code, deployed = runtime(name)
    assert 0 < deployed <= MOST_BYTES
    assert deployed < len(code)


@pytest.mark.parametrize("name", ["ConcertTickets", "WorkRegistry", "MusicEditions"])
def test_the_size_that_an_artefact_tells_is_the_size_on_the_chain(name, operator, stranger):
    inputs = next(one for one in artifact(name)["abi"] if one["type"] == "constructor")["inputs"]
    assert len(shipped_code(name, operator, *[stranger.address] * len(inputs))) == artifact(name)["deployedBytes"]


def test_no_source_has_more_than_400_lines():
    long = {path.name: lines for path in SOURCES if (lines := len(path.read_text().splitlines())) > MOST_LINES}
    assert len(SOURCES) > 30
    assert long == {}


@pytest.mark.parametrize("name", OWN)
def test_no_instruction_is_newer_than_shanghai(name):
    code, _ = runtime(name)
    found = [(place, AFTER_SHANGHAI[opcode]) for place, opcode in instructions(code) if opcode in AFTER_SHANGHAI]
    assert found == []


def test_the_reading_of_code_finds_what_it_looks_for():
    hidden = bytes([0x60, 0x5E, 0x60, 0x5C, 0x56, 0x5E, 0x5B, 0x5E, 0x00, 0x5D])
    assert [opcode for _, opcode in instructions(hidden) if opcode in AFTER_SHANGHAI] == [0x5E]


@pytest.mark.parametrize("name", OWN)
def test_an_artefact_names_its_compiler(name):
    told = artifact(name)["compiler"]
    assert told["solc"].startswith("0.8.30+")
    assert (told["evmVersion"], told["viaIR"], told["bytecodeHash"]) == ("shanghai", True, "none")
    assert artifact(name)["source"] == f"contracts/{name}.sol"


def test_openzeppelin_is_the_release_that_runs_on_shanghai():
    installed = json.loads((ROOT / "node_modules" / "@openzeppelin" / "contracts" / "package.json").read_text())
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]["@openzeppelin/contracts"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]["node_modules/@openzeppelin/contracts"]
    assert installed["version"] == wanted == locked["version"] == "5.3.0"
