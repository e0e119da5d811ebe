"""Who answers for a report: an EIP-712 signature over its SHA-256 and its counts, beside it in `signature.json`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partbook.audit.opening import REGISTRY, known_deployments
from partbook.chain.signers import LOCAL_CHAIN_IDS, Keyring, Signer
from partbook.chain.typed_data import TypedMessage, audit_message, recover
from partbook.core.canonical import read_json
from partbook.core.errors import Mismatch, NotConfigured
from partbook.core.files import write_whole
from partbook.core.ids import Address
from partbook.core.settings import LOCAL, Settings
from partbook.works.desk import passphrase_for

FILE = "signature.json"
NO_REGISTRY = Address("0x0000000000000000000000000000000000000000")


@dataclass(frozen=True)
class ReportSigner:
    """A key that signs, and the registry for which its signature counts."""

    signer: Signer
    chain_id: int
    registry: Address


@dataclass(frozen=True)
class Signature:
    """What `signature.json` says.

    Args:
        report_sha256: of `report.json`.
        signer: who signed; None for a report that nobody signed.
    """

    report_sha256: str
    signer: Address | None
    chain_id: int | None = None
    registry: Address | None = None
    signature: str | None = None

    @property
    def in_words(self) -> str:
        """For people."""
        if self.signer is None:
            return "Nobody signed this report."
        play = ", where a key can be one that everybody has" if self.chain_id in LOCAL_CHAIN_IDS else ""
        registry = "no registry" if self.registry == NO_REGISTRY else f"the registry {self.registry}"
        return f"Signed by {self.signer} for {registry} on chain {self.chain_id}{play}."

    def write(self, folder: Path) -> None:
        """Keep it beside the report."""
        signed = {"scheme": "EIP-712", "primary_type": "AuditReport"} if self.signer else {}
        text = json.dumps({"signed": self.signer is not None, **vars(self), **signed}, indent=2)
        write_whole(folder / FILE, text.encode() + b"\n")

    @classmethod
    def read(cls, folder: Path) -> "Signature":
        """What `write` kept.

        Raises:
            UnusableInput: there is none.
            Mismatch: it is no such file.
        """
        kept = read_json(folder / FILE)
        try:
            return cls(*(kept[name] for name in ("report_sha256", "signer", "chain_id", "registry", "signature")))
        except (KeyError, TypeError):
            raise Mismatch(f"{folder / FILE} is not the signature of an audit report.") from None


def open_signer(settings: Settings, name: str) -> ReportSigner:
    """The key with this name, asked for its passphrase now and not after hours of reading.

    It signs for the registry of this home folder, without asking the chain; where there is none, for no registry on a
    local chain.

    Raises:
        NotConfigured: the chain is not local, and no registry on it is known here.
        NotFound, UnusableInput: no such key, or it does not open.
    """
    local = settings.chain_url == LOCAL
    known = [each for each in known_deployments(settings.home) if (each.chain_id in LOCAL_CHAIN_IDS) == local]
    if not known and not local:
        raise NotConfigured(
            f"A signature is for one registry, and none on {settings.chain_url} is known in {settings.home}. "
            "`partbook chain show` says what is known."
        )
    chain_id = known[0].chain_id if known else min(LOCAL_CHAIN_IDS)
    registry = Address(known[0].address(REGISTRY)) if known else NO_REGISTRY
    keyring = Keyring(settings.home, chain_id, passphrase_for(settings))
    return ReportSigner(keyring.open(name), chain_id, registry)


def sign(sha256: str, counts: dict[str, Any], by: ReportSigner | None) -> Signature:
    """Sign a report, or say that nobody did."""
    if by is None:
        return Signature(sha256, None)
    message = _message(sha256, counts, by.chain_id, by.registry)
    signature = "0x" + by.signer.sign_typed_data(message).hex()
    return Signature(sha256, by.signer.address, by.chain_id, by.registry, signature)


def check_signature(signature: Signature, counts: dict[str, Any]) -> None:
    """See that the signer signed this hash and these counts.

    Raises:
        Mismatch: somebody else signed, or something else was signed.
    """
    if signature.signer is None:
        return
    try:
        assert signature.chain_id is not None
        assert signature.registry is not None
        message = _message(signature.report_sha256, counts, signature.chain_id, signature.registry)
        signed = recover(message, bytes.fromhex(str(signature.signature).removeprefix("0x")))
    except Exception as broken:  # whatever stands in a file that anybody may have written
        raise Mismatch(f"{FILE} holds no signature that can be checked: {broken}") from None
    if signed != signature.signer:
        raise Mismatch(
            f"{FILE} names {signature.signer}, but this report was signed by {signed}, or was changed since."
        )


def _message(sha256: str, counts: dict[str, Any], chain_id: int, registry: Address) -> TypedMessage:
    return audit_message(chain_id, registry, bytes.fromhex(sha256), counts)
