"""Sends a transaction: asked first, priced, signed once, awaited, and every refusal told in a sentence."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3.contract.contract import ContractConstructor, ContractFunction
from web3.exceptions import ContractLogicError, TimeExhausted, Web3RPCError
from web3.types import Nonce, TxParams, TxReceipt
from web3.types import Wei as Web3Wei

from partbook.chain.connection import Chain, connected
from partbook.chain.event_log import events_in
from partbook.chain.outbox import NonceTaken, Outbox, Signed
from partbook.chain.receipts import Receipt
from partbook.chain.refusals import Refused, refusal
from partbook.chain.signers import Signer
from partbook.core.errors import ConnectionFailed
from partbook.core.ids import Address, Hash32
from partbook.core.money import Wei, ether

Call = ContractFunction | ContractConstructor

GAS_MARGIN = 1.2
RECEIPT_SECONDS = 120
LOCAL_POLL_SECONDS = 0.02
"""A local chain mines at once."""
POLL_SECONDS = 2.0
NONCE_ATTEMPTS = 20


def send(
    chain: Chain,
    call: Call,
    signer: Signer,
    value: int = 0,
    *,
    speaker: str,
    dry_run: bool = False,
    key: str | None = None,
) -> Receipt:
    """Send one contract call and wait until it is in a block.

    Args:
        chain: where to; its outbox, where it has one, keeps the signed bytes before they leave.
        call: a web3 contract function with its arguments, or a constructor.
        signer: who pays and signs.
        value: wei sent along.
        speaker: name of the contract, for sentences.
        dry_run: ask and estimate only.
        key: idempotency key: with an outbox, the same key never sends twice.

    Raises:
        Refused: the contract said no, before or after sending.
        ConnectionFailed: no answer, or no receipt in time; with an outbox the same key goes on from there.
    """
    outbox = chain.outbox
    if outbox and key and not dry_run and (before := outbox.find(chain.genesis, key)):
        _broadcast_again(chain, outbox, before)
        return _receipt(chain, _await(chain, outbox, before.tx_hash, speaker), None)
    transaction: TxParams = {"from": to_checksum_address(signer.address), "value": Web3Wei(value)}
    _check_purse(chain, signer.address, value)
    with refusing(speaker):
        result = call.call(transaction) if isinstance(call, ContractFunction) else None
        gas = call.estimate_gas(transaction)
    if dry_run:
        return Receipt(result, gas)
    with chain.sending:
        tx_hash = _sign_and_broadcast(chain, outbox, call, transaction, gas, signer, speaker, key)
    receipt = _await(chain, outbox, tx_hash, speaker, call, transaction)
    return _receipt(chain, receipt, result)


@contextmanager
def refusing(speaker: str) -> Iterator[None]:
    """Turn a contract's revert into a Refused, and a broken connection into ConnectionFailed."""
    with connected():
        try:
            yield
        except ContractLogicError as error:
            data = _revert_bytes(error.data)
            if data or not error.message:
                raise refusal(data, speaker) from None
            raise Refused(f"The contract {speaker} refused: {error.message}.") from None
        except Web3RPCError as error:
            if "insufficient" in str(error).lower():
                raise Refused("The account has too little money for the amount and the gas.") from None
            raise


def _sign_and_broadcast(
    chain: Chain,
    outbox: Outbox | None,
    call: Call,
    transaction: TxParams,
    gas: int,
    signer: Signer,
    speaker: str,
    key: str | None,
) -> Hash32:
    for signed_before in outbox.unsettled(chain.genesis, signer.address) if outbox else ():
        _broadcast_again(chain, outbox, signed_before)
    for _ in range(NONCE_ATTEMPTS):
        with connected():
            priced = _priced(chain, transaction, gas)
            _check_purse(chain, signer.address, int(priced["value"]), int(priced["gas"]) * int(priced["maxFeePerGas"]))
            built = call.build_transaction(priced)
        raw = signer.sign_transaction(dict(built))
        tx_hash = Hash32(bytes(chain.web3.keccak(raw)))
        if outbox:
            named = key or "0x" + tx_hash.hex()
            try:
                outbox.store(chain.genesis, Signed(named, signer.address, int(priced["nonce"]), tx_hash, raw))
            except NonceTaken as taken:  # by another process, or before the chain took a block back
                _broadcast_again(chain, outbox, taken.by)
                time.sleep(LOCAL_POLL_SECONDS)
                continue
        with refusing(speaker):
            chain.web3.eth.send_raw_transaction(raw)
        return tx_hash
    raise ConnectionFailed(f"{signer.address} is sending from another process all the time. Try again in a moment.")


def _priced(chain: Chain, transaction: TxParams, gas: int) -> TxParams:
    eth = chain.web3.eth
    base = eth.get_block("latest").get("baseFeePerGas", Web3Wei(0))
    tip = eth.max_priority_fee
    return {
        **transaction,
        "chainId": chain.chain_id,
        "gas": int(gas * GAS_MARGIN),
        "maxPriorityFeePerGas": tip,
        "maxFeePerGas": Web3Wei(2 * base + tip),
        "nonce": Nonce(eth.get_transaction_count(to_checksum_address(transaction["from"]), "pending")),
    }


def _check_purse(chain: Chain, account: Address, value: int, fee: int = 0) -> None:
    needs = Wei(value + fee)
    if needs and (has := chain.balance(account)) < needs:
        raise Refused(f"{account} has {ether(has)} ether; this needs up to {ether(needs)}{' with gas' if fee else ''}.")


def _broadcast_again(chain: Chain, outbox: Outbox | None, signed: Signed) -> None:
    """The same bytes once more where the node does not know them; never a second signature."""
    if chain.knows_transaction(signed.tx_hash):
        return
    with connected():
        mined = chain.web3.eth.get_transaction_count(to_checksum_address(signed.sender))
    if mined > signed.nonce:
        if outbox:
            outbox.settle(chain.genesis, signed.tx_hash, None)
        return
    try:
        with refusing(""):
            chain.web3.eth.send_raw_transaction(signed.raw)
    except (Refused, ConnectionFailed):
        if not chain.knows_transaction(signed.tx_hash):  # a local node mines a failing transaction and then complains
            raise


def _await(
    chain: Chain,
    outbox: Outbox | None,
    tx_hash: Hash32,
    speaker: str,
    call: Call | None = None,
    asked: TxParams | None = None,
) -> TxReceipt:
    poll = LOCAL_POLL_SECONDS if chain.is_local else POLL_SECONDS
    try:
        with connected():
            receipt = chain.web3.eth.wait_for_transaction_receipt(HexBytes(tx_hash), RECEIPT_SECONDS, poll)
    except TimeExhausted:
        raise ConnectionFailed(
            f"Transaction 0x{tx_hash.hex()} is not in a block after {RECEIPT_SECONDS} s. It may still come: look it up."
        ) from None
    if outbox:
        outbox.settle(chain.genesis, tx_hash, receipt["blockNumber"])
    if receipt["status"] != 1:
        if isinstance(call, ContractFunction):
            with refusing(speaker):
                call.call(asked, block_identifier=receipt["blockNumber"])
        raise Refused(f"Transaction 0x{tx_hash.hex()} failed in its block: the chain changed after it was checked.")
    return receipt


def _receipt(chain: Chain, receipt: TxReceipt, result: Any) -> Receipt:
    where = receipt.get("contractAddress")
    block = chain.block(receipt["blockNumber"]) if receipt["logs"] else None
    times = {block.number: block.timestamp} if block else {}
    return Receipt(
        result=result,
        gas=receipt["gasUsed"],
        tx_hash=Hash32(bytes(receipt["transactionHash"])),
        block_number=receipt["blockNumber"],
        cost=Wei(receipt["gasUsed"] * receipt["effectiveGasPrice"]),
        events=tuple(events_in(receipt["logs"], chain.names, times)) if times else (),
        contract_address=Address(where) if where else None,
    )


def _revert_bytes(data: Any) -> bytes:
    if isinstance(data, dict):  # Ganache wraps the bytes of a failed transaction
        data = data.get("result") or data.get("data") or ""
    if isinstance(data, str) and data.startswith("0x"):
        return bytes.fromhex(data[2:])
    return bytes(data) if isinstance(data, bytes) else b""
