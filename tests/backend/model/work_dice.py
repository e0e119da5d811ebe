"""Random steps about works and their royalties: commit, seal, amend, pay, claim, right and wrong."""

from dataclasses import replace
from random import Random

import sheet_dice
from plain_world import NOBODY
from registry_model import Consent, Line, Sheet, Split
from sheet_dice import PAYEES
from twin import Step, Twin
from vault_model import VAULT

EVERYBODY = (*PAYEES, "fan", "friend", "hall")
AUDIOS = 7


class WorkDice:
    """Makes steps that suit what the models know now; most should pass, a good part should not.

    Args:
        dice: the only source of chance.
        twin: the models, read only.
    """

    def __init__(self, dice: Random, twin: Twin) -> None:
        self.dice, self.twin = dice, twin

    def chance(self, probability: float) -> bool:
        """True so often."""
        return self.dice.random() < probability

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
        sheet, consents = self._sheet(work_id, work.audio, set(work.signers))
        former = work.signers | {"friend"} if self.chance(0.05) else work.signers
        given = {"work_id": work_id, "sheet": sheet, "former": former, "consents": consents}
        return Step("registry", "amend", self.or_stranger(work.registrant), given)

    def pay(self) -> Step:
        """A payment, often one that does not divide evenly."""
        amount = self.dice.choice((0, 1, 2, 7, 9_999, 10_001, 10**15 + self.dice.randint(0, 10**6), 10**18 + 3))
        return Step("vault", "pay", self.anybody(), {"split": self._split(current=0.8), "amount": amount})

    def claim(self) -> Step:
        """A claim, mostly by the payee of the line."""
        split, lines, index = self._claimable()
        line = lines[index] if index < len(lines) else Line("ana", 0, 0)
        by = self.or_stranger(line.payee or "ana", 0.12)
        to = by if self.chance(0.7) else self.dice.choice((*EVERYBODY, NOBODY, VAULT, "registry"))
        given = {"split": split, "lines": self._list(lines), "index": index, "to": to}
        return Step("vault", "claim", by, given)

    def claim_for(self) -> Step:
        """A line paid out by anybody."""
        split, lines, index = self._claimable()
        return Step("vault", "claim_for", self.anybody(), {"split": split, "lines": self._list(lines), "index": index})

    def stop(self) -> Step:
        """A pause or its end; a pause is short, so that a trace goes on."""
        room = self.dice.choice(("vault", "tickets"))
        paused = getattr(self.twin, room).paused
        call = "unpause" if paused != self.chance(0.1) else "pause"
        return Step(room, call, "house" if self.chance(0.8) else self.anybody())

    def _sheet(self, work_id: int, audio: int, former: set[str]) -> tuple[Sheet, tuple[Consent, ...]]:
        sheet = sheet_dice.sheet(self.dice, self.twin, work_id, audio)
        if self.chance(0.2):
            sheet = sheet_dice.spoilt(self.dice, sheet, work_id, self.twin.world.now)
        needed = sheet_dice.signers(self.twin, sheet) | former
        return sheet, sheet_dice.consents(self.dice, needed, right=self.chance(0.85))

    def _split(self, current: float) -> Split:
        """A sealed list, the newest of its work so often; seldom one that nobody sealed."""
        known = list(self.twin.registry.lists)
        work_id, side, version = self.dice.choice(known)
        if self.chance(0.04):
            return work_id, side, version + 9
        newest = self.twin.registry.current_split(work_id, side)
        return newest if self.chance(current) else (work_id, side, version)

    def _claimable(self) -> tuple[Split, tuple[Line, ...], int]:
        """A split, its list and a line of it; mostly one with something due."""
        lists = self.twin.registry.lists
        due = [
            (split, index)
            for split, lines in lists.items()
            for index, line in enumerate(lines)
            if self.twin.vault.due(split, line, index) > 0
        ]
        if due and self.chance(0.75):
            split, index = self.dice.choice(due)
            return split, lists[split], index
        split = self._split(current=0.5)
        lines = lists.get(split, ())
        return split, lines, self.dice.randint(0, len(lines))

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
