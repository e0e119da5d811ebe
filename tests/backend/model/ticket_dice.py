"""Random steps about tickets: sale, market, door, refund, settlement, and time that stops right at each border."""

from dataclasses import replace
from random import Random

from door_dice import DOOR_RUSH, ORGANISER, DoorDice
from plain_world import NOBODY, PEOPLE, WHOLE
from sheet_dice import PAYEES, parts
from ticket_book import CANCELLED, FREE, GIFT_ONCE, NO_TRANSFER, RESALE_ONLY, SCHEDULED, Concert, Session, Terms
from ticket_model import DAY, HOUR
from twin import CLOCK, Step, Twin

PRICES = (0, 1, 7, 9_999, 10**15 + 3, 10**17)
RESALE_CAPS = (0, 3_333, 5_000, 10_000, 10_001, 11_000)
POLICIES = (RESALE_ONLY, RESALE_ONLY, NO_TRANSFER, GIFT_ONCE, GIFT_ONCE, FREE)


class TicketDice(DoorDice):
    """Makes steps about tickets, besides those at doors and about works."""

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
        """A ticket at the box office, mostly where one can be had."""
        session_id, session = self._session()
        on_sale = [number for number, each in self.twin.tickets.sessions.items() if self._is_on_sale(each)]
        if not on_sale and not self.at_session and self.chance(0.6):
            return self.fresh_session()
        if on_sale and not self.at_session and self.chance(0.8):
            session_id = self.dice.choice(on_sale)
            session = self.twin.tickets.sessions[session_id]
        payment = session.terms.price + self.chance(0.06)
        by = self.anybody()
        to = by if self.chance(0.8) else self.dice.choice((*PAYEES, "fan", "vault", NOBODY))
        return Step("tickets", "buy", by, {"session_id": session_id, "to": to, "payment": payment})

    def offer(self) -> Step:
        """A ticket on the market, often exactly at its cap or one wei beyond."""
        ticket_id, holder = self._ticket()
        free = self._marketable()
        if free and not self.at_session and self.chance(0.8):
            ticket_id = self.dice.choice(free)
            holder = self.twin.tickets.tickets[ticket_id].holder or "fan"
        session = self.twin.tickets.sessions.get(ticket_id >> 32) or self._session()[1]
        cap = session.terms.price * session.terms.max_resale_bps // WHOLE
        price = max(0, self.dice.choice((cap, cap, cap - 1, cap + 1, cap // 2 + 1, self.dice.randint(0, cap + 1))))
        return Step("tickets", "offer", self.or_stranger(holder), {"ticket_id": ticket_id, "price": price})

    def withdraw_offer(self) -> Step:
        """An offer taken back."""
        ticket_id, holder = self._ticket(offered=0.8)
        return Step("tickets", "withdraw_offer", self.or_stranger(holder), {"ticket_id": ticket_id})

    def buy_offered(self) -> Step:
        """A ticket bought on the market; where there is none, one is offered first."""
        if not any(ticket.offered for ticket in self.twin.tickets.tickets.values()) and self.chance(0.9):
            if not self._marketable():
                return self.fresh_session()
            self.asked_next = ("buy_offered",) * 2
            return self.offer()
        ticket_id, _ = self._ticket(offered=0.9)
        ticket = self.twin.tickets.tickets.get(ticket_id)
        payment = (ticket.offered if ticket else 1) + self.chance(0.06)
        return Step("tickets", "buy_offered", self.anybody(), {"ticket_id": ticket_id, "payment": payment})

    def give(self) -> Step:
        """A ticket given away, by its holder or by somebody who must not; often one that is on the market too."""
        ticket_id, holder = self._ticket(offered=0.5)
        by = self.or_stranger(holder)
        to = self.anybody() if self.chance(0.85) else self.dice.choice((NOBODY, "vault", holder))
        sender = by if self.chance(0.93) else self.anybody()
        return Step(
            "tickets", "give", by, {"ticket_id": ticket_id, "sender": sender, "to": to, "asking": self.chance(0.4)}
        )

    def approve(self) -> Step:
        """Leave to move a ticket, which nobody can give."""
        ticket_id, holder = self._ticket()
        return Step("tickets", "approve", holder, {"ticket_id": ticket_id, "to": self.anybody()})

    def vote(self) -> Step:
        """A vote, seldom for a place that is not there, or a second one."""
        fresh = [number for number in self.twin.tickets.tickets if number not in self.twin.programmes.votes]
        ticket_id, holder = self._ticket()
        if fresh and self.chance(0.7):
            ticket_id = self.dice.choice(fresh)
            holder = self.twin.tickets.tickets[ticket_id].holder or "fan"
        by = self.or_stranger(holder if holder in PEOPLE else "fan")
        place = self.dice.choice((0, 0, 1, 1, 1, 2, 3))
        return Step("programmes", "vote", by, {"ticket_id": ticket_id, "place": place})

    def pass_on(self) -> Step:
        """What was held is paid, seldom where nothing is."""
        held = [split for split, amount in self.twin.tickets.held.items() if amount]
        if not held and self.chance(0.8):
            return self.settle_in_a_pause()
        if self.twin.vault.paused and self.chance(0.75):
            self.asked_next = ("pass_on", *self.asked_next)[:3]
            return self.end_pause()
        split = self.dice.choice(held) if held and self.chance(0.9) else self.twin.registry.current_split(1, 1)
        return Step("tickets", "pass_on", self.anybody(), {"split": split})

    def cancel(self) -> Step:
        """A session called off."""
        return Step("tickets", "cancel", self.or_stranger(ORGANISER, 0.3), {"session_id": self._session()[0]})

    def refund(self) -> Step:
        """A price asked back, by the holder or for her, mostly where it can be."""
        ticket_id, holder = self._ticket()
        open_ = [
            number
            for number, ticket in self.twin.tickets.tickets.items()
            if ticket.holder and self._gives_refunds(self.twin.tickets.sessions[ticket.session_id])
        ]
        if not open_ and not self.at_session and self.chance(0.7):
            return self.to_refunds()
        if open_ and not self.at_session and self.chance(0.7):
            ticket_id = self.dice.choice(open_)
            holder = self.twin.tickets.tickets[ticket_id].holder or "fan"
            holder = holder if holder in PEOPLE else "fan"
        return Step("tickets", "refund", self.or_stranger(holder, 0.3), {"ticket_id": ticket_id})

    def settle(self) -> Step:
        """An escrow released, by anybody."""
        sessions, now = self.twin.tickets.sessions, self.twin.world.now
        over = [number for number, each in sessions.items() if now >= each.terms.ends and each.status == SCHEDULED]
        proven = [number for number in over if sessions[number].checked_in]
        if not proven and self.chance(0.8):
            return self.to_the_doors()
        over = proven if proven and self.chance(0.85) else over
        session_id = self.dice.choice(over) if over and self.chance(0.9) else self._session()[0]
        if self.twin.vault.paused and not self.asked_next:
            self.asked_next = ("pass_on",) * 2
        return Step("tickets", "settle", self.anybody(), {"session_id": session_id})

    def settle_in_a_pause(self) -> Step:
        """The vault stops just before a session is settled or a ticket sold on, so that the works' part is held."""
        if self.twin.vault.paused:
            return self.settle()
        if self.chance(0.4):
            self.asked_next = ("buy_offered", "buy_offered", "pass_on", "pass_on")
            return Step("vault", "pause", "house")
        self.asked_next = ("settle", "pass_on", "pass_on")
        return Step("vault", "pause", "house")

    def to_refunds(self) -> Step:
        """Time goes on until a session that nobody proved gives refunds."""
        sessions, now = self.twin.tickets.sessions, self.twin.world.now
        later = [
            number
            for number, session in sessions.items()
            if session.status == SCHEDULED and session.sold and session.terms.ends + 7 * DAY > now + 1
        ]
        if not later:
            return self.buy()
        self.at_session = self.dice.choice(later)
        self.asked_next = ("refund", "refund", "refund")
        border = sessions[self.at_session].terms.ends + 7 * DAY
        return Step(CLOCK, "turn", "time", {"to": border + self.dice.choice((-1, -1, 0, 1))})

    def end_pause(self) -> Step:
        """The vault takes money again."""
        return Step("vault", "unpause", "house")

    def withdraw(self) -> Step:
        """Money that is owed, sent out by anybody."""
        creditors = [account for account, amount in sorted(self.twin.tickets.owed.items()) if amount]
        account = self.dice.choice(creditors) if creditors and self.chance(0.85) else self.anybody()
        if self.chance(0.25):
            to = self.dice.choice((self.anybody(), self.anybody(), "registry"))
            return Step("tickets", "withdraw_to", account if account in PEOPLE else "fan", {"to": to})
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
            call = self.dice.choice(("settle", "settle", "settle", "settle_in_a_pause", "check_in", "give"))
        if call == "check_in":
            call = self.dice.choice(("check_in", "check_in_all", "attend"))
        self.asked_next = (call,) * (DOOR_RUSH if call in ("check_in", "attend") else 2)
        return Step(CLOCK, "turn", "time", {"to": border + self.dice.choice((-1, 0, 0, 1))})

    def next_at_the_border(self) -> Step:
        """A call that this border is about, after the clock was turned to it."""
        step = super().next_at_the_border()
        self.at_session = self.at_session if self.asked_next else 0
        return step

    def terms(self) -> Terms:
        """Right terms of a session, on sale now or soon."""
        now, dice = self.twin.world.now, self.dice
        opens = now + dice.choice((-HOUR, -HOUR, 1, HOUR))
        starts = now + dice.randint(6, 30) * HOUR
        ends = starts + dice.randint(1, 6) * HOUR
        closes = dice.choice((starts, ends, now + 5 * HOUR))
        prices, thresholds = dice.choice(PRICES), dice.choice((1, 3_333, 5_000, 6_667, 10_000))
        zone, cap = dice.choice((-720, 60, 840)), dice.choice(RESALE_CAPS)
        policy, entrance = dice.choice(POLICIES), dice.choice((0, 1))
        times = opens, closes, starts, ends
        return Terms(prices, dice.randint(1, 5), *times, zone, cap, thresholds, policy, entrance)

    def fresh_session(self) -> Step:
        """Another session that is on sale at once, for traces whose sessions are over."""
        self.asked_next = ("buy", "buy", "vote", "to_the_doors")
        terms = replace(self.terms(), sale_opens=self.twin.world.now - HOUR)
        return Step("tickets", "schedule", ORGANISER, {"concert_id": 1, "terms": terms})

    def _marketable(self) -> list[int]:
        sessions = self.twin.tickets.sessions
        return [
            number
            for number, ticket in self.twin.tickets.tickets.items()
            if ticket.holder in PEOPLE and not ticket.used and self._is_marketable(sessions[ticket.session_id])
        ]

    def _is_on_sale(self, session: Session) -> bool:
        opens, closes = session.terms.sale_opens, session.terms.sale_closes
        on_sale = session.status == SCHEDULED and opens <= self.twin.world.now < closes
        return on_sale and session.sold < session.terms.capacity

    def _is_marketable(self, session: Session) -> bool:
        lively = session.status == SCHEDULED and self.twin.world.now < session.terms.ends
        return lively and session.terms.max_resale_bps > 0

    def _gives_refunds(self, session: Session) -> bool:
        late = self.twin.world.now >= session.terms.ends + 7 * DAY
        return session.status == CANCELLED or (session.status == SCHEDULED and late)

    def _spoilt(self, right: Terms) -> Terms:
        return self.dice.choice(
            (
                replace(right, capacity=self.dice.choice((0, 500_001))),
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
        known = list(self.twin.registry.works)
        works = tuple(dice.sample(known, dice.randint(1, min(3, len(known)))))
        if self.chance(0.3):
            twice = (*works, works[0])
            works = dice.choice((twice, twice, (), works * 17, (*works, len(known) + 1)))
        weights = parts(dice, len(works)) if works else []
        if weights and self.chance(0.1):
            weights[0] += 1
        if self.chance(0.04):
            weights.append(0)
        organiser_bps = dice.choice((0, 2_000, 3_333, WHOLE, WHOLE + self.chance(0.2)))
        royalty_bps = dice.choice((0, 1_000, 3_333, 5_000, 5_000 + self.chance(0.2)))
        voted_bps = dice.choice((0, 3_333, WHOLE, WHOLE + self.chance(0.2)))
        return Concert(by, works, tuple(weights), organiser_bps, royalty_bps, voted_bps)

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
        holder = tickets[number].holder or "fan"
        return number, holder if holder in PEOPLE else "fan"


def _borders(session: Session) -> tuple[tuple[int, str], ...]:
    """Times at which something begins or ends, each with a call that it lets through or stops."""
    terms = session.terms
    return (
        (terms.sale_opens, "buy"),
        (terms.sale_closes, "buy"),
        (terms.starts - 4 * HOUR, "check_in"),
        (terms.starts, "vote"),
        (terms.ends, "settle"),
        (terms.ends + 7 * DAY, "refund"),
    )


def first_concert(dice: Random, twin: Twin) -> Step:
    """A right concert of three works."""
    weights = tuple(parts(dice, 3))
    shares = dice.choice((2_000, 3_333)), dice.choice((1_000, 3_333)), dice.choice((3_333, 5_000, WHOLE))
    concert = Concert(ORGANISER, (1, 2, 3), weights, *shares)
    return Step("tickets", "announce", ORGANISER, {"concert": concert})


def first_session(dice: Random, twin: Twin, policy: int, entrance: int) -> Step:
    """A right session, on sale now, with a price that does not divide evenly."""
    terms = TicketDice(dice, twin).terms()
    terms = replace(terms, sale_opens=twin.world.now - HOUR, price=dice.choice((7, 10**15 + 3)), capacity=6)
    terms = replace(terms, max_resale_bps=dice.choice(RESALE_CAPS[1:]), policy=policy, entrance=entrance)
    terms = replace(terms, min_check_in_bps=dice.choice((1, 1_666, 3_333)))
    return Step("tickets", "schedule", ORGANISER, {"concert_id": 1, "terms": terms})
