"""The traces can fail: each of these mistakes in a model is noticed, so the same mistake in a contract would be too."""

import dataclasses
from collections.abc import Callable

import pytest
import registry_model
import ticket_model
import traces
from chain_side import ChainSide, straight
from differential import Differential, Disagreement
from plain_world import WHOLE
from registry_model import Consent, RegistryModel, Sheet, Split
from ticket_model import Session, TicketModel
from vault_model import VaultModel

from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts
from partbook.chain.signers import Keyring

pytestmark = pytest.mark.chain

ENOUGH = 20
"""Traces after which a mistake must have been noticed; the default run has as many or more of each kind."""

Patch = pytest.MonkeyPatch


def rounds_up(patch: Patch) -> None:
    patch.setattr(VaultModel, "share", lambda self, received, line: -(-received * line.payout // WHOLE))


def forgets_what_was_released(patch: Patch) -> None:
    patch.setattr(VaultModel, "release", lambda self, split, index, amount: None)


def keeps_released_by_list_and_not_by_line(patch: Patch) -> None:
    right = VaultModel.release
    patch.setattr(VaultModel, "release", lambda self, split, index, amount: right(self, split, 0, amount))


def shares_what_is_left_instead_of_what_came(patch: Patch) -> None:
    def due(self: VaultModel, split: Split, line: registry_model.Line, index: int) -> int:
        return self.share(self.received[split] - self.released[split, index], line)

    patch.setattr(VaultModel, "due", due)


def sends_a_parents_money_to_its_first_list(patch: Patch) -> None:
    patch.setattr(RegistryModel, "current_split", lambda self, work_id, side: (work_id, side, 1))


def forgets_that_a_pause_stops_payments(patch: Patch) -> None:
    right = VaultModel.pay

    def pay(self: VaultModel, by: str, split: Split, amount: int) -> None:
        self.paused, paused = False, self.paused
        try:
            right(self, by, split, amount)
        finally:
            self.paused = paused

    patch.setattr(VaultModel, "pay", pay)


def does_not_ask_those_who_leave(patch: Patch) -> None:
    right = RegistryModel._agreed

    def agreed(self: RegistryModel, work_id: int, sheet: Sheet, former: frozenset[str], given: list[Consent]) -> object:
        return right(self, work_id, sheet, frozenset(), given)

    patch.setattr(RegistryModel, "_agreed", agreed)


def rounds_the_ai_share_up(patch: Patch) -> None:
    wrong = lambda lines: -(-sum(line.credit * line.ai_pct for line in lines) // 100)  # noqa: E731
    patch.setattr(registry_model, "ai_bps", wrong)


def caps_resale_one_wei_too_high(patch: Patch) -> None:
    right = TicketModel.resale_cap
    patch.setattr(TicketModel, "resale_cap", lambda self, session: right(self, session) + 1)


def keeps_escrow_of_refunded_tickets(patch: Patch) -> None:
    patch.setattr(Session, "escrow", property(lambda self: (self.status != 2) * self.terms.price * self.sold))


def opens_refunds_a_second_late(patch: Patch) -> None:
    right = TicketModel.refund

    def refund(self: TicketModel, by: str, ticket_id: int) -> None:
        self.world.now -= 1
        try:
            right(self, by, ticket_id)
        finally:
            self.world.now += 1

    patch.setattr(TicketModel, "refund", refund)


def leaves_the_offer_of_a_used_ticket(patch: Patch) -> None:
    right = TicketModel.check_in

    def check_in(self: TicketModel, by: str, ticket_id: int, deadline: int, signed_by: str) -> None:
        before = self.tickets[ticket_id].offered if ticket_id in self.tickets else 0
        right(self, by, ticket_id, deadline, signed_by)
        self.tickets[ticket_id].offered = before

    patch.setattr(TicketModel, "check_in", check_in)


def gives_the_remainder_to_the_first_work(patch: Patch) -> None:
    right = TicketModel._pay_works

    def pay_works(self: TicketModel, payer: str, concert: ticket_model.Concert, amount: int) -> None:
        turned = dataclasses.replace(concert, works=concert.works[::-1], weights=concert.weights[::-1])
        right(self, payer, turned, amount)

    patch.setattr(TicketModel, "_pay_works", pay_works)


MISTAKES: dict[str, list[Callable[[Patch], None]]] = {
    "royalties": [
        rounds_up,
        forgets_what_was_released,
        keeps_released_by_list_and_not_by_line,
        shares_what_is_left_instead_of_what_came,
        sends_a_parents_money_to_its_first_list,
        forgets_that_a_pause_stops_payments,
        does_not_ask_those_who_leave,
        rounds_the_ai_share_up,
    ],
    "tickets": [
        caps_resale_one_wei_too_high,
        keeps_escrow_of_refunded_tickets,
        opens_refunds_a_second_late,
        leaves_the_offer_of_a_used_ticket,
        gives_the_remainder_to_the_first_work,
    ],
}


@pytest.mark.parametrize(
    ("kind", "mistake"),
    [(kind, mistake) for kind, mistakes in MISTAKES.items() for mistake in mistakes],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_mistake_in_a_model_is_noticed(
    chain: Chain,
    contracts: Contracts,
    people: Keyring,
    kind: str,
    mistake: Callable[[Patch], None],
    monkeypatch: Patch,
) -> None:
    mistake(monkeypatch)
    side = ChainSide(chain, people, *straight(contracts))
    with pytest.raises(Disagreement) as noticed:
        run_all(side, kind)
    first, *_, why, _ = str(noticed.value).splitlines()
    print(f"\n{first} {why}")


def run_all(side: ChainSide, kind: str) -> None:
    for first in range(0, ENOUGH, traces.SHARE_AN_OPENING):
        born = side.chain.rpc("evm_snapshot", [])
        differential = Differential(side, kind)
        differential.open(first)
        for trace in range(first, first + traces.SHARE_AN_OPENING):
            differential.run(trace)
        side.chain.rpc("evm_revert", [born])
