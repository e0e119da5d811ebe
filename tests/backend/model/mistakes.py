"""Mistakes that somebody could make in a contract, made in a model instead: one at a time, and each must be noticed."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import dispute_model
import door_model
import pytest
import registry_model
import ticket_model
import vault_model
from dispute_model import DisputeModel
from door_model import DoorModel, Pass
from plain_world import WHOLE, World
from programme_model import ProgrammeModel
from registry_model import Consent, RegistryModel, Sheet, Split
from ticket_book import Concert, Session, Ticket
from ticket_model import TicketModel
from vault_model import VaultModel

Patch = pytest.MonkeyPatch
Lines = tuple[registry_model.Line, ...]


def around(patch: Patch, model: type, call: str, wrong: Callable[..., Any]) -> None:
    """Put a call in the place of a right one, which it is handed first."""
    right = getattr(model, call)
    patch.setattr(model, call, lambda self, *given, **named: wrong(right, self, *given, **named))


# ---- royalties -------------------------------------------------------------------------------------------------------


def rounds_up(patch: Patch) -> None:
    patch.setattr(VaultModel, "share", lambda self, received, line: -(-received * line.payout // WHOLE))


def forgets_what_was_released(patch: Patch) -> None:
    patch.setattr(VaultModel, "release", lambda self, split, index, amount, token: None)


def keeps_released_by_list_and_not_by_line(patch: Patch) -> None:
    around(
        patch,
        VaultModel,
        "release",
        lambda right, self, split, index, amount, token: right(self, split, 0, amount, token),
    )


def keeps_tokens_and_coins_in_one_book(patch: Patch) -> None:
    around(patch, VaultModel, "credit", lambda right, self, split, token, amount: right(self, split, "coin", amount))


def shares_what_is_left_instead_of_what_came(patch: Patch) -> None:
    def due(self: VaultModel, split: Split, line: registry_model.Line, index: int, token: str = "coin") -> int:
        return self.share(self.received[split, token] - self.released[split, index, token], line)

    patch.setattr(VaultModel, "due", due)


def sends_a_parents_money_to_its_first_list(patch: Patch) -> None:
    patch.setattr(RegistryModel, "current_split", lambda self, work_id, side: (work_id, side, 1))


def sends_a_parents_money_to_its_other_side(patch: Patch) -> None:
    around(patch, VaultModel, "forwards_to", lambda right, self, line, side: right(self, line, 1 - side))


def forgets_that_a_pause_stops_payments(patch: Patch) -> None:
    def pay(right: Callable[..., None], self: VaultModel, *given: Any, **named: Any) -> None:
        self.paused, paused = False, self.paused
        try:
            right(self, *given, **named)
        finally:
            self.paused = paused

    around(patch, VaultModel, "pay", pay)


def turns_the_sides_of_a_payment_around(patch: Patch) -> None:
    def pay_work(
        right: Callable[..., None], self: VaultModel, by: str, work_id: int, to_master: int, amount: int
    ) -> None:
        right(self, by, work_id, amount - to_master if to_master <= amount else to_master, amount)

    around(patch, VaultModel, "pay_work", pay_work)


def takes_tokens_that_keep_a_fee(patch: Patch) -> None:
    patch.setattr(World, "fee", lambda self, token, amount: 0)


def takes_one_unit_too_many(patch: Patch) -> None:
    patch.setattr(vault_model, "MOST", vault_model.MOST + 1)


def does_not_ask_those_who_leave(patch: Patch) -> None:
    def check(
        right: Callable[..., None],
        self: RegistryModel,
        work: int,
        sheet: Sheet,
        former: Lines,
        given: Sequence[Consent],
    ) -> None:
        right(self, work, sheet, (), given)

    around(patch, RegistryModel, "_check_consents", check)


def keeps_a_consent_that_was_taken_back(patch: Patch) -> None:
    patch.setattr(RegistryModel, "withdraw_consent", lambda self, by, work_id, sheet: None)


def takes_nobodys_word_on_the_chain(patch: Patch) -> None:
    patch.setattr(RegistryModel, "consent", lambda self, by, work_id, sheet: self._check_terms(work_id, sheet))


def rounds_the_ai_share_up(patch: Patch) -> None:
    wrong = lambda lines: -(-sum(line.credit * line.ai_pct for line in lines) // 100)  # noqa: E731
    patch.setattr(registry_model, "ai_bps", wrong)


# ---- disputes --------------------------------------------------------------------------------------------------------


def pays_a_disputed_share_to_somebody_else(patch: Patch) -> None:
    around(
        patch,
        VaultModel,
        "forwards_to",
        lambda right, self, line, side: right(self, line, side) if line.parent else (1, 0, 1),
    )


def gives_what_waited_to_the_loser(patch: Patch) -> None:
    def restore(
        right: Callable[..., None],
        self: RegistryModel,
        work: int,
        side: int,
        lines: Lines,
        index: int,
        winner: str | None,
        number: int,
    ) -> None:
        right(self, work, side, lines, index, winner, number)
        (line,) = self.lists[registry_model.waiting(number)]
        self.lists[registry_model.waiting(number)] = (dataclasses.replace(line, payee=lines[index].payee),)

    around(patch, RegistryModel, "restore", restore)


def gives_the_winner_credit_too(patch: Patch) -> None:
    def restore(
        right: Callable[..., None],
        self: RegistryModel,
        work: int,
        side: int,
        lines: Lines,
        index: int,
        winner: str | None,
        number: int,
    ) -> None:
        right(self, work, side, lines, index, winner, number)
        if winner:
            *kept, last = self.lists[self.current_split(work, side)]
            self.lists[self.current_split(work, side)] = (*kept, dataclasses.replace(last, credit=last.payout))

    around(patch, RegistryModel, "restore", restore)


def forgets_the_other_list_of_a_disputed_work(patch: Patch) -> None:
    def turn(right: Callable[..., None], self: RegistryModel, work_id: int, side: int, lines: Lines) -> None:
        right(self, work_id, side, lines)
        self.lists[self.current_split(work_id, 1 - side)] = lines

    around(patch, RegistryModel, "_turn", turn)


def gives_the_bond_of_a_dropped_claim_back(patch: Patch) -> None:
    def drop(right: Callable[..., None], self: DisputeModel, by: str, dispute_id: int, lines: Lines) -> None:
        right(self, by, dispute_id, lines)
        found = self.disputes[dispute_id]
        self.owed[found.payee] -= found.bond
        self.owed[found.claimant] += found.bond

    around(patch, DisputeModel, "drop", drop)


def lets_a_registrant_end_the_time_to_answer(patch: Patch) -> None:
    def answer(right: Callable[..., None], self: DisputeModel, by: str, dispute_id: int) -> None:
        right(self, by, dispute_id)
        self.disputes[dispute_id].status = dispute_model.ANSWERED

    around(patch, DisputeModel, "answer", answer)


def lets_a_dispute_expire_a_second_early(patch: Patch) -> None:
    patch.setattr(dispute_model, "END", dispute_model.END - 1)


def lets_people_answer_a_second_longer(patch: Patch) -> None:
    patch.setattr(dispute_model, "ANSWER", dispute_model.ANSWER + 1)


def never_doubles_the_bond(patch: Patch) -> None:
    patch.setattr(DisputeModel, "_lost_lately", lambda self, work_id: 0)


def counts_dropped_claims_for_the_bond(patch: Patch) -> None:
    def drop(right: Callable[..., None], self: DisputeModel, by: str, dispute_id: int, lines: Lines) -> None:
        right(self, by, dispute_id, lines)
        work_id = self.disputes[dispute_id].claim.work_id
        self.lost[work_id] = self.world.now, self._lost_lately(work_id) + 1

    around(patch, DisputeModel, "drop", drop)


# ---- tickets ---------------------------------------------------------------------------------------------------------


def caps_resale_one_wei_too_high(patch: Patch) -> None:
    around(patch, TicketModel, "resale_cap", lambda right, self, session: right(self, session) + 1)


def keeps_escrow_of_refunded_tickets(patch: Patch) -> None:
    patch.setattr(Session, "escrow", property(lambda self: (self.status != 2) * self.terms.price * self.sold))


def opens_refunds_a_second_late(patch: Patch) -> None:
    def refund(right: Callable[..., None], self: TicketModel, by: str, ticket_id: int) -> None:
        self.world.now -= 1
        try:
            right(self, by, ticket_id)
        finally:
            self.world.now += 1

    around(patch, TicketModel, "refund", refund)


def leaves_the_offer_of_a_used_ticket(patch: Patch) -> None:
    patch.setattr(Ticket, "offered", property(lambda self: self.asked))


def lets_a_gift_be_given_again(patch: Patch) -> None:
    def give(right: Callable[..., None], self: TicketModel, by: str, ticket_id: int, **how: Any) -> None:
        right(self, by, ticket_id, **how)
        self.tickets[ticket_id].given = False

    around(patch, TicketModel, "give", give)


def keeps_the_offer_of_a_given_ticket(patch: Patch) -> None:
    def give(right: Callable[..., None], self: TicketModel, by: str, ticket_id: int, **how: Any) -> None:
        asked = self.tickets[ticket_id].asked if ticket_id in self.tickets else 0
        right(self, by, ticket_id, **how)
        self.tickets[ticket_id].asked = asked

    around(patch, TicketModel, "give", give)


def gives_the_remainder_to_the_first_work(patch: Patch) -> None:
    around(
        patch, ProgrammeModel, "_portions", lambda right, self, amount, parts: right(self, amount, parts[::-1])[::-1]
    )


def pays_by_weight_alone(patch: Patch) -> None:
    patch.setattr(ProgrammeModel, "voted_share", lambda self, concert, amount: 0)


def pays_by_votes_alone(patch: Patch) -> None:
    patch.setattr(ProgrammeModel, "voted_share", lambda self, concert, amount: amount)


def lets_people_vote_after_the_start(patch: Patch) -> None:
    def vote(right: Callable[..., None], self: ProgrammeModel, by: str, ticket_id: int, place: int) -> None:
        now, self.tickets.world.now = self.tickets.world.now, 0
        try:
            right(self, by, ticket_id, place)
        finally:
            self.tickets.world.now = now

    around(patch, ProgrammeModel, "vote", vote)


def loses_royalties_while_the_vault_is_paused(patch: Patch) -> None:
    def pay_works(right: Callable[..., None], self: TicketModel, payments: Sequence[tuple[Split, int]]) -> None:
        right(self, () if self.vault.paused else payments)

    around(patch, TicketModel, "_pay_works", pay_works)


def asks_no_staff(patch: Patch) -> None:
    patch.setattr(DoorModel, "_check_staff", lambda self, by, session_id: None)


def lets_half_a_pass_in(patch: Patch) -> None:
    def admit(right: Callable[..., None], self: TicketModel, ticket_ids: tuple[int, ...], holder: str) -> None:
        for ticket_id in ticket_ids:
            right(self, (ticket_id,), holder)

    around(patch, TicketModel, "admit_from_door", admit)


def one_bad_pass_stops_a_whole_list(patch: Patch) -> None:
    def check_in_all(right: Callable[..., None], self: DoorModel, by: str, passes: Sequence[Pass]) -> None:
        before = len(self.refused)
        right(self, by, passes)
        if len(self.refused) > before:
            raise door_model.Refusal("ConcertDoor_NobodyAdmitted")

    around(patch, DoorModel, "check_in_all", check_in_all)


def lets_people_in_alone_where_there_is_staff(patch: Patch) -> None:
    patch.setattr(ticket_model, "OPEN_ENTRANCE", 0)


def sells_what_nobody_may_move(patch: Patch) -> None:
    patch.setattr(ticket_model, "NO_TRANSFER", -1)


def plays_a_work_twice(patch: Patch) -> None:
    def check(right: Callable[..., None], self: ProgrammeModel, concert: Concert) -> None:
        right(self, dataclasses.replace(concert, works=tuple(range(1, len(concert.works) + 1))))

    around(patch, ProgrammeModel, "check", check)


MISTAKES: dict[str, list[Callable[[Patch], None]]] = {
    "royalties": [
        rounds_up,
        forgets_what_was_released,
        keeps_released_by_list_and_not_by_line,
        keeps_tokens_and_coins_in_one_book,
        shares_what_is_left_instead_of_what_came,
        sends_a_parents_money_to_its_first_list,
        sends_a_parents_money_to_its_other_side,
        forgets_that_a_pause_stops_payments,
        turns_the_sides_of_a_payment_around,
        takes_tokens_that_keep_a_fee,
        takes_one_unit_too_many,
        does_not_ask_those_who_leave,
        keeps_a_consent_that_was_taken_back,
        takes_nobodys_word_on_the_chain,
        rounds_the_ai_share_up,
    ],
    "disputes": [
        pays_a_disputed_share_to_somebody_else,
        gives_what_waited_to_the_loser,
        gives_the_winner_credit_too,
        forgets_the_other_list_of_a_disputed_work,
        gives_the_bond_of_a_dropped_claim_back,
        lets_a_registrant_end_the_time_to_answer,
        lets_a_dispute_expire_a_second_early,
        lets_people_answer_a_second_longer,
        never_doubles_the_bond,
        counts_dropped_claims_for_the_bond,
    ],
    "tickets": [
        caps_resale_one_wei_too_high,
        keeps_escrow_of_refunded_tickets,
        opens_refunds_a_second_late,
        leaves_the_offer_of_a_used_ticket,
        lets_a_gift_be_given_again,
        keeps_the_offer_of_a_given_ticket,
        gives_the_remainder_to_the_first_work,
        pays_by_weight_alone,
        pays_by_votes_alone,
        lets_people_vote_after_the_start,
        loses_royalties_while_the_vault_is_paused,
        asks_no_staff,
        lets_half_a_pass_in,
        one_bad_pass_stops_a_whole_list,
        lets_people_in_alone_where_there_is_staff,
        sells_what_nobody_may_move,
        plays_a_work_twice,
    ],
}
