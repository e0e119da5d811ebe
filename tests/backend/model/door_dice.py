"""Random steps at the doors: staff, passes for several tickets, lists of passes, and people who let themselves in."""

from dataclasses import replace

from door_model import Pass
from plain_world import PEOPLE
from sheet_dice import HOUR
from ticket_book import OPEN_ENTRANCE, SCHEDULED, session_of
from twin import CLOCK, Step
from work_dice import WorkDice

ORGANISER = "hall"
STAFF = ("friend", "dora")
DOOR_RUSH = 4
PASS_FAULTS = ("late", "other signer", "other list", "no tickets", "strange ticket", "twice", "session 0")


class DoorDice(WorkDice):
    """Makes steps at doors that suit what the models know now."""

    at_session = 0
    """The session to whose border the clock was just turned, 0 otherwise."""

    def to_the_doors(self) -> Step:
        """Time goes on until the doors of a session with tickets are open; several people come one after another."""
        sessions = self.twin.tickets.sessions
        coming = {number: each for number, each in sessions.items() if each.status == SCHEDULED and each.sold}
        later = [number for number, each in coming.items() if self._doors_of(each.terms.starts) > self.twin.world.now]
        if not later:
            return self.check_in()
        self.at_session = self.dice.choice(later)
        terms = sessions[self.at_session].terms
        ways = ("check_in", "check_in_all", "attend" if terms.entrance == OPEN_ENTRANCE else "check_in")
        rush = tuple(self.dice.choice(ways) for _ in range(DOOR_RUSH))
        self.asked_next = (*rush, "to_the_end") if self.chance(0.7) else rush
        border = self._doors_of(terms.starts)
        return Step(CLOCK, "turn", "time", {"to": border + self.dice.choice((-1, 0, 1))})

    def to_the_end(self) -> Step:
        """Time goes on to the end of the session whose doors were open, which is then settled."""
        session = self.twin.tickets.sessions.get(self.at_session)
        self.asked_next = (self.dice.choice(("settle", "settle", "settle_in_a_pause")), "settle")
        end = session.terms.ends if session else 0
        to = max(end, self.twin.world.now + 2) + self.dice.choice((-1, 0, 0, 1))
        return Step(CLOCK, "turn", "time", {"to": to})

    def _doors_of(self, starts: int) -> int:
        return starts - 4 * HOUR

    def appoint(self) -> Step:
        """Somebody at the doors, seldom dismissed."""
        concert_id = self.dice.choice([*self.twin.tickets.concerts, len(self.twin.tickets.concerts) + 1])
        given = {"concert_id": concert_id, "account": self.dice.choice(STAFF), "appointed": self.chance(0.75)}
        return Step("door", "appoint", self.or_stranger(ORGANISER), given)

    def check_in(self) -> Step:
        """A holder at the door with all or some of her tickets."""
        return Step("door", "check_in", self._at_the_door(), {"shown": self._pass()})

    def check_in_all(self) -> Step:
        """Several holders on one list, some of them with bad passes."""
        passes = tuple(self._pass() for _ in range(self.dice.randint(0 if self.chance(0.1) else 1, 4)))
        return Step("door", "check_in_all", self._at_the_door(), {"passes": passes})

    def attend(self) -> Step:
        """A holder who lets herself in, mostly where there is no staff."""
        tickets, sessions = self.twin.tickets.tickets, self.twin.tickets.sessions
        open_ = [
            number
            for number, ticket in tickets.items()
            if ticket.holder in PEOPLE
            and self.at_session in (0, ticket.session_id)
            and sessions[ticket.session_id].terms.entrance == OPEN_ENTRANCE
        ]
        ticket_id = self.dice.choice(open_ if open_ and self.chance(0.8) else [*tickets, 99])
        holder = tickets[ticket_id].holder if ticket_id in tickets else None
        by = self.or_stranger(holder if holder in PEOPLE else "fan")
        return Step("tickets", "attend", by, {"ticket_id": ticket_id})

    def admit(self) -> Step:
        """Somebody who tries to get past the door."""
        given = {"ticket_ids": self._pass().tickets or (99,), "holder": "fan"}
        return Step("tickets", "admit", self.or_stranger(ORGANISER), given)

    def _at_the_door(self) -> str:
        staff = [name for (_, name), there in self.twin.door.staff.items() if there]
        return self.dice.choice(staff) if staff and self.chance(0.3) else self.or_stranger(ORGANISER, 0.12)

    def _pass(self) -> Pass:
        """What somebody shows: mostly all that she has for one session, at times wrong in exactly one way."""
        tickets = self.twin.tickets.tickets
        living = {number: ticket for number, ticket in tickets.items() if ticket.holder in PEOPLE}
        fresh = {number: ticket for number, ticket in living.items() if not ticket.used}
        here = {number: ticket for number, ticket in fresh.items() if ticket.session_id == self.at_session}
        pool = here or (fresh if fresh and self.chance(0.9) else living)
        if not pool:
            return Pass("fan", self.twin.world.now + HOUR, (1 << 32 | 99,), "fan")
        first = self.dice.choice(sorted(pool))
        holder = tickets[first].holder or "fan"
        hers = [n for n, t in pool.items() if n != first and t.holder == holder and session_of(n) == session_of(first)]
        shown = (first, *(number for number in hers if self.chance(0.7)))
        right = Pass(holder, self.twin.world.now + HOUR, shown, holder)
        return self._spoilt_pass(right) if self.chance(0.25) else right

    def _spoilt_pass(self, right: Pass) -> Pass:
        match self.dice.choice(PASS_FAULTS):
            case "late":
                return replace(right, deadline=self.twin.world.now - self.dice.choice((0, 1, HOUR)))
            case "other signer":
                return replace(right, signed_by=self.anybody())
            case "other list":
                return replace(right, true=False)
            case "no tickets":
                return replace(right, tickets=())
            case "twice":
                return replace(right, tickets=(*right.tickets, right.tickets[0]))
            case "session 0":
                return replace(right, tickets=(1,))
        return replace(right, tickets=(*right.tickets, self.dice.choice([*self.twin.tickets.tickets, 1 << 32 | 99])))
