"""Random steps about tickets: sale, market, door, refund, settlement, and time that stops right at each border."""

from dataclasses import replace
from random import Random

from plain_world import NOBODY, WHOLE
from sheet_dice import PAYEES, parts
from ticket_model import DAY, HOUR, SCHEDULED, Concert, Session, Terms
from twin import CLOCK, Step, Twin
from work_dice import WorkDice

ORGANISER = "hall"
PRICES = (0, 1, 7, 9_999, 10**15 + 3, 10**17)
DOOR_RUSH = 4
RESALE_CAPS = (0, 3_333, 5_000, 10_000, 10_001, 11_000)


class TicketDice(WorkDice):
    """Makes steps about tickets, besides those about works."""

    at_session = 0
    """The session to whose border the clock was just turned, 0 otherwise."""
    asked_next: tuple[str, ...] = ()
    """Calls that this border is about: at the doors several people come one after another."""

    def announce(self) -> Step:
        """A concert of sealed works, seldom with a share that does not fit."""
        by = self.or_stranger(ORGANISER)
        return Step("tickets", "announce", by, {"concert": self._concert(by)})

    def schedule(self) -> Step:
        """A session, seldom with terms out of order."""
        terms = self.terms()
        if self.chance(0.2):
            terms = self._spoilt(terms)
        concert_id = self.dice.choice([*self.twin.tickets.concerts, len(self.twin.tickets.concerts) + 1])
        return Step("tickets", "schedule", self.or_stranger(ORGANISER), {"concert_id": concert_id, "terms": terms})

    def buy(self) -> Step:
        """A ticket at the box office."""
        session_id, session = self._session()
        payment = session.terms.price + self.chance(0.06)
        by = self.anybody()
        to = by if self.chance(0.8) else self.dice.choice((*PAYEES, "fan", "vault", NOBODY))
        return Step("tickets", "buy", by, {"session_id": session_id, "to": to, "payment": payment})

    def offer(self) -> Step:
        """A ticket on the market, often exactly at its cap or one wei beyond."""
        ticket_id, holder = self._ticket()
        session = self.twin.tickets.sessions.get(ticket_id >> 32) or self._session()[1]
        cap = session.terms.price * session.terms.max_resale_bps // WHOLE
        price = max(0, self.dice.choice((cap, cap, cap - 1, cap + 1, cap // 2 + 1, self.dice.randint(0, cap + 1))))
        return Step("tickets", "offer", self.or_stranger(holder), {"ticket_id": ticket_id, "price": price})

    def withdraw_offer(self) -> Step:
        """An offer taken back."""
        ticket_id, holder = self._ticket(offered=0.8)
        return Step("tickets", "withdraw_offer", self.or_stranger(holder), {"ticket_id": ticket_id})

    def buy_offered(self) -> Step:
        """A ticket bought on the market."""
        ticket_id, _ = self._ticket(offered=0.9)
        ticket = self.twin.tickets.tickets.get(ticket_id)
        payment = (ticket.offered if ticket else 1) + self.chance(0.06)
        return Step("tickets", "buy_offered", self.anybody(), {"ticket_id": ticket_id, "payment": payment})

    def transfer(self) -> Step:
        """A ticket given away, which never works."""
        ticket_id, holder = self._ticket()
        return Step("tickets", "transfer", holder, {"ticket_id": ticket_id, "to": self.anybody()})

    def check_in(self) -> Step:
        """A holder at the door."""
        ticket_id, holder = self._ticket()
        deadline = self.twin.world.now + (-1 if self.chance(0.08) else HOUR)
        given = {"ticket_id": ticket_id, "deadline": deadline, "signed_by": self.or_stranger(holder)}
        return Step("tickets", "check_in", self.or_stranger(ORGANISER), given)

    def cancel(self) -> Step:
        """A session called off."""
        return Step("tickets", "cancel", self.or_stranger(ORGANISER, 0.3), {"session_id": self._session()[0]})

    def refund(self) -> Step:
        """A price asked back, by the holder or for her."""
        ticket_id, holder = self._ticket()
        return Step("tickets", "refund", self.or_stranger(holder, 0.3), {"ticket_id": ticket_id})

    def settle(self) -> Step:
        """An escrow released, by anybody."""
        sessions, now = self.twin.tickets.sessions, self.twin.world.now
        over = [number for number, each in sessions.items() if now >= each.terms.ends and each.status == SCHEDULED]
        session_id = self.dice.choice(over) if over and self.chance(0.8) else self._session()[0]
        return Step("tickets", "settle", self.anybody(), {"session_id": session_id})

    def withdraw(self) -> Step:
        """Money that is owed, sent out by anybody."""
        creditors = [account for account, amount in sorted(self.twin.tickets.owed.items()) if amount]
        account = self.dice.choice(creditors) if creditors and self.chance(0.85) else self.anybody()
        return Step("tickets", "withdraw", self.anybody(), {"account": account})

    def pass_time(self) -> Step:
        """Time goes on to a border of a session, a second before it or after it; mostly to the next one."""
        now = self.twin.world.now
        borders = sorted(
            (border, number, call)
            for number, session in self.twin.tickets.sessions.items()
            for border, call in _borders(session)
            if border > now + 1
        )
        border, self.at_session, call = now + HOUR, 0, "buy"
        if borders:
            border, self.at_session, call = borders[0] if self.chance(0.8) else self.dice.choice(borders)
        if call == "settle":
            call = self.dice.choice(("settle", "settle", "settle", "check_in", "offer"))
        self.asked_next = (call,) * (DOOR_RUSH if call == "check_in" else 2)
        return Step(CLOCK, "turn", "time", {"to": border + self.dice.choice((-1, 0, 0, 1))})

    def next_at_the_border(self) -> Step:
        """A call that this border is about, after the clock was turned to it."""
        call, *rest = self.asked_next
        step: Step = getattr(self, call)()
        self.asked_next = tuple(rest)
        self.at_session = self.at_session if rest else 0
        return step

    def terms(self) -> Terms:
        """Right terms of a session, on sale now or soon."""
        now, dice = self.twin.world.now, self.dice
        opens = now + dice.choice((-HOUR, -HOUR, 1, HOUR))
        starts = now + dice.randint(6, 30) * HOUR
        ends = starts + dice.randint(1, 6) * HOUR
        closes = dice.choice((starts, ends, now + 5 * HOUR))
        prices, thresholds = dice.choice(PRICES), dice.choice((1, 3_333, 5_000, 6_667, 10_000))
        zone = dice.choice((-720, 60, 840))
        return Terms(
            prices, dice.randint(1, 5), opens, closes, starts, ends, zone, dice.choice(RESALE_CAPS), thresholds
        )

    def _spoilt(self, right: Terms) -> Terms:
        return self.dice.choice(
            (
                replace(right, capacity=0),
                replace(right, sale_opens=right.sale_closes),
                replace(right, sale_closes=right.ends + 1),
                replace(right, starts=right.ends),
                replace(right, sale_opens=0, sale_closes=self.twin.world.now - 1),
                replace(right, ends=self.twin.world.now + 3 * 365 * DAY + HOUR),
                replace(right, zone_offset_minutes=self.dice.choice((-721, 841))),
                replace(right, min_check_in_bps=self.dice.choice((0, WHOLE + 1))),
            )
        )

    def _concert(self, by: str) -> Concert:
        dice = self.dice
        works = tuple(dice.choice(list(self.twin.registry.works)) for _ in range(dice.randint(1, 3)))
        weights = parts(dice, len(works))
        if self.chance(0.1):
            weights[0] += 1
        organiser_bps = dice.choice((0, 2_000, 3_333, WHOLE, WHOLE + self.chance(0.2)))
        royalty_bps = dice.choice((0, 1_000, 3_333, 5_000, 5_000 + self.chance(0.2)))
        return Concert(by, works, tuple(weights), organiser_bps, royalty_bps)

    def _session(self) -> tuple[int, Session]:
        """A session, mostly one that is neither cancelled nor settled; seldom a number that has none."""
        sessions = self.twin.tickets.sessions
        living = [number for number, session in sessions.items() if session.status == SCHEDULED]
        number = self.at_session or self.dice.choice(living if living and self.chance(0.85) else list(sessions))
        return (len(sessions) + 1 if self.chance(0.03) else number), sessions[number]

    def _ticket(self, offered: float = 0.2) -> tuple[int, str]:
        """A ticket and who holds it, so often an offered one; seldom one that does not exist or is dead."""
        everywhere = self.twin.tickets.tickets
        here = {number: ticket for number, ticket in everywhere.items() if number >> 32 == self.at_session}
        here = {number: ticket for number, ticket in here.items() if not ticket.used} or here
        tickets = here or everywhere
        on_offer = [number for number, ticket in tickets.items() if ticket.offered]
        living = [number for number, ticket in tickets.items() if ticket.holder]
        pool = (
            on_offer if on_offer and self.chance(offered) else living if living and self.chance(0.93) else list(tickets)
        )
        if not pool or self.chance(0.02):
            return (1 << 32) + 99, "fan"
        number = self.dice.choice(pool)
        holder = tickets[number].holder
        return number, holder if holder in (*PAYEES, "fan", "friend", "hall") else "fan"


def _borders(session: Session) -> tuple[tuple[int, str], ...]:
    """Times at which something begins or ends, each with a call that it lets through or stops."""
    terms = session.terms
    return (
        (terms.sale_opens, "buy"),
        (terms.sale_closes, "buy"),
        (terms.starts - 4 * HOUR, "check_in"),
        (terms.ends, "settle"),
        (terms.ends + 7 * DAY, "refund"),
    )


def first_concert(dice: Random, twin: Twin) -> Step:
    """A right concert of two works."""
    weights = tuple(parts(dice, 2))
    concert = Concert(ORGANISER, (1, 2), weights, dice.choice((2_000, 3_333)), dice.choice((1_000, 3_333)))
    return Step("tickets", "announce", ORGANISER, {"concert": concert})


def first_session(dice: Random, twin: Twin) -> Step:
    """A right session, on sale now, with a price that does not divide evenly."""
    terms = TicketDice(dice, twin).terms()
    terms = replace(terms, sale_opens=twin.world.now - HOUR, price=dice.choice((7, 10**15 + 3)), capacity=5)
    terms = replace(terms, min_check_in_bps=dice.choice((1, 3_333, 5_000)))
    return Step("tickets", "schedule", ORGANISER, {"concert_id": 1, "terms": terms})
