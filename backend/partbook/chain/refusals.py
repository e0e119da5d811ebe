"""Turns a contract's error into a sentence that a person can act on."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import collapse_if_tuple, function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address

from partbook.chain.artifacts import all_abis
from partbook.chain.refusal_sentences import sentence, shown
from partbook.core.errors import ChainRefused

SPEAKERS = {
    "WorkRegistry": "The registry",
    "RoyaltyVault": "The vault",
    "MusicEditions": "The editions",
    "DisputeModule": "The arbitration",
    "ConcertTickets": "The box office",
    "ConcertProgrammes": "The box office",
    "ConcertDoor": "The door",
    "MusicCredentials": "The credentials",
    "AccessManaged": "The access manager",
    "AccessManager": "The access manager",
}
PANICS = {
    0x01: "an assertion failed",
    0x11: "an amount is too large",
    0x12: "a division by zero",
    0x32: "no such index",
}
_ERROR_TEXT = bytes.fromhex("08c379a0")
_PANIC = bytes.fromhex("4e487b71")


class Refused(ChainRefused):
    """A contract said no.

    Args:
        sentence: what a person reads.
        error_name: the contract's error, such as `WorkRegistry_ConsentMissing`; empty where it gave none.
        arguments: the error's values by name.
    """

    def __init__(self, sentence: str, error_name: str = "", arguments: dict[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.error_name = error_name
        self.arguments = arguments or {}


@dataclass(frozen=True)
class _Known:
    contract: str
    name: str
    inputs: tuple[dict[str, Any], ...]


def refusal(data: bytes, speaker: str) -> Refused:
    """The error for a revert's bytes.

    Args:
        data: what the call returned: a selector and its values, or nothing.
        speaker: name of the contract that was called.
    """
    who = SPEAKERS.get(speaker, f"The contract {speaker}")
    selector, body = data[:4], data[4:]
    if selector == _ERROR_TEXT:
        text = _decoded(["string"], body)
        return Refused(f"{who} refused: {text[0] if text else 'no reason was given'}.", "Error")
    if selector == _PANIC:
        code = _decoded(["uint256"], body)
        reason = PANICS.get(code[0], f"panic {code[0]:#x}") if code else "a panic"
        return Refused(f"{who} refused: {reason}.", "Panic", {"code": code[0]} if code else {})
    known = _errors().get(selector)
    values = _decoded([_type(part) for part in known.inputs], body) if known else None
    if known is None or values is None:
        shown = f" (0x{data[:36].hex()})" if data else ""
        return Refused(f"{who} refused and gave no reason{shown}.")
    arguments = {
        part["name"]: to_checksum_address(value) if part["type"] == "address" else value
        for part, value in zip(known.inputs, values, strict=True)
    }
    who = SPEAKERS.get(known.name.partition("_")[0], who)
    return Refused(f"{who} refused: {_sentence(known.name, arguments)}.", known.name, arguments)


def _sentence(name: str, arguments: dict[str, Any]) -> str:
    if known := sentence(name, arguments):
        return known
    values = ", ".join(f"{_words(key)} {shown(value)}".strip() for key, value in arguments.items())
    words = _words(re.sub(r"^ERC\d+", "", name.rpartition("_")[2]))
    return f"{words} ({values})" if values else words


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


@cache
def _errors() -> dict[bytes, _Known]:
    known: dict[bytes, _Known] = {}
    for contract, abi in all_abis().items():
        for entry in abi:
            if entry.get("type") == "error":
                selector = bytes(function_abi_to_4byte_selector(entry))  # type: ignore[arg-type]
                known.setdefault(selector, _Known(contract, entry["name"], tuple(entry["inputs"])))
    return known


def _type(part: dict[str, Any]) -> str:
    return str(collapse_if_tuple(part))


def _decoded(types: list[str], body: bytes) -> tuple[Any, ...] | None:
    try:
        return decode(types, body)
    except DecodingError:
        return None
