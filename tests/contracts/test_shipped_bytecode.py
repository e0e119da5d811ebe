"""The contracts tested here are the ones that are shipped: the same code but for the compiler's trailing metadata."""

import json
from pathlib import Path

import pytest
from brownie import chain, web3
from eth_abi import encode

ARTIFACTS = Path(__file__).resolve().parents[2] / "backend" / "partbook" / "artifacts" / "contracts"


def without_metadata(code):
    """Runtime code up to the CBOR that solc appends; its last two bytes tell the CBOR's length."""
    return bytes(code)[: -2 - int.from_bytes(code[-2:], "big")]


def shipped_code(name, operator, *arguments):
    """Deploy the committed artefact; returns the code on the chain."""
    artifact = json.loads((ARTIFACTS / f"{name}.json").read_text())
    data = artifact["bytecode"] + encode(["address"] * len(arguments), arguments).hex()
    sent = web3.eth.send_transaction({"from": operator.address, "data": data, "gas": 10**7, "gasPrice": 2 * 10**9})
    return web3.eth.get_code(web3.eth.wait_for_transaction_receipt(sent)["contractAddress"])


@pytest.mark.parametrize("name", ["WorkRegistry", "RoyaltyVault"])
def test_the_tested_code_is_the_shipped_code(name, WorkRegistry, RoyaltyVault, operator, stranger):
    container = {"WorkRegistry": WorkRegistry, "RoyaltyVault": RoyaltyVault}[name]
    arguments = [] if name == "WorkRegistry" else [stranger.address, stranger.address]
    chain.snapshot()
    tested = web3.eth.get_code(operator.deploy(container, *arguments).address)
    chain.revert()  # the same nonce gives the same address, which the registry's code contains
    shipped = shipped_code(name, operator, *arguments)
    assert len(shipped) > 5000
    assert without_metadata(tested) == without_metadata(shipped)
