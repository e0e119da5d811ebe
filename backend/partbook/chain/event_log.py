"""Reads the contracts' logs as events: out of receipts, and from a range of blocks in the order of the chain."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi import decoding, encoding
from eth_abi.codec import ABICodec
from eth_abi.registry import ABIRegistry, BaseEquals, registry
from eth_utils.abi import collapse_if_tuple, event_abi_to_log_topic
from eth_utils.address import to_checksum_address
from web3.exceptions import Web3RPCError
from web3.types import LogReceipt

from partbook.chain.artifacts import all_abis
from partbook.chain.connection import BlockStamp, Chain, connected
from partbook.chain.events import EVENTS, Event, Place
from partbook.chain.split_lines import SplitLine
from partbook.chain.terms import SessionTerms
from partbook.core.errors import ConnectionFailed
from partbook.core.ids import Address, Hash32

FIRST_CHUNK = 500
LARGEST_CHUNK = 20_000


class ChainMoved(ConnectionFailed):
    """Blocks were replaced while they were read; reading again gives one consistent answer."""


@dataclass(frozen=True)
class _Shape:
    kind: type[Event]
    indexed: tuple[tuple[str, str], ...]
    data: tuple[tuple[str, str], ...]


def events_in(
    logs: Iterable[LogReceipt], names: Mapping[Address, str], timestamps: Mapping[int, int]
) -> Iterator[Event]:
    """The facts in a list of logs; logs of other contracts and of other kinds are passed over.

    Args:
        logs: as the node gave them.
        names: our contracts by address.
        timestamps: Unix time of each block that a log is in.
    """
    for log in logs:
        name = names.get(Address(to_checksum_address(log["address"])))
        shape = _shapes().get((name, bytes(log["topics"][0]))) if name and log["topics"] else None
        if shape is not None:
            yield _event(shape, log, timestamps[log["blockNumber"]])


def fetch_events(
    chain: Chain, names: Mapping[Address, str], from_block: int, to_block: int
) -> tuple[list[BlockStamp], list[Event]]:
    """All facts of our contracts in a range of blocks, in order.

    Args:
        chain: read from here.
        names: our contracts by address.
        from_block: first block, included.
        to_block: last block, included.

    Returns:
        The blocks that hold facts, and the last block, ascending; and the facts.

    Raises:
        ChainMoved: a block was replaced while reading; nothing that was read counts.
    """
    last = _stamp(chain, to_block)
    logs = [log for part in _logs(chain, names, from_block, to_block) for log in part]
    stamps = {to_block: last}
    for log in logs:
        number = log["blockNumber"]
        if not from_block <= number <= to_block or log.get("removed"):
            raise ChainMoved(f"The node gave a log of block {number} when asked for {from_block} to {to_block}.")
        if number not in stamps:
            stamps[number] = _stamp(chain, number)
        if stamps[number].hash != bytes(log["blockHash"]):
            raise ChainMoved(f"Block {number} was replaced while it was read.")
    if _stamp(chain, to_block) != last:
        raise ChainMoved(f"Block {to_block} was replaced while it was read.")
    logs.sort(key=lambda log: (log["blockNumber"], log["logIndex"]))
    times = {number: stamp.timestamp for number, stamp in stamps.items()}
    return [stamps[number] for number in sorted(stamps)], list(events_in(logs, names, times))


def _logs(chain: Chain, names: Mapping[Address, str], from_block: int, to_block: int) -> Iterator[Sequence[LogReceipt]]:
    """Logs in pieces that grow while the node keeps up and halve where it finds them too large."""
    first, size = from_block, FIRST_CHUNK
    while first <= to_block:
        last = min(first + size - 1, to_block)
        try:
            with connected():
                try:
                    found = chain.web3.eth.get_logs(
                        {"fromBlock": first, "toBlock": last, "address": [to_checksum_address(a) for a in names]}
                    )
                except Web3RPCError:
                    if size == 1:
                        raise
                    size = max(size // 4, 1)
                    continue
        except ConnectionFailed as failed:
            raise ConnectionFailed(f"Events of blocks {first} to {last} could not be read. {failed}") from None
        yield found
        first, size = last + 1, min(size * 2, LARGEST_CHUNK)


def _stamp(chain: Chain, number: int) -> BlockStamp:
    stamp = chain.block(number)
    if stamp is None:
        raise ChainMoved(f"Block {number} is not there any more.")
    return stamp


def _event(shape: _Shape, log: LogReceipt, timestamp: int) -> Event:
    codec = _codec()
    values: dict[str, Any] = {}
    for (name, kind), topic in zip(shape.indexed, log["topics"][1:], strict=True):
        values[name] = codec.decode([kind], bytes(topic))[0]
    decoded = codec.decode([kind for _, kind in shape.data], bytes(log["data"]))
    values.update(zip((name for name, _ in shape.data), decoded, strict=True))
    kinds = dict(shape.indexed + shape.data)
    given = {name: _value(shape.kind, name, kinds[name], value) for name, value in values.items()}
    place = Place(
        block_number=log["blockNumber"],
        block_hash=Hash32(bytes(log["blockHash"])),
        log_index=log["logIndex"],
        tx_hash=Hash32(bytes(log["transactionHash"])),
        timestamp=timestamp,
    )
    return shape.kind(place, **given)


def _value(kind: type[Event], name: str, abi_type: str, value: Any) -> Any:
    if abi_type == "address":
        return to_checksum_address(value)
    if abi_type == "address[]":
        return tuple(to_checksum_address(one) for one in value)
    if name in ("master", "composition", "lines"):
        return tuple(SplitLine.unpack(word) for word in value)
    if name == "winners_line":
        return SplitLine.unpack(value)
    if name == "terms":
        return SessionTerms.from_words(value)
    return tuple(value) if isinstance(value, (list, tuple)) else value


@cache
def _shapes() -> dict[tuple[str, bytes], _Shape]:
    shapes = {}
    for (contract, name), kind in EVENTS.items():
        for entry in all_abis().get(contract, ()):
            if entry.get("type") == "event" and entry["name"] == name:
                parts = [
                    (_snake(part["name"]), str(collapse_if_tuple(part)), part["indexed"]) for part in entry["inputs"]
                ]
                shapes[contract, bytes(event_abi_to_log_topic(entry))] = _Shape(  # type: ignore[arg-type]
                    kind,
                    tuple((part, abi_type) for part, abi_type, indexed in parts if indexed),
                    tuple((part, abi_type) for part, abi_type, indexed in parts if not indexed),
                )
    return shapes


@cache
def _codec() -> ABICodec:
    """Decodes text that is not UTF-8 with a mark in its place: a stranger's bad URI must not stop the ledger."""
    lenient: ABIRegistry = registry.copy()  # type: ignore[no-untyped-call]
    lenient.unregister("string")
    lenient.register(
        BaseEquals("string", with_sub=False),  # type: ignore[no-untyped-call]
        encoding.TextStringEncoder,
        decoding.StringDecoder(handle_string_errors="replace"),  # type: ignore[no-untyped-call]
        label="string",
    )
    return ABICodec(lenient)


def _snake(name: str) -> str:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return "from_" if snake == "from" else snake
