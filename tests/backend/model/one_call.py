"""Reads any number of contracts and balances in a single `eth_call`, all at one block.

The call has no receiver: its data is a small program that asks each contract in turn and returns all answers, so that
eighty reads take one round trip.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from eth_utils.crypto import keccak

from partbook.chain.connection import Chain
from partbook.core.ids import Address

WORD = 32
_ADDRESS = 20
_CODECOPY, _STATICCALL, _GAS, _MSTORE, _BALANCE, _RETURN = 0x39, 0xFA, 0x5A, 0x52, 0x31, 0xF3
_GAS_LIMIT = 28_000_000


@dataclass(frozen=True)
class Read:
    """A view function's call, or with no function the balance of the target.

    Args:
        words: how many 32-byte words the function returns.
    """

    target: Address
    function: str = ""
    arguments: tuple[int | bytes | str, ...] = ()
    words: int = 1

    def calldata(self) -> bytes:
        """Selector and arguments, of which each takes one word."""
        return _selector(self.function) + b"".join(map(_word, self.arguments)) if self.function else b""


def read_all(chain: Chain, reads: Sequence[Read]) -> list[list[int] | None]:
    """Ask everything at once.

    Returns:
        The words of each read in order, None where it reverted.
    """
    answer = chain.rpc("eth_call", [{"data": "0x" + _program(reads).hex(), "gas": hex(_GAS_LIMIT)}, "latest"])
    raw = bytes.fromhex(str(answer)[2:])
    words = [int.from_bytes(raw[at : at + WORD], "big") for at in range(0, len(raw), WORD)]
    found: list[list[int] | None] = []
    at = 0
    for read in reads:
        answered = words[at + 1 : at + 1 + read.words]
        found.append(answered if words[at] else None)
        at += 1 + read.words
    return found


def _program(reads: Sequence[Read]) -> bytes:
    """Answers lie from memory 0 on: for each read whether it went well, and its words.

    Calldata is copied behind them from the end of the program, where it lies in one piece.
    """
    scratch = WORD * sum(1 + read.words for read in reads)
    data = b"".join(read.calldata() for read in reads)
    length = sum(len(_ask(read, 0, 0, 0)) for read in reads) + len(_last(0))
    program, at, taken = b"", 0, 0
    for read in reads:
        program += _ask(read, at, length + taken, scratch)
        at += WORD * (1 + read.words)
        taken += len(read.calldata())
    return program + _last(scratch) + data


def _last(size: int) -> bytes:
    return _push(size) + _push(0) + bytes([_RETURN])


def _ask(read: Read, at: int, data_from: int, scratch: int) -> bytes:
    target = bytes([0x5F + _ADDRESS]) + bytes.fromhex(read.target[2:])
    if not read.function:
        balance = target + bytes([_BALANCE]) + _push(at + WORD) + bytes([_MSTORE])
        return balance + _push(1) + _push(at) + bytes([_MSTORE])
    size = len(read.calldata())
    copy = _push(size) + _push(data_from) + _push(scratch) + bytes([_CODECOPY])
    answer = _push(WORD * read.words) + _push(at + WORD)
    call = answer + _push(size) + _push(scratch) + target + bytes([_GAS, _STATICCALL])
    return copy + call + _push(at) + bytes([_MSTORE])


def _push(number: int) -> bytes:
    return b"\x62" + number.to_bytes(3, "big")


def _word(argument: int | bytes | str) -> bytes:
    if isinstance(argument, bytes):
        return argument.ljust(WORD, b"\0")
    return (int(argument, 16) if isinstance(argument, str) else argument).to_bytes(WORD, "big")


@cache
def _selector(function: str) -> bytes:
    return bytes(keccak(text=function)[:4])
