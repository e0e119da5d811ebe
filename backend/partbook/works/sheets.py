"""Agree on a split sheet: draft it, sign it, and say who has signed exactly this one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from partbook.chain.sheet import Consent, Sheet
from partbook.chain.signers import Signer
from partbook.chain.split_lines import ai_bps
from partbook.chain.typed_data import TypedMessage, recover, sheet_message
from partbook.content import cid_of_bytes
from partbook.core.errors import Mismatch, NotConfigured, UnusableInput
from partbook.core.ids import Address, Hash32, WorkId
from partbook.core.money import BasisPoints, percent
from partbook.works.contributions import contributions, side_shares
from partbook.works.desk import Desk, sent
from partbook.works.licensed_shares import check_terms, licence_terms, with_terms
from partbook.works.metadata import AiShare, credits_of, metadata_bytes, metadata_hash
from partbook.works.parent_shares import ParentShare, equal_parts, parent_share, refuse_a_left_out_parent
from partbook.works.registration import Registration, opened, read_registration
from partbook.works.split_sheet import (
    PARENT_ROLE,
    ROLES,
    SHEET_FILE,
    SIDES,
    Share,
    SheetLine,
    SheetSignature,
    SideName,
    SplitSheetDraft,
    build_list,
    changes,
)

SIGN_WITHIN = 30 * 86_400
"""Seconds that the signatures of a new sheet stay good."""


class Unsigned(Mismatch):
    """Somebody has still to sign."""


@dataclass(frozen=True)
class Agreed:
    """What one person is to be paid in one role, by name, before accounts are looked up.

    Args:
        side: `master` or `composition`.
        who: keyring name or address.
        role: one of `split_sheet.ROLES`.
        payout_bps: basis points of that side.
    """

    side: SideName
    who: str
    role: str
    payout_bps: int


@dataclass(frozen=True)
class SheetState:
    """Who has signed this very sheet.

    Args:
        draft: the sheet.
        signed: payees who agreed, by a signature that covers it or on the chain.
        missing: payees who have still to sign.
        void: for each payee whose signature covers an earlier sheet, what changed since.
        digest: what is signed; empty while the work is not open.
    """

    draft: SplitSheetDraft
    signed: tuple[SheetLine, ...]
    missing: tuple[SheetLine, ...]
    void: tuple[tuple[str, tuple[str, ...]], ...]
    digest: bytes = b""
    on_chain: frozenset[str] = frozenset()
    """Accounts of those who agreed on the chain."""

    @property
    def complete(self) -> bool:
        """Everybody who is paid has signed."""
        return not self.missing

    @property
    def sentence(self) -> str:
        """Where the sheet stands, in people's words."""
        by_change: dict[tuple[str, ...], list[str]] = {}
        for name, what in self.void:
            by_change.setdefault(what, []).append(name)
        words = [
            f"This sheet changed after {' and '.join(names)} signed ({'; '.join(what) or 'title, sound or credits'}). "
            "What was signed is the old one: read the difference and sign again."
            for what, names in by_change.items()
        ]
        count = len(self.signed) + len(self.missing)
        if self.complete:
            return " ".join([*words, f"All {count} have signed."])
        waiting = ", ".join(f"{line.name} ({line.role})" for line in self.missing)
        words.append(f"{len(self.signed)} of {count} have signed. Waiting for: {waiting}.")
        return " ".join([*words, "Nothing can be sold before that."])

    def as_json(self) -> dict[str, Any]:
        """The sheet and its state as the command line shows them."""
        return {
            "version": self.draft.version,
            "deadline": self.draft.deadline,
            "master": [line.model_dump() for line in self.draft.master],
            "composition": [line.model_dump() for line in self.draft.composition],
            "digest": "0x" + self.digest.hex(),
            "signed": [line.name for line in self.signed],
            "on_chain": [line.name for line in self.signed if line.payee in self.on_chain],
            "missing": [line.name for line in self.missing],
            "void": [{"name": name, "changes": list(what)} for name, what in self.void],
            "sentence": self.sentence,
        }


def new_sheet(
    desk: Desk,
    folder: Path,
    by: str,
    shares: Sequence[Agreed] = (),
    names: Mapping[str, str] | None = None,
    parent: ParentShare | None = None,
) -> SplitSheetDraft:
    """Draft the split sheet of a song and keep it as `sheet.json`. Earlier signatures stop counting.

    Args:
        folder: song folder.
        by: who answers for what the machine made: keyring name or address.
        shares: what was agreed; for a side without any, everybody who contributed to it is paid the same.
        names: public credit name for a keyring name or address, such as `{"ana": "Ana Lind"}`.
        parent: the parent work and its part of each side; the one that the song was derived from unless told.

    Raises:
        UnusableInput: shares that do not add up, an unknown role, or a parent that cannot be paid.
        Mismatch: the work is registered, so its sheet is sealed.
    """
    _still_open(desk, folder)
    known = {desk.address(who): name for who, name in (names or {}).items()}

    def person(side: SideName, who: str, role: str, payout_bps: int) -> Share:
        payee = desk.address(who)
        if role not in ROLES or role == PARENT_ROLE:
            raise UnusableInput(f"'{role}' is not a role. Roles: {', '.join(list(ROLES)[:-1])}.")
        return Share(side, payee, known.get(payee) or desk.name_of(payee), role, payout_bps)

    ai = side_shares(folder)
    parent = parent_share(desk, folder, parent)
    lists: dict[SideName, list[SheetLine]] = {}
    for side in SIDES:
        agreed = [person(side, s.who, s.role, s.payout_bps) for s in shares if s.side == side]
        edge = parent.line(side, told=bool(agreed)) if parent else None
        owed = licence_terms(folder) if side == "composition" else {}
        if not agreed:
            made = contributions(folder, side, desk.address(by), through_parent=parent is not None)
            to_parent, *each = equal_parts(edge, len(made))
            edge = replace(edge, payout_bps=to_parent) if edge else None
            shares_made = with_terms(made, owed) if owed else each
            agreed = [person(side, who, role, bps) for (who, role), bps in zip(made, shares_made, strict=True)]
        check_terms(agreed, owed)
        agreed += [edge] if edge else []
        lists[side] = build_list(side, agreed, ai[side], person(side, by, "producer", 0))
    signatures = SplitSheetDraft.read(folder).signatures if (folder / SHEET_FILE).exists() else []
    draft = SplitSheetDraft(
        deadline=desk.now() + SIGN_WITHIN,
        master=lists["master"],
        composition=lists["composition"],
        signatures=signatures,
    ).check()
    draft.write(folder)
    return draft


def metadata_of(state: Registration, draft: SplitSheetDraft) -> dict[str, Any]:
    """The public record of the work as the sheet and the song stand now."""
    return {
        "schema": "partbook-work-metadata-1",
        "title": state.title,
        "language": state.language,
        "registered_as": {
            "chain_id": state.chain_id,
            "registry": state.registry,
            "work_id": state.work_id,
            "payload": state.payload,
        },
        "credits": credits_of([*draft.composition, *draft.master]),
        "ai": AiShare.model_validate(state.ai).model_dump(mode="json"),
        "recording": {
            "milliseconds": state.milliseconds,
            "rate": state.rate,
            "channels": state.channels,
            "sha256": state.audio_sha256,
            "marked_sha256": state.marked_sha256,
        },
        "content": {
            "profile": state.content_profile,
            "preview": f"ipfs://{state.cids['preview']}",
            "master_encrypted": f"ipfs://{state.cids['master']}",
            "fingerprint": f"ipfs://{state.cids['fingerprint']}",
        },
    }


def sealed_sheet(desk: Desk, state: Registration, draft: SplitSheetDraft) -> Sheet:
    """The sheet as it is signed and sealed.

    Raises:
        Mismatch: it states another AI share than the song's own files give.
    """
    for side in SIDES:
        stated = ai_bps([line.pack() for line in draft.lines(side)])
        computed = BasisPoints(state.side_ai_bps[side])
        if stated != computed:
            raise Mismatch(
                f"The {side} list states {percent(stated)} AI; the song's own files give {percent(computed)}. "
                "The AI share is computed, not agreed: draft the sheet again with `partbook sheet new`."
            )
    record = metadata_of(state, draft)
    return Sheet(
        version=draft.version,
        metadata_hash=metadata_hash(record),
        audio_hash=Hash32(bytes.fromhex(state.audio_sha256)),
        deadline=draft.deadline,
        uri=f"ipfs://{cid_of_bytes(metadata_bytes(record))}",
        master=tuple(line.pack() for line in draft.master),
        composition=tuple(line.pack() for line in draft.composition),
    )


def message_to_sign(desk: Desk, folder: Path, draft: SplitSheetDraft) -> tuple[Sheet, TypedMessage]:
    """What every payee signs, bound to this work, version, chain and registry.

    Raises:
        UnusableInput: the work is not open yet.
        Mismatch: the mix or the AI share changed, or the parent's line is missing.
        NotConfigured: the work was opened on another chain or registry.
    """
    state, work_id, _ = opened(folder)
    state.same_sound(folder)
    if (state.chain_id, state.registry) != (desk.chain.chain_id, desk.contracts.registry.address):
        raise NotConfigured(
            f"Work {work_id} was opened in registry {state.registry} on chain {state.chain_id}, not in "
            f"{desk.contracts.registry.address} on chain {desk.chain.chain_id}. "
            "Go there: set PARTBOOK_HOME or PARTBOOK_CHAIN_URL."
        )
    refuse_a_left_out_parent(desk, folder, draft.composition)
    sheet = sealed_sheet(desk, state, draft)
    return sheet, sheet_message(desk.chain.chain_id, desk.contracts.registry.address, WorkId(work_id), sheet)


def sign_sheet(desk: Desk, folder: Path, by: str) -> SheetState:
    """Put a payee's signature under the sheet as it stands.

    Raises:
        UnusableInput: the signer is not on the sheet, or the work is not open.
        Mismatch: the work is registered, so its sheet is sealed; or mix or AI share changed.
    """
    _still_open(desk, folder)
    draft = SplitSheetDraft.read(folder)
    signer, line = _payee(desk, draft, by)
    _, message = message_to_sign(desk, folder, draft)
    signature = SheetSignature(
        signer=signer.address,
        name=line.name,
        digest="0x" + message.digest().hex(),
        signature="0x" + signer.sign_typed_data(message).hex(),
        master=draft.master,
        composition=draft.composition,
    )
    kept = [earlier for earlier in draft.signatures if earlier.signer != signer.address]
    draft.model_copy(update={"signatures": [*kept, signature]}).write(folder)
    return sheet_state(desk, folder)


def consent_to_sheet(desk: Desk, folder: Path, by: str, withdraw: bool = False, dry_run: bool = False) -> SheetState:
    """Agree to the sheet as it stands on the chain itself, or take that back: for wallets that sign no messages.

    Args:
        by: a payee of the sheet.
        withdraw: take an earlier consent to this very sheet back.
        dry_run: asks the registry only; ends in `Rehearsed`.

    Raises:
        UnusableInput: the signer is not on the sheet, or the work is not open.
        Mismatch: the work is registered, so its sheet is sealed; or mix or AI share changed.
        ChainRefused: there is no consent to take back, or the sheet is too old.
    """
    _still_open(desk, folder)
    draft = SplitSheetDraft.read(folder)
    signer, _ = _payee(desk, draft, by)
    sheet, message = message_to_sign(desk, folder, draft)
    _, work_id, _ = opened(folder)
    registry = desk.contracts.registry
    if withdraw:
        sent(registry.withdraw_consent(WorkId(work_id), message.digest(), signer=signer, dry_run=dry_run))
    else:
        sent(registry.consent(WorkId(work_id), sheet, signer=signer, dry_run=dry_run))
    return sheet_state(desk, folder)


def sheet_state(desk: Desk, folder: Path) -> SheetState:
    """Who has signed this very sheet, who has not, and whose signature a change made void."""
    draft = SplitSheetDraft.read(folder)
    needed = draft.signers()
    state = read_registration(folder)
    if state is None or "fingerprint" not in state.cids:
        return SheetState(draft, (), tuple(needed.values()), ())
    _, message = message_to_sign(desk, folder, draft)
    digest = message.digest()
    registry = desk.contracts.registry
    agreed = frozenset(payee for payee in needed if registry.has_consented(digest, Address(payee)))
    good: set[str] = set(agreed)
    void: list[tuple[str, tuple[str, ...]]] = []
    for given in draft.signatures:
        if given.signer not in needed or given.signer in agreed:
            continue
        if given.digest == "0x" + digest.hex() and _is_by(message, given):
            good.add(given.signer)
        else:
            sides = ((given.master, draft.master), (given.composition, draft.composition))
            void.append((given.name, tuple(word for before, after in sides for word in changes(before, after))))
    return SheetState(
        draft=draft,
        signed=tuple(line for address, line in needed.items() if address in good),
        missing=tuple(line for address, line in needed.items() if address not in good),
        void=tuple(void),
        digest=bytes(digest),
        on_chain=agreed,
    )


def consents(state: SheetState) -> list[Consent]:
    """The consents in the order in which the registry wants them; one that was given on the chain needs no signature.

    Raises:
        Unsigned: somebody has still to sign; the sentence says who.
    """
    if not state.complete:
        raise Unsigned(state.sentence)
    given = {signature.signer: signature for signature in state.draft.signatures}
    return [
        Consent(address, b"" if address in state.on_chain else _signature(given[address]))
        for address in state.draft.signers()
    ]


def _payee(desk: Desk, draft: SplitSheetDraft, by: str) -> tuple[Signer, SheetLine]:
    signer = desk.signer(by)
    line = draft.signers().get(signer.address)
    if line is None:
        people = ", ".join(found.name for found in draft.signers().values())
        raise UnusableInput(f"{by} ({signer.address}) is not on this sheet; its payees sign it: {people}.")
    return signer, line


def _still_open(desk: Desk, folder: Path) -> None:
    """Refuse to touch a sheet that is sealed: it is what everybody signed."""
    state = read_registration(folder)
    if state and state.work_id and desk.contracts.registry.is_sealed(WorkId(state.work_id)):
        raise Mismatch(
            f"Work {state.work_id} is registered: its sheet is sealed as everybody signed it, and money follows it. "
            f"See it with `partbook work show {state.work_id}`."
        )


def _signature(given: SheetSignature) -> bytes:
    return bytes.fromhex(given.signature.removeprefix("0x"))


def _is_by(message: TypedMessage, given: SheetSignature) -> bool:
    try:
        return recover(message, _signature(given)) == Address(given.signer)
    except UnusableInput:
        return False
