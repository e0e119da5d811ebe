"""The contracts tested here are the ones that are shipped: the same code but for the compiler's trailing metadata."""

import json
from pathlib import Path

import pytest
from brownie import chain, project, web3
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


@pytest.mark.parametrize(
    ("name", "constructor_arguments"),
    [
        ("WorkRegistry", 0),
        ("RoyaltyVault", 2),
        ("MusicEditions", 3),
        ("ConcertProgrammes", 2),
        ("ConcertTickets", 3),
        ("MusicCredentials", 3),
    ],
)  # RoyaltyInboxes contains another contract, whose metadata differ in size
def test_the_tested_code_is_the_shipped_code(name, constructor_arguments, operator, stranger):
    container = project.get_loaded_projects()[0][name]
    arguments = [stranger.address] * constructor_arguments
    chain.snapshot()
    tested = web3.eth.get_code(operator.deploy(container, *arguments).address)
    chain.revert()  # the same nonce gives the same address, which the code may contain
    shipped = shipped_code(name, operator, *arguments)
    assert len(shipped) > 1000
    assert without_metadata(tested) == without_metadata(shipped)
