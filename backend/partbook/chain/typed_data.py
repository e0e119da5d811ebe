"""EIP-712 messages: what a wallet shows before a person signs a split sheet, a pass or an audit report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from partbook.chain.sheet import Sheet
from partbook.chain.split_lines import SplitLine
from partbook.core.errors import UnusableInput
from partbook.core.ids import Address, Hash32, TicketId, WorkId

DOMAIN_FIELDS = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
SHEET_TYPES = {
    "SplitSheet": [
        {"name": "workId", "type": "uint256"},
        {"name": "version", "type": "uint32"},
        {"name": "metadataHash", "type": "bytes32"},
        {"name": "audioHash", "type": "bytes32"},
        {"name": "master", "type": "Line[]"},
        {"name": "composition", "type": "Line[]"},
        {"name": "deadline", "type": "uint64"},
    ],
    "Line": [
        {"name": "payee", "type": "address"},
        {"name": "payoutBps", "type": "uint16"},
        {"name": "creditBps", "type": "uint16"},
        {"name": "role", "type": "uint16"},
        {"name": "aiPct", "type": "uint8"},
        {"name": "flags", "type": "uint8"},
    ],
}
CHECK_IN_TYPES = {
    "CheckIn": [
        {"name": "tickets", "type": "uint256[]"},
        {"name": "holder", "type": "address"},
        {"name": "deadline", "type": "uint64"},
    ],
}
AUDIT_TYPES = {
    "AuditReport": [
        {"name": "reportSha256", "type": "bytes32"},
        {"name": "files", "type": "uint256"},
        {"name": "marked", "type": "uint256"},
        {"name": "unmarked", "type": "uint256"},
        {"name": "failed", "type": "uint256"},
    ],
}


@dataclass(frozen=True)
class TypedMessage:
    """A message with the names of its fields, bound to a chain and, where it has one, to a contract on it."""

    domain: dict[str, Any]
    types: dict[str, list[dict[str, str]]]
    primary_type: str
    message: dict[str, Any]

    @property
    def chain_id(self) -> int:
        """The chain on which a signature counts."""
        return int(self.domain["chainId"])

    def as_json(self) -> dict[str, Any]:
        """The message as wallets take it (`eth_signTypedData_v4`), hashes in hexadecimal."""
        return {
            "types": self._all_types(),
            "primaryType": self.primary_type,
            "domain": self.domain,
            "message": _with_hex(self.message),
        }

    def _all_types(self) -> dict[str, list[dict[str, str]]]:
        """The types with that of the domain, which names only the fields that this domain has."""
        return {"EIP712Domain": [f for f in DOMAIN_FIELDS if f["name"] in self.domain], **self.types}

    def signable(self) -> SignableMessage:
        """The message as eth-account signs it."""
        return encode_typed_data(
            full_message={
                "types": self._all_types(),
                "primaryType": self.primary_type,
                "domain": self.domain,
                "message": self.message,
            }
        )

    def digest(self) -> Hash32:
        """The 32 bytes that are signed; the contract computes the same."""
        parts = self.signable()
        return Hash32(keccak(b"\x19" + parts.version + parts.header + parts.body))


def sheet_message(chain_id: int, registry: Address, work_id: WorkId, sheet: Sheet) -> TypedMessage:
    """What a payee signs: the whole sheet, every line with its own names."""
    return TypedMessage(
        domain=_domain("Partbook WorkRegistry", chain_id, registry),
        types=SHEET_TYPES,
        primary_type="SplitSheet",
        message={
            "workId": int(work_id),
            "version": sheet.version,
            "metadataHash": bytes(sheet.metadata_hash),
            "audioHash": bytes(sheet.audio_hash),
            "master": [_line(line) for line in sheet.master],
            "composition": [_line(line) for line in sheet.composition],
            "deadline": sheet.deadline,
        },
    )


def check_in_message(
    chain_id: int, door: Address, tickets: Sequence[TicketId], holder: Address, deadline: int
) -> TypedMessage:
    """The pass that a holder signs for all her tickets of a session; `deadline` is Unix time in seconds."""
    return TypedMessage(
        domain=_domain("Partbook ConcertDoor", chain_id, door),
        types=CHECK_IN_TYPES,
        primary_type="CheckIn",
        message={
            "tickets": [int(ticket) for ticket in tickets],
            "holder": to_checksum_address(holder),
            "deadline": deadline,
        },
    )


def audit_message(chain_id: int, registry: Address, sha256: bytes, counts: Mapping[str, int]) -> TypedMessage:
    """What an auditor signs: the hash of a report on a catalogue, and its counts, for one registry.

    Args:
        chain_id: the registry's chain.
        registry: its address.
        sha256: of the report, 32 bytes.
        counts: `files`, `marked`, `unmarked` and `failed`.
    """
    return TypedMessage(
        domain=_domain("Partbook AuditReport", chain_id, registry),
        types=AUDIT_TYPES,
        primary_type="AuditReport",
        message={"reportSha256": sha256, **{name: counts[name] for name in ("files", "marked", "unmarked", "failed")}},
    )


def recover(message: TypedMessage, signature: bytes) -> Address:
    """The account that signed.

    Raises:
        UnusableInput: the bytes are no signature.
    """
    try:
        return Address(Account.recover_message(message.signable(), signature=signature))
    except Exception as broken:  # eth-keys, eth-account and coincurve each raise their own kinds
        raise UnusableInput(f"0x{signature.hex()[:16]}… is not a signature ({broken}).") from None


def _domain(name: str, chain_id: int, contract: Address) -> dict[str, Any]:
    return {
        "name": name,
        "version": "1",
        "chainId": chain_id,
        "verifyingContract": to_checksum_address(contract),
    }


def _line(line: SplitLine) -> dict[str, Any]:
    return {
        "payee": line.payee,
        "payoutBps": int(line.payout_bps),
        "creditBps": int(line.credit_bps),
        "role": int(line.role),
        "aiPct": line.ai_pct,
        "flags": int(line.flags),
    }


def _with_hex(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict):
        return {name: _with_hex(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_hex(part) for part in value]
    return value
