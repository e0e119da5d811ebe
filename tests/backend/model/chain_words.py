"""The models' words in the chain's: names are accounts, numbers are hashes, lines are packed, consents are signed."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import registry_model as plain
from door_model import Pass as PlainPass
from plain_world import CONTRACTS, NOBODY

from partbook.chain.concert_door import Pass
from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts
from partbook.chain.royalty_vault import NATIVE
from partbook.chain.sheet import Consent, Sheet
from partbook.chain.signers import Keyring, Signer
from partbook.chain.split_lines import Side, SplitLine, split_id, suspense_id
from partbook.chain.typed_data import TypedMessage, check_in_message, sheet_message
from partbook.core.ids import Address, Hash32, SplitId, TicketId, WorkId
from partbook.core.money import BasisPoints

ZERO = NATIVE
URI = "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"


class ChainWords:
    """Translates.

    Args:
        people: signs for every name.
        tokens: addresses of the tokens by name.
    """

    def __init__(self, chain: Chain, people: Keyring, contracts: Contracts, tokens: dict[str, Address]) -> None:
        self.chain, self.people, self.tokens = chain, people, tokens
        self.registry, self.vault, self.disputes = contracts.registry, contracts.vault, contracts.disputes
        self.tickets, self.programmes, self.door = contracts.tickets, contracts.programmes, contracts.door
        self._accounts = {name: getattr(self, name).address for name in CONTRACTS} | {NOBODY: ZERO}
        self._signers: dict[str, Signer] = {}

    def signer(self, name: str) -> Signer:
        """Who signs for a person."""
        if name not in self._signers:
            self._signers[name] = self.people.open(name)
        return self._signers[name]

    def address(self, name: str) -> Address:
        """The account of a person or a contract."""
        if name not in self._accounts:
            self._accounts[name] = self.signer(name).address
        return self._accounts[name]

    def token(self, name: str) -> Address:
        """The address of a token, of the chain's own coin, or of something that is no token."""
        return ZERO if name == "coin" else self.tokens.get(name) or self.address(name)

    def line(self, line: plain.Line) -> SplitLine:
        """A line as it is packed."""
        payout, credit = BasisPoints(line.payout), BasisPoints(line.credit)
        if line.parent is not None:
            return SplitLine.edge(WorkId(line.parent), payout, credit, line.ai_pct)
        if line.dispute is not None:
            return replace(SplitLine.disputed(line.dispute), payout_bps=payout, credit_bps=credit, role=line.role)
        return SplitLine(self.address(line.payee), payout, credit, line.role, line.ai_pct)

    def lines(self, lines: Sequence[plain.Line]) -> tuple[SplitLine, ...]:
        """A list as it is packed."""
        return tuple(map(self.line, lines))

    def sheet(self, sheet: plain.Sheet) -> Sheet:
        """A sheet as it is signed."""
        hashes = hash_of(sheet.metadata), hash_of(sheet.audio)
        sides = self.lines(sheet.master), self.lines(sheet.composition)
        return Sheet(sheet.version, *hashes, sheet.deadline, URI, *sides)

    def message(self, work_id: int, sheet: Sheet) -> TypedMessage:
        """What is signed under a sheet."""
        return sheet_message(self.chain.chain_id, self.registry.address, WorkId(work_id), sheet)

    def consents(self, work_id: int, sheet: Sheet, consents: Sequence[plain.Consent]) -> list[Consent]:
        """Signatures; a false one is the signer's own, under the number of another work."""
        given = []
        for consent in consents:
            signature = b""
            if consent.signed:
                message = self.message(work_id if consent.true else work_id + 1, sheet)
                signature = self.signer(consent.signer).sign_typed_data(message)
            given.append(Consent(self.address(consent.signer), signature))
        return given

    def shown(self, shown: PlainPass) -> Pass:
        """A pass with its signature; a false one is over one ticket more."""
        tickets = tuple(TicketId(ticket) for ticket in shown.tickets)
        signed = tickets if shown.true else (*tickets, TicketId(7))
        holder = self.address(shown.holder)
        message = check_in_message(self.chain.chain_id, self.door.address, signed, holder, shown.deadline)
        return Pass(holder, shown.deadline, tickets, self.signer(shown.signed_by).sign_typed_data(message))


@cache
def hash_of(number: int) -> Hash32:
    """The hash that a number of the models stands for."""
    return Hash32(number.to_bytes(32, "big"))


@cache
def id_of(split: plain.Split) -> SplitId:
    """The vault's name for a split of the models."""
    work_id, side, version = split
    if work_id < 0:
        return suspense_id(-work_id)
    return split_id(WorkId(work_id), Side(side), version)
