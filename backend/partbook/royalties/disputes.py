"""Disputes about a share: somebody claims it with a bond and evidence, and until the end its new money waits."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak
from sqlalchemy.orm import Session

from partbook.chain.dispute_module import Claim
from partbook.chain.events import DisputeOpened
from partbook.chain.receipts import Receipt
from partbook.chain.signers import Signer
from partbook.chain.split_lines import Side, SplitLine
from partbook.core.errors import UnusableInput
from partbook.core.ids import Address, Hash32, WorkId
from partbook.core.money import BasisPoints, Wei, percent
from partbook.royalties import records
from partbook.royalties.claims import SIDE_NAMES
from partbook.works import records as works
from partbook.works.desk import Desk, sent
from partbook.works.pinning import put_bytes
from partbook.works.split_sheet import SIDES, SideName
from partbook.works.views import display_name

DAY = 24 * 60 * 60
ANSWER_DAYS, RULING_DAYS = 14, 44
"""From the opening: until when it may be answered, and until when an arbiter may rule. As in the contract."""
NO_HASH = Hash32(bytes(32))


@dataclass(frozen=True)
class DisputeWords:
    """An answer or a ruling; `evidence_hash` is the Keccak-256 of what was said, `uri` where it is, if it is public."""

    at: int
    kind: str
    by: Address
    name: str
    evidence_hash: str
    uri: str


@dataclass(frozen=True)
class DisputeView:
    """A claim to a share, and where it stands; amounts in wei, times in Unix seconds.

    Args:
        line: index in the list that was current when it was opened.
        payee: whose line it is.
        beneficiary: who gets the share if the claim is upheld.
        status: `open`, `answered`, `upheld`, `dismissed`, `conceded`, `withdrawn` or `expired`.
        answer_until: last second at which it could or can be answered.
        ruling_until: last second at which an arbiter could or can rule; then anybody ends it.
    """

    dispute_id: int
    work_id: int
    title: str
    side: SideName
    line: int
    share_bps: int
    claimant: Address
    claimant_name: str
    payee: Address
    payee_name: str
    beneficiary: Address
    beneficiary_name: str
    bond: Wei
    evidence_hash: str
    uri: str
    status: str
    opened_at: int
    answer_until: int
    ruling_until: int
    ended_at: int | None
    words: tuple[DisputeWords, ...]

    @property
    def is_open(self) -> bool:
        """True while the share's new money waits."""
        return self.status in records.RUNNING

    def as_json(self) -> dict[str, Any]:
        """As the command line and the API show it; amounts as strings."""
        return vars(self) | {"bond": str(self.bond), "words": [vars(word) for word in self.words]}


def open_dispute(
    desk: Desk,
    work_id: int,
    side: SideName,
    payee: str,
    share_bps: int,
    evidence: Path,
    by: str,
    beneficiary: str | None = None,
    publish: bool = False,
    dry_run: bool = False,
) -> DisputeView:
    """Claim a share of somebody's line, with a bond. From now on that share of new money waits.

    Args:
        payee: whose line: keyring name or address. Of several, the first that has that share.
        share_bps: how much of it, in basis points of the whole side.
        evidence: a file; its hash goes on the chain.
        by: claimant, who pays the bond.
        beneficiary: who should get the share; the claimant unless told.
        publish: also pin the file, in clear, and name it on the chain.

    Raises:
        UnusableInput: the work is not registered, or no line of that payee has that share.
        ChainRefused: another dispute about the work is open, or money is missing.
    """
    desk.catch_up()
    lines = _lines(desk, work_id, side)
    signer = desk.signer(by)
    claim = Claim(
        work_id=WorkId(work_id),
        side=SIDES[side],
        index=_line_of(desk, lines, side, payee, share_bps),
        share=BasisPoints(share_bps),
        beneficiary=desk.address(beneficiary) if beneficiary else signer.address,
        evidence_hash=evidence_hash(evidence),
        uri=_published(desk, evidence, publish and not dry_run),
    )
    module = desk.contracts.disputes
    receipt = sent(module.open(claim, lines, module.bond_for(claim.work_id), signer=signer, dry_run=dry_run))
    desk.catch_up()
    return show_dispute(desk, receipt.the(DisputeOpened).dispute_id)


def answer_dispute(
    desk: Desk, dispute_id: int, evidence: Path, by: str, publish: bool = False, dry_run: bool = False
) -> DisputeView:
    """Answer a claim, within 14 days: as the line's payee, once, or as the work's registrant.

    Raises:
        NotFound: no such dispute.
        ChainRefused: neither of the two, too late, or answered already.
    """
    _caught_up(desk, dispute_id)
    uri = _published(desk, evidence, publish and not dry_run)
    given = dispute_id, evidence_hash(evidence), uri
    sent(desk.contracts.disputes.answer(*given, signer=desk.signer(by), dry_run=dry_run))
    return _caught_up(desk, dispute_id)


def rule_dispute(
    desk: Desk,
    dispute_id: int,
    upheld: bool,
    by: str,
    reasons: Path | None = None,
    publish: bool = False,
    dry_run: bool = False,
) -> DisputeView:
    """Decide, as the arbiter: after the payee's answer or 14 days, and within 44.

    Raises:
        NotFound: no such dispute.
        ChainRefused: not the arbiter, too early, too late, or it has ended.
    """
    uri = _published(desk, reasons, publish and not dry_run)
    ruling = dispute_id, upheld, evidence_hash(reasons) if reasons else NO_HASH, uri
    rule = desk.contracts.disputes.rule
    return _end(desk, dispute_id, by, lambda lines, who: rule(*ruling, lines, who, dry_run=dry_run))


def concede_dispute(desk: Desk, dispute_id: int, by: str, dry_run: bool = False) -> DisputeView:
    """Give the disputed share up, as the line's payee.

    Raises:
        NotFound: no such dispute.
        ChainRefused: not the payee, or it has ended.
    """
    concede = desk.contracts.disputes.concede
    return _end(desk, dispute_id, by, lambda lines, who: concede(dispute_id, lines, who, dry_run=dry_run))


def withdraw_dispute(desk: Desk, dispute_id: int, by: str, dry_run: bool = False) -> DisputeView:
    """Give the claim up, as the claimant; the bond goes to the line's payee.

    Raises:
        NotFound: no such dispute.
        ChainRefused: not the claimant, or it has ended.
    """
    drop = desk.contracts.disputes.drop
    return _end(desk, dispute_id, by, lambda lines, who: drop(dispute_id, lines, who, dry_run=dry_run))


def expire_dispute(desk: Desk, dispute_id: int, by: str, dry_run: bool = False) -> DisputeView:
    """End a dispute on which nobody ruled within 44 days; anyone may.

    Raises:
        NotFound: no such dispute.
        ChainRefused: the arbiter still has time, or it has ended.
    """
    expire = desk.contracts.disputes.expire
    return _end(desk, dispute_id, by, lambda lines, who: expire(dispute_id, lines, who, dry_run=dry_run))


def show_dispute(desk: Desk, dispute_id: int) -> DisputeView:
    """A dispute.

    Raises:
        NotFound: there is none with this number.
    """
    with desk.database.reading() as session:
        return _view(desk, session, records.dispute_row(session, dispute_id))


def list_disputes(desk: Desk, work_id: int | None = None) -> list[DisputeView]:
    """Disputes in the order of their numbers; of one work if told."""
    with desk.database.reading() as session:
        return [_view(desk, session, row) for row in records.disputes(session, work_id)]


def owed_bonds(desk: Desk, who: str) -> Wei:
    """What somebody can collect of bonds, in wei."""
    return desk.contracts.disputes.owed(desk.address(who))


def collect_bonds(desk: Desk, by: str, dry_run: bool = False) -> Receipt:
    """Take the bonds that went back to somebody, or to her since a claim against her failed.

    Raises:
        ChainRefused: there are none.
    """
    return sent(desk.contracts.disputes.withdraw(desk.address(by), signer=desk.signer(by), dry_run=dry_run))


def evidence_hash(path: Path) -> Hash32:
    """Keccak-256 of a file: what goes on the chain."""
    return Hash32(keccak(path.read_bytes()))


def _end(desk: Desk, dispute_id: int, by: str, ask: Callable[[list[SplitLine], Signer], Receipt]) -> DisputeView:
    found = _caught_up(desk, dispute_id)
    sent(ask(_lines(desk, found.work_id, found.side), desk.signer(by)))
    return _caught_up(desk, dispute_id)


def _caught_up(desk: Desk, dispute_id: int) -> DisputeView:
    desk.catch_up()
    return show_dispute(desk, dispute_id)


def _lines(desk: Desk, work_id: int, side: SideName) -> list[SplitLine]:
    """The current list of a side.

    Raises:
        UnusableInput: the work is not registered yet.
    """
    with desk.database.reading() as session:
        if not works.work_row(session, work_id).version:
            raise UnusableInput(f"Work {work_id} is not registered yet, so nobody has a share of it to dispute.")
        return [SplitLine.unpack(int(row.packed, 16)) for row in works.sheet_lines(session, work_id, SIDES[side])]


def _line_of(desk: Desk, lines: list[SplitLine], side: SideName, payee: str, share_bps: int) -> int:
    account = desk.address(payee)
    own = [line.payout_bps for line in lines if line.is_person and line.payee == account]
    for index, line in enumerate(lines):
        if line.is_person and line.payee == account and 0 < share_bps <= line.payout_bps:
            return index
    if not own:
        raise UnusableInput(f"{payee} ({account}) has no share of the {side}, so none can be disputed.")
    raise UnusableInput(
        f"No line of {payee} in the {side} has {percent(share_bps)} to dispute. The largest has {percent(max(own))}."
    )


def _published(desk: Desk, path: Path | None, publish: bool) -> str:
    if path is None or not publish:
        return ""
    return f"ipfs://{put_bytes(desk.store, path.read_bytes(), f'Dispute: {path.name}')[0]}"


def _view(desk: Desk, session: Session, row: records.DisputeRow) -> DisputeView:
    def name(account: str) -> str:
        return display_name(desk, session, row.work_id, account)

    return DisputeView(
        dispute_id=row.dispute_id,
        work_id=row.work_id,
        title=works.title_of(session, row.work_id),
        side=SIDE_NAMES[Side(row.side)],
        line=row.line,
        share_bps=row.share_bps,
        claimant=Address(row.claimant),
        claimant_name=name(row.claimant),
        payee=Address(row.payee),
        payee_name=name(row.payee),
        beneficiary=Address(row.beneficiary),
        beneficiary_name=name(row.beneficiary),
        bond=Wei(row.bond),
        evidence_hash=row.evidence_hash,
        uri=row.uri,
        status=row.status,
        opened_at=row.opened_at,
        answer_until=row.opened_at + ANSWER_DAYS * DAY,
        ruling_until=row.opened_at + RULING_DAYS * DAY,
        ended_at=row.ended_at,
        words=tuple(
            DisputeWords(said.at, said.kind, Address(said.by), name(said.by), said.evidence_hash, said.uri)
            for said in records.words_in(session, row.dispute_id)
        ),
    )
