"""Claim credentials from facts in the other contracts, and show what somebody earned with the evidence behind it."""

from dataclasses import dataclass
from typing import Any

from partbook.chain.music_credentials import CredentialKind, token_id_of
from partbook.chain.split_lines import Side, SplitLine
from partbook.core.errors import NotFound
from partbook.core.ids import Address, EditionId, TicketId, WorkId
from partbook.credentials import records
from partbook.works import records as works
from partbook.works.desk import Desk, sent

LEVELS = ((30, 4), (10, 3), (3, 2), (1, 1))
"""Facts that a level needs, highest first, as the contract counts them."""


@dataclass(frozen=True)
class CredentialView:
    """A credential with its evidence.

    Args:
        token_id: `kind << 160 | holder`.
        kind: `contributed`, `collected` or `attended`.
        count: facts behind it.
        level: 1 from the first fact, 2 from the third, 3 from the tenth, 4 from the thirtieth.
        evidence: each fact with the block and transaction in which it was shown.
    """

    token_id: int
    kind: str
    holder: Address
    holder_name: str
    count: int
    level: int
    evidence: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; the token id as a string."""
        return vars(self) | {"token_id": str(self.token_id), "evidence": list(self.evidence)}


def level_of(count: int) -> int:
    """The level that a number of facts gives; 0 without any."""
    return next((level for facts, level in LEVELS if count >= facts), 0)


def claim_contributed(desk: Desk, work_id: int, by: str, dry_run: bool = False) -> CredentialView:
    """Claim that one contributed to a work: from one's first line that was not claimed yet, MASTER first.

    Raises:
        NotFound: no line of the work's current sheet names the claimant.
        ChainRefused: every line was claimed already.
    """
    desk.catch_up()
    signer = desk.signer(by)
    with desk.database.reading() as session:
        found = [
            (Side(row.side), row.line) for row in works.sheet_lines(session, work_id) if row.payee == signer.address
        ]
        lists = {
            side: [SplitLine.unpack(int(row.packed, 16)) for row in works.sheet_lines(session, work_id, side)]
            for side in Side
        }
    if not found:
        raise NotFound(f"{by} ({signer.address}) is not on the sheet of work {work_id}.")
    side, index = found[0]
    sent(
        desk.contracts.credentials.claim_contributed(
            WorkId(work_id), side, lists[side], index, signer=signer, dry_run=dry_run
        )
    )
    return _claimed(desk, CredentialKind.CONTRIBUTED, signer.address)


def claim_collected(desk: Desk, edition_id: int, by: str, dry_run: bool = False) -> CredentialView:
    """Claim that one holds a copy of an edition.

    Raises:
        ChainRefused: one holds none, or claimed it already.
    """
    signer = desk.signer(by)
    sent(desk.contracts.credentials.claim_collected(EditionId(edition_id), signer=signer, dry_run=dry_run))
    return _claimed(desk, CredentialKind.COLLECTED, signer.address)


def claim_attended(desk: Desk, ticket_id: int, by: str, dry_run: bool = False) -> CredentialView:
    """Claim that one was let in with a ticket.

    Raises:
        ChainRefused: one was not, or claimed it already.
    """
    signer = desk.signer(by)
    sent(desk.contracts.credentials.claim_attended(TicketId(ticket_id), signer=signer, dry_run=dry_run))
    return _claimed(desk, CredentialKind.ATTENDED, signer.address)


def show_credentials(desk: Desk, holder: str) -> list[CredentialView]:
    """What somebody earned, by kind."""
    desk.catch_up()
    account = desk.address(holder)
    with desk.database.reading() as session:
        return [
            CredentialView(
                token_id=row.token_id,
                kind=CredentialKind(row.kind).name.lower(),
                holder=account,
                holder_name=desk.name_of(account),
                count=row.count,
                level=level_of(row.count),
                evidence=tuple(
                    {"fact": str(fact.fact), "block": fact.block, "transaction": fact.transaction}
                    for fact in records.evidence_of(session, row.token_id)
                ),
            )
            for row in records.credentials_of(session, account)
        ]


def _claimed(desk: Desk, kind: CredentialKind, holder: Address) -> CredentialView:
    wanted = token_id_of(kind, holder)
    for credential in show_credentials(desk, holder):
        if credential.token_id == wanted:
            return credential
    raise NotFound(f"The ledger does not show credential {wanted} yet. Run `partbook index`.")
