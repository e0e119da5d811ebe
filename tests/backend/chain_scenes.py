"""Small scenes that the chain's and the ledger's tests start from."""

from collections.abc import Sequence

from partbook.chain.deployment import Contracts
from partbook.chain.events import WorkCommitted
from partbook.chain.sheet import Consent, Sheet
from partbook.chain.signers import Keyring
from partbook.chain.split_lines import Role, SplitLine
from partbook.chain.typed_data import sheet_message
from partbook.chain.work_registry import commitment_of
from partbook.core.ids import Hash32, WorkId
from partbook.core.money import BasisPoints

SALT = Hash32(b"\x05" * 32)


def line(people: Keyring, who: str, bps: int, ai_pct: int = 0, role: Role = Role.COMPOSER) -> SplitLine:
    """A line with the same payout and credit."""
    return SplitLine(people.address(who), BasisPoints(bps), BasisPoints(bps), role, ai_pct)


def sheet_of(
    people: Keyring,
    chain_now: int,
    shares: Sequence[tuple[str, int]] = (("ana", 6000), ("ben", 4000)),
    audio: int = 1,
    version: int = 1,
) -> Sheet:
    """A sheet with the same shares on both sides."""
    lines = tuple(line(people, who, bps) for who, bps in shares)
    return Sheet(
        version=version,
        metadata_hash=Hash32(b"\x02" * 32),
        audio_hash=Hash32(audio.to_bytes(32, "big")),
        deadline=chain_now + 86_400,
        uri="ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        master=lines,
        composition=lines,
    )


def consents_of(contracts: Contracts, people: Keyring, work_id: WorkId, sheet: Sheet, *who: str) -> list[Consent]:
    """Signatures of the named people."""
    message = sheet_message(contracts.registry.chain.chain_id, contracts.registry.address, work_id, sheet)
    return [Consent(people.address(name), people.open(name).sign_typed_data(message)) for name in who]


def committed(contracts: Contracts, people: Keyring, sheet: Sheet, by: str = "ana") -> WorkId:
    """A work number for the sheet's recording."""
    commitment = commitment_of(people.address(by), sheet.audio_hash, SALT)
    return contracts.registry.commit(commitment, people.open(by)).the(WorkCommitted).work_id


def sealed(
    contracts: Contracts,
    people: Keyring,
    shares: Sequence[tuple[str, int]] = (("ana", 6000), ("ben", 4000)),
    audio: int = 1,
) -> tuple[WorkId, Sheet]:
    """A work that everybody signed; the first payee is its registrant."""
    sheet = sheet_of(people, int(contracts.registry.chain.now().timestamp()), shares, audio)
    registrant = shares[0][0]
    work_id = committed(contracts, people, sheet, registrant)
    consents = consents_of(contracts, people, work_id, sheet, *(who for who, _ in shares))
    contracts.registry.seal(work_id, SALT, sheet, consents, people.open(registrant))
    return work_id, sheet
