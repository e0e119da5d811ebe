"""The other party: the same steps on a real chain, through the typed contracts that Partbook itself uses."""

from collections.abc import Sequence
from dataclasses import astuple
from functools import cache
from typing import Any, Unpack

import registry_model as plain
from plain_world import NOBODY
from ticket_model import TICKETS, Concert, Terms
from twin import CLOCK, Step
from vault_model import VAULT
from web3.types import RPCEndpoint

from partbook.chain.concert_tickets import ConcertTickets
from partbook.chain.connection import Chain
from partbook.chain.contract import TypedContract
from partbook.chain.deployment import Contracts
from partbook.chain.receipts import How, Receipt
from partbook.chain.refusals import Refused, refusal
from partbook.chain.royalty_vault import RoyaltyVault
from partbook.chain.sheet import Consent, Sheet
from partbook.chain.signers import Keyring, Signer
from partbook.chain.split_lines import Role, Side, SplitLine, split_id
from partbook.chain.terms import SessionTerms
from partbook.chain.typed_data import check_in_message, sheet_message
from partbook.chain.work_registry import WorkRegistry, commitment_of
from partbook.core.ids import Address, ConcertId, Hash32, SessionId, SplitId, TicketId, WorkId
from partbook.core.money import BasisPoints, Wei

GAS = 4_000_000
GAS_PRICE = 2_000_000_000
ZERO = Address("0x" + "0" * 40)
URI = "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"


class Straight(TypedContract):
    """Sends without asking first, and from an account that the node signs for: two round trips instead of about ten.

    A call that the contract refuses is mined too, so that every step stands in a block of its own.
    """

    spent: int = 0
    """Wei for the gas of the last transaction, refused or not."""

    def _send(self, function: str, *arguments: Any, signer: Signer, value: int = 0, **how: Unpack[How]) -> Receipt:
        call = {
            "from": signer.address,
            "to": self.address,
            "data": self._contract.encode_abi(function, list(arguments)),
            "value": hex(value),
            "gas": hex(GAS),
            "gasPrice": hex(GAS_PRICE),
        }
        found: Any = self.chain.rpc("eth_getTransactionReceipt", [self.chain.rpc("eth_sendTransaction", [call])])
        self.spent = int(found["gasUsed"], 16) * int(found["effectiveGasPrice"], 16)
        if int(found["status"], 16) == 1:
            return Receipt(None, int(found["gasUsed"], 16), cost=Wei(self.spent))
        answer: Any = self.chain.web3.provider.make_request(RPCEndpoint("eth_call"), [call, "latest"])
        assert "error" in answer, f"{function} failed in its block and passes when it is asked again"
        raise refusal(bytes.fromhex(answer["error"]["data"][2:]), self.name)


class StraightRegistry(Straight, WorkRegistry):
    """The registry, sent to straight."""


class StraightVault(Straight, RoyaltyVault):
    """The vault, sent to straight."""


class StraightTickets(Straight, ConcertTickets):
    """The box office, sent to straight."""


def straight(contracts: Contracts) -> tuple[StraightRegistry, StraightVault, StraightTickets]:
    """The three contracts, sent to straight."""
    chain = contracts.registry.chain
    return (
        StraightRegistry(chain, contracts.registry.address),
        StraightVault(chain, contracts.vault.address),
        StraightTickets(chain, contracts.tickets.address),
    )


class ChainSide:
    """Takes steps on the chain.

    Args:
        people: signs for every name.
        registry: the contracts, either as Partbook sends to them or straight.
    """

    def __init__(
        self, chain: Chain, people: Keyring, registry: WorkRegistry, vault: RoyaltyVault, tickets: ConcertTickets
    ) -> None:
        self.chain, self.people = chain, people
        self.registry, self.vault, self.tickets = registry, vault, tickets
        self.contracts = {"registry": registry.address, VAULT: vault.address, TICKETS: tickets.address}

    def take(self, step: Step) -> tuple[str | None, int]:
        """Take a step.

        Returns:
            The name under which it was refused, None where it was not; and the wei that the caller spent on gas.
        """
        if step.contract == CLOCK:
            self.chain.rpc("evm_setTime", [step.given["to"] * 1000])
            self.chain.rpc("evm_mine", [])
            return None, 0
        contract = getattr(self, step.contract)
        try:
            receipt = getattr(self, f"{step.contract}_{step.call}")(self.people.open(step.by), **step.given)
        except Refused as refused:
            return refused.error_name or str(refused), contract.spent if isinstance(contract, Straight) else 0
        return None, receipt.cost

    def now(self) -> int:
        """The time of the newest block, in Unix seconds."""
        newest: Any = self.chain.rpc("eth_getBlockByNumber", ["latest", False])
        return int(newest["timestamp"], 16)

    def address(self, name: str) -> Address:
        """The account of a person or a contract."""
        return ZERO if name == NOBODY else self.contracts.get(name) or self.people.address(name)

    def line(self, line: plain.Line) -> SplitLine:
        """A line as it is packed."""
        payout, credit = BasisPoints(line.payout), BasisPoints(line.credit)
        if line.parent is not None:
            return SplitLine.edge(WorkId(line.parent), payout, credit, line.ai_pct)
        return SplitLine(self.address(line.payee), payout, credit, Role.COMPOSER, line.ai_pct)

    def lines(self, lines: Sequence[plain.Line]) -> tuple[SplitLine, ...]:
        """A list as it is packed."""
        return tuple(map(self.line, lines))

    def sheet(self, sheet: plain.Sheet) -> Sheet:
        """A sheet as it is signed."""
        hashes = hash_of(sheet.metadata), hash_of(sheet.audio)
        sides = self.lines(sheet.master), self.lines(sheet.composition)
        return Sheet(sheet.version, *hashes, sheet.deadline, URI, *sides)

    def consents(self, work_id: int, sheet: Sheet, consents: Sequence[plain.Consent]) -> list[Consent]:
        """Signatures; a false one is the signer's own, under the number of another work."""
        given = []
        for consent in consents:
            signed = WorkId(work_id if consent.true else work_id + 1)
            message = sheet_message(self.chain.chain_id, self.registry.address, signed, sheet)
            signer = self.people.open(consent.signer)
            given.append(Consent(signer.address, signer.sign_typed_data(message)))
        return given

    def registry_commit(self, by: Signer, commitment: plain.Commitment | None) -> Receipt:
        if commitment is None:
            return self.registry.commit(Hash32(bytes(32)), by)
        registrant, audio, salt = commitment
        return self.registry.commit(commitment_of(self.address(registrant), hash_of(audio), hash_of(salt)), by)

    def registry_seal(
        self, by: Signer, work_id: int, salt: int, sheet: plain.Sheet, consents: Sequence[plain.Consent]
    ) -> Receipt:
        typed = self.sheet(sheet)
        signed = self.consents(work_id, typed, consents)
        return self.registry.seal(WorkId(work_id), hash_of(salt), typed, signed, by)

    def registry_amend(
        self, by: Signer, work_id: int, sheet: plain.Sheet, former: frozenset[str], consents: Sequence[plain.Consent]
    ) -> Receipt:
        typed = self.sheet(sheet)
        signed = self.consents(work_id, typed, consents)
        ascending = sorted(map(self.address, former), key=lambda address: int(address, 16))
        return self.registry.amend(WorkId(work_id), typed, ascending, signed, by)

    def vault_pay(self, by: Signer, split: plain.Split, amount: int) -> Receipt:
        return self.vault.pay(id_of(split), Wei(amount), by)

    def vault_claim(self, by: Signer, split: plain.Split, lines: Sequence[plain.Line], index: int, to: str) -> Receipt:
        return self.vault.claim(id_of(split), self.lines(lines), index, by, self.address(to))

    def vault_claim_for(self, by: Signer, split: plain.Split, lines: Sequence[plain.Line], index: int) -> Receipt:
        return self.vault.claim_for(id_of(split), self.lines(lines), index, by)

    def vault_pause(self, by: Signer) -> Receipt:
        return self.vault.pause(by)

    def vault_unpause(self, by: Signer) -> Receipt:
        return self.vault.unpause(by)

    def tickets_announce(self, by: Signer, concert: Concert) -> Receipt:
        works, weights = [WorkId(work) for work in concert.works], [BasisPoints(weight) for weight in concert.weights]
        shares = BasisPoints(concert.organiser_bps), BasisPoints(concert.resale_royalty_bps)
        return self.tickets.announce(works, weights, *shares, URI, by)

    def tickets_schedule(self, by: Signer, concert_id: int, terms: Terms) -> Receipt:
        return self.tickets.schedule(ConcertId(concert_id), SessionTerms(*astuple(terms)), by)

    def tickets_buy(self, by: Signer, session_id: int, to: str, payment: int) -> Receipt:
        return self.tickets.buy(SessionId(session_id), self.address(to), Wei(payment), by)

    def tickets_offer(self, by: Signer, ticket_id: int, price: int) -> Receipt:
        return self.tickets.offer(TicketId(ticket_id), Wei(price), by)

    def tickets_withdraw_offer(self, by: Signer, ticket_id: int) -> Receipt:
        return self.tickets.withdraw_offer(TicketId(ticket_id), by)

    def tickets_buy_offered(self, by: Signer, ticket_id: int, payment: int) -> Receipt:
        return self.tickets.buy_offered(TicketId(ticket_id), Wei(payment), by)

    def tickets_transfer(self, by: Signer, ticket_id: int, to: str) -> Receipt:
        return self.tickets.transfer(TicketId(ticket_id), by.address, self.address(to), by)

    def tickets_check_in(self, by: Signer, ticket_id: int, deadline: int, signed_by: str) -> Receipt:
        signer = self.people.open(signed_by)
        office = self.chain.chain_id, self.tickets.address
        message = check_in_message(*office, TicketId(ticket_id), signer.address, deadline)
        return self.tickets.check_in(TicketId(ticket_id), deadline, signer.sign_typed_data(message), by)

    def tickets_cancel(self, by: Signer, session_id: int) -> Receipt:
        return self.tickets.cancel(SessionId(session_id), by)

    def tickets_refund(self, by: Signer, ticket_id: int) -> Receipt:
        return self.tickets.refund(TicketId(ticket_id), by)

    def tickets_settle(self, by: Signer, session_id: int) -> Receipt:
        return self.tickets.settle(SessionId(session_id), by)

    def tickets_withdraw(self, by: Signer, account: str) -> Receipt:
        return self.tickets.withdraw(self.address(account), by)

    def tickets_pause(self, by: Signer) -> Receipt:
        return self.tickets._send("pause", signer=by)

    def tickets_unpause(self, by: Signer) -> Receipt:
        return self.tickets._send("unpause", signer=by)


def hash_of(number: int) -> Hash32:
    """The hash that a number of the models stands for."""
    return Hash32(number.to_bytes(32, "big"))


@cache
def id_of(split: plain.Split) -> SplitId:
    """The vault's name for a split of the models."""
    work_id, side, version = split
    return split_id(WorkId(work_id), Side(side), version)
