"""Random steps about disputes: open, answer, concede, drop, rule, expire, and the time that passes between."""

from random import Random

import dispute_model as plain
from dispute_model import Claim
from plain_world import NOBODY, PEOPLE
from registry_model import MASTER, Line
from twin import CLOCK, Step, Twin

EVERYBODY = PEOPLE[1:]
"""All but the house."""
BORDERS = ((plain.ANSWER, ("answer", "rule")), (plain.END, ("rule", "expire")), (plain.RECORD, ("open_dispute",)))


class DisputeDice:
    """Makes steps about disputes that suit what the models know now."""

    asked_next: tuple[str, ...] = ()
    """Calls that the border is about to which the clock was turned."""

    def __init__(self, dice: Random, twin: Twin) -> None:
        self.dice, self.twin = dice, twin

    def chance(self, probability: float) -> bool:
        """True so often."""
        return self.dice.random() < probability

    def next_at_the_border(self) -> Step:
        """A call that the step before asked for."""
        call, *rest = self.asked_next
        self.asked_next = ()
        step: Step = getattr(self, call)()
        self.asked_next = self.asked_next or tuple(rest)
        return step

    def open_dispute(self) -> Step:
        """A claim to a line of a current list, seldom one that cannot be made."""
        registry = self.twin.registry
        sealed = [number for number in registry.works if registry.is_sealed(number)]
        free = [number for number in sealed if not registry.works[number].dispute]
        work_id = self.dice.choice(free if free and self.chance(0.85) else [*registry.works, len(registry.works) + 1])
        side = self.dice.choice((0, 1)) if self.chance(0.97) else 2
        lines = self._current(work_id, side)
        people = [index for index, line in enumerate(lines) if line.is_person and line.payout]
        index = self.dice.choice(people) if people and self.chance(0.9) else self.dice.randint(0, len(lines))
        line = lines[index] if index < len(lines) else Line("ana", 1, 1)
        share = self.dice.choice((1, line.payout, max(1, line.payout // 3), line.payout + self.chance(0.1)))
        others = [who for who in (*EVERYBODY, "registry") if who != line.payee]
        beneficiary = (
            self.dice.choice(others) if self.chance(0.93) else self.dice.choice((line.payee or NOBODY, NOBODY))
        )
        if share == 0:
            share = self.dice.choice((0, 1))
        claim = Claim(work_id, side, index, share, beneficiary, evidence=int(self.chance(0.97)))
        bond = self.twin.disputes.bond_for(work_id) + (self.dice.choice((-1, 1)) if self.chance(0.05) else 0)
        given = {"claim": claim, "lines": self._maybe_wrong(lines), "bond": bond}
        return Step("disputes", "open", self.dice.choice(EVERYBODY), given)

    def open_right(self, work_id: int) -> Step:
        """A claim that nothing is wrong with."""
        side = self.dice.choice((0, 1))
        lines = self._current(work_id, side)
        index = next(index for index, line in enumerate(lines) if line.payout)
        share = max(1, lines[index].payout // 2)
        claim = Claim(work_id, side, index, share, "friend")
        given = {"claim": claim, "lines": lines, "bond": self.twin.disputes.bond_for(work_id)}
        return Step("disputes", "open", "fan", given)

    def answer(self) -> Step:
        """The payee or the registrant, seldom somebody else."""
        number, found = self._one()
        registrant = self.twin.registry.works[found.claim.work_id].registrant if found else "ana"
        by = self.dice.choice((found.payee, found.payee, registrant)) if found else "ana"
        return Step("disputes", "answer", self._or_stranger(by), {"dispute_id": number})

    def concede(self) -> Step:
        """The payee gives up."""
        number, found = self._one()
        return self._ending("concede", number, self._or_stranger(found.payee if found else "ana"))

    def drop(self) -> Step:
        """The claimant gives up."""
        number, found = self._one()
        return self._ending("drop", number, self._or_stranger(found.claimant if found else "ana"))

    def rule(self) -> Step:
        """The arbiter decides, seldom somebody who is none."""
        number, _ = self._one()
        return self._ending("rule", number, self._or_stranger("house"), upheld=self.chance(0.5))

    def expire(self) -> Step:
        """Anybody ends it."""
        number, _ = self._one()
        return self._ending("expire", number, self.dice.choice(EVERYBODY))

    def take_bond(self) -> Step:
        """Somebody's bond is paid out."""
        owed = [who for who, coins in self.twin.disputes.owed.items() if coins]
        account = self.dice.choice(owed if owed and self.chance(0.9) else EVERYBODY)
        if self.chance(0.3):
            to = self.dice.choice((*EVERYBODY, "vault"))
            return Step("disputes", "withdraw_to", self._or_stranger(account), {"to": to})
        return Step("disputes", "withdraw", self.dice.choice(EVERYBODY), {"account": account})

    def curate(self) -> Step:
        """Another bond for later disputes, at times one out of its range."""
        low, high = plain.LOWEST_BOND, plain.HIGHEST_BOND
        bond = self.dice.choice((low - 1, low, low, low + 7, high // 100, high + 1))
        return Step("disputes", "set_base_bond", self._or_stranger("house"), {"bond": bond})

    def pass_time(self) -> Step:
        """Time goes on to a border of a dispute, a second before it or after it."""
        now = self.twin.world.now
        borders = sorted(
            (found.opened_at + after, calls)
            for found in self.twin.disputes.disputes.values()
            for after, calls in BORDERS
            if found.opened_at + after > now + 1 and (found.status <= plain.ANSWERED or after == plain.RECORD)
        )
        border, calls = borders[0] if borders else (now + 3_600, ("open_dispute",))
        self.asked_next = (self.dice.choice(calls),) * 2
        return Step(CLOCK, "turn", "time", {"to": border + self.dice.choice((-1, 0, 1))})

    def _ending(self, call: str, number: int, by: str, **given: object) -> Step:
        found = self.twin.disputes.disputes.get(number)
        lines = self._current(found.claim.work_id, found.claim.side) if found else ()
        return Step("disputes", call, by, {"dispute_id": number, **given, "lines": self._maybe_wrong(lines)})

    def _one(self) -> tuple[int, plain.Dispute | None]:
        """A dispute, mostly one that has not ended; seldom one that nobody opened."""
        disputes = self.twin.disputes.disputes
        running = [number for number, found in disputes.items() if found.status <= plain.ANSWERED]
        number = self.dice.choice(running if running and self.chance(0.9) else [*disputes, len(disputes) + 1])
        return number, disputes.get(number)

    def _current(self, work_id: int, side: int) -> tuple[Line, ...]:
        registry = self.twin.registry
        known = registry.is_sealed(work_id) and side in (0, 1)
        return registry.lists[registry.current_split(work_id, side)] if known else ()

    def _maybe_wrong(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        if self.chance(0.95) or not lines:
            return lines
        too_long = lines * (plain.MOST_LINES_TO_CONCEDE // len(lines) + 1)
        return self.dice.choice((tuple(reversed(lines)), (*lines, lines[0]), self._current(1, MASTER), too_long))

    def _or_stranger(self, who: str) -> str:
        """Whoever should call, seldom somebody else; a contract or nobody never calls."""
        return self.dice.choice(EVERYBODY) if who not in PEOPLE or self.chance(0.1) else who
