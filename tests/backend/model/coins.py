"""Two tokens on the chain, from the Solidity that the contract tests use: an ordinary one and one that keeps a fee."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from plain_world import FEE, PEOPLE, PLAIN

from partbook.chain.connection import Chain
from partbook.chain.signers import Keyring
from partbook.core.files import write_whole
from partbook.core.ids import Address

ROOT = Path(__file__).resolve().parents[3]
SOURCE = "contracts/test/Coins.sol"
KEPT = ROOT / "build" / "model"
"""What was compiled before, by the hash of its source."""
NAMES = {PLAIN: "PlainCoin", FEE: "FeeCoin"}
PURSE = 2**129
"""Units that everybody has at the beginning; more than a split can ever receive."""
WITHOUT_LIMIT = 2**256 - 1


def mint_tokens(chain: Chain, people: Keyring, vault: Address) -> dict[str, Address]:
    """Both tokens with a purse for everybody, which the vault may take from.

    Returns:
        Their addresses by name.
    """
    house = people.open("house").address
    found = {}
    for token, contract in NAMES.items():
        abi, bytecode = compiled()[contract]
        where = _send(chain, {"from": house, "data": bytecode})["contractAddress"]
        typed = chain.web3.eth.contract(address=chain.web3.to_checksum_address(where), abi=abi)
        for name in PEOPLE:
            account = people.address(name)
            for function, arguments in (("mint", [account, PURSE]), ("approve", [vault, WITHOUT_LIMIT])):
                _send(chain, {"from": account, "to": where, "data": typed.encode_abi(function, arguments)})
        found[token] = Address(typed.address)
    return found


def compiled() -> dict[str, tuple[list[dict[str, Any]], str]]:
    """ABI and bytecode by contract."""
    source = (ROOT / SOURCE).read_text(encoding="utf-8")
    path = KEPT / f"coins-{hashlib.sha256(source.encode()).hexdigest()[:16]}.json"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(_compile(source)).encode())
    found: dict[str, tuple[list[dict[str, Any]], str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _compile(source: str) -> dict[str, tuple[list[dict[str, Any]], str]]:
    sys.path.insert(0, str(ROOT / "scripts"))
    from compile_contracts import EVM_VERSION, REMAPPING, prefer_own_node, prepare_compiler

    prefer_own_node()
    asked = {
        "language": "Solidity",
        "sources": {SOURCE: {"content": source}},
        "settings": {
            "remappings": [REMAPPING],
            "evmVersion": EVM_VERSION,
            "outputSelection": {SOURCE: {"*": ["abi", "evm.bytecode.object"]}},
        },
    }
    command = [str(prepare_compiler()), "--standard-json", "--base-path", str(ROOT)]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True, cwd=ROOT)
    made = json.loads(done.stdout)["contracts"][SOURCE]
    return {name: (made[name]["abi"], "0x" + made[name]["evm"]["bytecode"]["object"]) for name in NAMES.values()}


def _send(chain: Chain, call: dict[str, Any]) -> Any:
    receipt: Any = chain.rpc(
        "eth_getTransactionReceipt", [chain.rpc("eth_sendTransaction", [{**call, "gas": "0x3d0900"}])]
    )
    assert int(receipt["status"], 16) == 1, f"a token did not take {call['data'][:10]}"
    return receipt
