"""The chain's party at the box office: tickets, programmes and doors."""

from collections.abc import Sequence
from dataclasses import astuple

import door_model
import registry_model as plain
from chain_words import URI, ChainWords, id_of
from ticket_book import Concert, Terms

from partbook.chain.receipts import Receipt
from partbook.chain.signers import Signer
from partbook.chain.terms import SessionTerms
from partbook.core.ids import ConcertId, SessionId, TicketId, WorkId
from partbook.core.money import BasisPoints, Wei


class BoxOfficeSide(ChainWords):
    """Takes steps at the box office."""

    def tickets_announce(self, by: Signer, concert: Concert) -> Receipt:
        works, weights = [WorkId(work) for work in concert.works], [BasisPoints(weight) for weight in concert.weights]
        shares = concert.organiser_bps, concert.resale_royalty_bps, concert.voted_bps
        return self.tickets.announce(works, weights, *map(BasisPoints, shares), URI, by)

    def tickets_schedule(self, by: Signer, concert_id: int, terms: Terms) -> Receipt:
        return self.tickets.schedule(ConcertId(concert_id), SessionTerms.from_words(astuple(terms)), by)

    def tickets_buy(self, by: Signer, session_id: int, to: str, payment: int) -> Receipt:
        return self.tickets.buy(SessionId(session_id), self.address(to), Wei(payment), by)

    def tickets_offer(self, by: Signer, ticket_id: int, price: int) -> Receipt:
        return self.tickets.offer(TicketId(ticket_id), Wei(price), by)

    def tickets_withdraw_offer(self, by: Signer, ticket_id: int) -> Receipt:
        return self.tickets.withdraw_offer(TicketId(ticket_id), by)

    def tickets_buy_offered(self, by: Signer, ticket_id: int, payment: int) -> Receipt:
        return self.tickets.buy_offered(TicketId(ticket_id), Wei(payment), by)

    def tickets_give(self, by: Signer, ticket_id: int, sender: str, to: str, asking: bool) -> Receipt:
        how = self.tickets.give if asking else self.tickets.transfer
        return how(TicketId(ticket_id), self.address(sender), self.address(to), by)

    def tickets_approve(self, by: Signer, ticket_id: int, to: str) -> Receipt:
        return self.tickets._send("approve", self.address(to), ticket_id, signer=by)

    def tickets_attend(self, by: Signer, ticket_id: int) -> Receipt:
        return self.tickets.attend(TicketId(ticket_id), by)

    def tickets_admit(self, by: Signer, ticket_ids: Sequence[int], holder: str) -> Receipt:
        return self.tickets.admit([TicketId(ticket) for ticket in ticket_ids], self.address(holder), by)

    def tickets_cancel(self, by: Signer, session_id: int) -> Receipt:
        return self.tickets.cancel(SessionId(session_id), by)

    def tickets_refund(self, by: Signer, ticket_id: int) -> Receipt:
        return self.tickets.refund(TicketId(ticket_id), by)

    def tickets_settle(self, by: Signer, session_id: int) -> Receipt:
        return self.tickets.settle(SessionId(session_id), by)

    def tickets_pass_on(self, by: Signer, split: plain.Split) -> Receipt:
        return self.tickets.pass_on(id_of(split), by)

    def tickets_withdraw(self, by: Signer, account: str) -> Receipt:
        return self.tickets.withdraw(self.address(account), by)

    def tickets_withdraw_to(self, by: Signer, to: str) -> Receipt:
        return self.tickets._send("withdrawTo", self.address(to), signer=by)

    def tickets_pause(self, by: Signer) -> Receipt:
        return self.tickets._send("pause", signer=by)

    def tickets_unpause(self, by: Signer) -> Receipt:
        return self.tickets._send("unpause", signer=by)

    def programmes_vote(self, by: Signer, ticket_id: int, place: int) -> Receipt:
        return self.programmes.vote(TicketId(ticket_id), place, by)

    def door_appoint(self, by: Signer, concert_id: int, account: str, appointed: bool) -> Receipt:
        return self.door.appoint(ConcertId(concert_id), self.address(account), appointed, by)

    def door_check_in(self, by: Signer, shown: door_model.Pass) -> Receipt:
        return self.door.check_in(self.shown(shown), by)

    def door_check_in_all(self, by: Signer, passes: Sequence[door_model.Pass]) -> Receipt:
        return self.door.check_in_all([self.shown(shown) for shown in passes], by)
