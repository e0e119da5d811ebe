"""Random steps about works and their royalties: commit, agree, seal, amend, pay, claim, right and wrong."""

from dataclasses import replace
from random import Random

import sheet_dice
from dispute_dice import EVERYBODY, DisputeDice
from plain_world import COIN, FEE, NOBODY, PLAIN
from registry_model import Consent, Line, Sheet, Split, waiting
from sheet_dice import PAYEES
from twin import Step, Twin
from vault_model import MOST, VAULT

AUDIOS = 7
COINS = (0, 1, 2, 7, 9_999, 10_001)
UNITS = (0, 1, 7, 99, 100, 10_001, 10**18 + 3, MOST // 2, MOST, MOST + 1, 2**130)


class WorkDice(DisputeDice):
    """Makes steps that suit what the models know now; most should pass, a good part should not.

    Args:
        dice: the only source of chance.
        twin: the models, read only.
    """

    agreeing: Step | None = None
    """A sealing or an amendment, for which people agree one by one before it is sent."""

    def anybody(self) -> str:
        """A person."""
        return self.dice.choice(EVERYBODY)

    def or_stranger(self, who: str, probability: float = 0.08) -> str:
        """The right person, seldom a wrong one."""
        return self.anybody() if self.chance(probability) else who

    def commit(self) -> Step:
        """Take a number, seldom with a copied commitment or with none."""
        by = self.dice.choice(PAYEES)
        commitment = (self.or_stranger(by), self.dice.randint(1, AUDIOS), self.dice.randint(1, 2))
        return Step("registry", "commit", by, {"commitment": None if self.chance(0.05) else commitment})

    def seal(self) -> Step:
        """Open a commitment, often one that is not sealed yet."""
        works = self.twin.registry.works
        unsealed = [number for number in works if not self.twin.registry.is_sealed(number)]
        work_id = self.dice.choice(unsealed if unsealed and self.chance(0.9) else [*works, len(works) + 1])
        by, audio, salt = works[work_id].commitment if work_id in works else ("ana", 1, 1)
        sheet, consents = self._sheet(work_id, audio, set())
        salt += self.chance(0.05)
        given = {"work_id": work_id, "salt": salt, "sheet": sheet, "consents": consents}
        return Step("registry", "seal", self.or_stranger(by), given)

    def amend(self) -> Step:
        """A next sheet, often for a work that money has come in for."""
        works = self.twin.registry.works
        work_id = self.dice.choice([*works, len(works) + 1] if self.chance(0.1) else list(works))
        work = works.get(work_id) or works[1]
        registry = self.twin.registry
        former = tuple(registry.lists.get((work_id, side, work.version), ()) for side in (0, 1))
        sheet, consents = self._sheet(work_id, work.audio, sheet_dice.named(self.twin, former[0] + former[1]))
        if self.chance(0.05):
            former = former[::-1]
        given = {"work_id": work_id, "sheet": sheet, "former": former, "consents": consents}
        return Step("registry", "amend", self.or_stranger(work.registrant), given)

    def agree(self) -> Step:
        """Somebody agrees on the chain to what is then sealed or amended, or takes an agreement back."""
        agreed = sorted(self.twin.registry.agreed, key=repr)
        if agreed and self.chance(0.2):
            work_id, sheet, by = self.dice.choice(agreed)
            return Step("registry", "withdraw_consent", self.or_stranger(by), {"work_id": work_id, "sheet": sheet})
        step = self.seal() if self.chance(0.3) else self.amend()
        consents: tuple[Consent, ...] = step.given["consents"]
        if not consents:
            return step
        odd = self.dice.randrange(len(consents))
        unsigned = replace(consents[odd], signed=False)
        given = step.given | {"consents": (*consents[:odd], unsigned, *consents[odd + 1 :])}
        self.agreeing = replace(step, given=given)
        self.asked_next = ("agreed",)
        given = {"work_id": step.given["work_id"], "sheet": step.given["sheet"]}
        return Step("registry", "consent", self.or_stranger(unsigned.signer), given)

    def agreed(self) -> Step:
        """What somebody has just agreed to."""
        assert self.agreeing
        return self.agreeing

    def pay(self) -> Step:
        """A payment, often one that does not divide evenly."""
        amount = self.dice.choice((*COINS, 10**15 + self.dice.randint(0, 10**6), 10**18 + 3))
        return Step("vault", "pay", self.anybody(), {"split": self._split(current=0.8), "amount": amount})

    def pay_token(self) -> Step:
        """A payment in a token, often one that the vault must not take."""
        token = self.dice.choice((PLAIN, PLAIN, FEE))
        given = {"split": self._split(current=0.8), "token": token, "amount": self.dice.choice(UNITS)}
        return Step("vault", "pay_token", self.anybody(), given)

    def allow_token(self) -> Step:
        """A token let in, seldom stopped, or something that is none."""
        token = self.dice.choice((PLAIN, PLAIN, FEE, FEE, "ana"))
        given = {"token": token, "allowed": self.chance(0.85)}
        return Step("vault", "allow_token", self.or_stranger("house"), given)

    def pay_work(self) -> Step:
        """A payment to both sides at once, seldom with a part that is too large, or to a work that is not sealed."""
        amount = self.dice.choice((0, 1, 7, 10_001, 10**15 + self.dice.randint(0, 10**6)))
        to_master = self.dice.randint(0, amount) + (amount + 1 if self.chance(0.05) else 0)
        sealed = [work_id for work_id in self.twin.registry.works if self.twin.registry.is_sealed(work_id)]
        work_id = self.dice.choice(sealed if sealed and self.chance(0.93) else [*self.twin.registry.works, 99])
        given = {"work_id": work_id, "to_master": to_master, "amount": amount}
        return Step("vault", "pay_work", self.anybody(), given)

    def claim(self) -> Step:
        """A claim, mostly by the payee of the line."""
        split, lines, index, token = self._claimable(inside=0.15)
        line = lines[index] if index < len(lines) else Line("ana", 0, 0)
        by = self.or_stranger(line.payee if line.payee in EVERYBODY else "ana", 0.12)
        to = by if self.chance(0.7) else self.dice.choice((*EVERYBODY, NOBODY, VAULT, "registry"))
        given = {"split": split, "lines": self._list(lines), "index": index, "to": to, "token": token}
        return Step("vault", "claim", by, given)

    def claim_for(self) -> Step:
        """A line paid out by anybody."""
        split, lines, index, token = self._claimable(inside=0.5)
        given = {"split": split, "lines": self._list(lines), "index": index, "token": token}
        return Step("vault", "claim_for", self.anybody(), given)

    def stop(self) -> Step:
        """A pause or its end; a pause is short, so that a trace goes on."""
        rooms = "vault", "vault", "tickets", "disputes"
        paused = [room for room in rooms if getattr(self.twin, room).paused]
        if paused and self.chance(0.9):
            room, call = self.dice.choice(paused), "unpause"
        else:
            room, call = self.dice.choice(rooms), self.dice.choice(("pause", "pause", "pause", "unpause"))
        if call == "pause":
            entries = {"vault": ("pay", "pay_work"), "disputes": ("open_dispute",), "tickets": ("buy", "offer")}
            entry = self.dice.choice(entries[room])
            self.asked_next = (entry if hasattr(self, entry) else "pay", "stop")
        return Step(room, call, "house" if self.chance(0.85) else self.anybody())

    def _sheet(self, work_id: int, audio: int, former: set[str]) -> tuple[Sheet, tuple[Consent, ...]]:
        sheet = sheet_dice.sheet(self.dice, self.twin, work_id, audio)
        if self.chance(0.2):
            sheet = sheet_dice.spoilt(self.dice, sheet, work_id, self.twin.world.now)
        needed = sheet_dice.signers(self.twin, sheet) | former
        return sheet, sheet_dice.consents(self.dice, needed, right=self.chance(0.85))

    def _split(self, current: float) -> Split:
        """A sealed list, the newest of its work so often; seldom one that nobody sealed."""
        known = [*self.twin.registry.lists, *map(waiting, self.twin.disputes.disputes)]
        work_id, side, version = self.dice.choice(known)
        if work_id < 0:
            return waiting(-work_id + 9 * self.chance(0.1))
        if self.chance(0.04):
            return work_id, side, version + 9
        newest = self.twin.registry.current_split(work_id, side)
        return newest if self.chance(current) else (work_id, side, version)

    def _claimable(self, inside: float) -> tuple[Split, tuple[Line, ...], int, str]:
        """A split, its list, a line of it and a token; mostly one with something due, so often inside the vault."""
        lists, tokens = self.twin.registry.lists, (COIN, *sorted(self.twin.vault.allowed))
        due = [
            (split, index, token)
            for split, lines in lists.items()
            for index, line in enumerate(lines)
            for token in tokens
            if self.twin.vault.due(split, line, index, token) > 0
        ]
        wanted = not self.chance(inside)
        fitting = [(split, index, token) for split, index, token in due if lists[split][index].is_person == wanted]
        if due and self.chance(0.75):
            split, index, token = self.dice.choice(fitting or due)
            return split, lists[split], index, token
        split = self._split(current=0.5)
        lines = lists.get(split, ())
        return split, lines, self.dice.randint(0, len(lines)), self.dice.choice((COIN, COIN, PLAIN))

    def _list(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The list as it was sealed, seldom another one."""
        if self.chance(0.92) or not lines:
            return lines
        wrong = [tuple(reversed(lines)), (), (*lines, lines[-1]), (replace(lines[0], payout=9_999), *lines[1:])]
        others = [other for other in self.twin.registry.lists.values() if other != lines]
        return self.dice.choice(wrong + others)


def first_works(dice: Random, twin: Twin) -> list[Step]:
    """Numbers for three recordings, by three people."""
    return [
        Step("registry", "commit", who, {"commitment": (who, audio, 1)})
        for audio, who in enumerate(("ana", "ben", "chen"), start=1)
    ]


def first_seal(dice: Random, twin: Twin, work_id: int) -> Step:
    """A right seal of one of them; later works have earlier ones as parents."""
    by, audio, salt = twin.registry.works[work_id].commitment
    sheet = sheet_dice.sheet(dice, twin, work_id, audio)
    if work_id > 1 and all(line.parent is None for line in sheet.master + sheet.composition):
        lines = (Line("", 2_501, 2_500, 0, work_id - 1), Line(by, 7_499, 7_500))
        sheet = replace(sheet, master=lines, composition=lines)
    consents = sheet_dice.consents(dice, sheet_dice.signers(twin, sheet), right=True)
    return Step("registry", "seal", by, {"work_id": work_id, "salt": salt, "sheet": sheet, "consents": consents})
