"""A rule, what comes of asking it, and the answer to all rules of a law."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from partbook.audit.laws.evidence import Evidence

NO_ADVICE = (
    "Read from the file alone, by our own reading of the rules: no legal advice. Whether a rule binds you, and what "
    "else it asks of you, no file can tell."
)


class Result(StrEnum):
    """What comes of a rule."""

    PASS = "pass"
    FAIL = "fail"
    OPEN = "open"
    """The file cannot answer it, or the rule only advises; a person has to look."""


@dataclass(frozen=True)
class Ruling:
    """One rule's answer.

    Args:
        result: pass, fail or open.
        evidence: what in the file it rests on, as a sentence.
    """

    result: Result
    evidence: str


@dataclass(frozen=True)
class Rule:
    """One thing that a law, or a code or standard below it, asks of a file.

    Args:
        id: short name, such as `EU-2`.
        asks: what it asks, in our words.
        reference: where it stands.
        judge: gives the answer.
    """

    id: str
    asks: str
    reference: str
    judge: Callable[[Evidence], Ruling]


@dataclass(frozen=True)
class Answer:
    """All rules of a law for one file, in order."""

    law: str
    rulings: tuple[tuple[Rule, Ruling], ...]

    @property
    def ok(self) -> bool:
        """Whether no rule fails."""
        return all(ruling.result is not Result.FAIL for _, ruling in self.rulings)

    def as_json(self) -> dict[str, Any]:
        """As the command line gives it."""
        return {
            "law": self.law,
            "ok": self.ok,
            "rules": [
                {
                    "id": rule.id,
                    "asks": rule.asks,
                    "reference": rule.reference,
                    "result": ruling.result.value,
                    "evidence": ruling.evidence,
                }
                for rule, ruling in self.rulings
            ],
            "says": NO_ADVICE,
        }


def judged(law: str, rules: Sequence[Rule], evidence: Evidence) -> Answer:
    """Ask every rule.

    A file that says in a manifest that holds that people alone made it, and says nothing else anywhere, leaves every
    rule open: they are about what machines make.
    """
    if evidence.by_people_alone:
        said = ", ".join(evidence.sound_credentials.source_types) if evidence.sound_credentials else ""
        silent = Ruling(Result.OPEN, f"does not apply: the signed manifest says {said}, and nothing says otherwise")
        return Answer(law, tuple((rule, silent) for rule in rules))
    return Answer(law, tuple((rule, rule.judge(evidence)) for rule in rules))


def passed(evidence: str) -> Ruling:
    """The rule is kept."""
    return Ruling(Result.PASS, evidence)


def failed(evidence: str) -> Ruling:
    """The rule is broken."""
    return Ruling(Result.FAIL, evidence)


def left_open(evidence: str) -> Ruling:
    """The file cannot say."""
    return Ruling(Result.OPEN, evidence)
