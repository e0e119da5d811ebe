"""Runs one trace on the models and on the chain, and stops at the first step after which they disagree."""

import copy
from collections import Counter
from collections.abc import Iterator

import traces
from chain_side import ChainSide
from comparison import Difference, differences, typed_differences, written_by
from twin import Step, Twin

PEOPLE = ("house", "ana", "ben", "chen", "dora", "fan", "friend", "hall")


class Disagreement(AssertionError):
    """The models and the chain differ; the text tells the trace, its steps, and the difference."""


class Differential:
    """Both parties, step by step.

    Args:
        side: the chain's party.
        kind: one of `traces.KINDS`.
    """

    def __init__(self, side: ChainSide, kind: str) -> None:
        self.side, self.kind = side, kind
        self.counts: Counter[str] = Counter()
        """How often each call passed, and under which name it was refused."""
        coins = {name: int(side.chain.balance(side.address(name))) for name in (*PEOPLE, *side.contracts)}
        self.twin = Twin(int(side.chain.now().timestamp()), coins, takes_no_coins=side.contracts)
        self.taken: list[str] = []

    def open(self, trace: int) -> None:
        """Take the steps that this trace and its nine sisters begin with."""
        self._take(trace, traces.opening(self.kind, trace, self.twin))

    def run(self, trace: int) -> None:
        """Take the thirty steps of a trace, then put both parties back to the end of the opening.

        Raises:
            Disagreement: they differ in a fact, or in whether or why a step is refused.
        """
        before = self.side.chain.rpc("evm_snapshot", []), copy.deepcopy(self.twin), list(self.taken)
        self.side.chain.rpc("evm_setTime", [self.twin.world.now * 1000])  # as late as for the sisters before it
        self._take(trace, traces.steps(self.kind, trace, self.twin))
        self._agree(trace, differences(self.side, self.twin))
        self.twin.check()
        if trace % traces.SHARE_AN_OPENING == 0:
            self._agree(trace, typed_differences(self.side, self.twin))
        self.side.chain.rpc("evm_revert", [before[0]])
        self.twin, self.taken = before[1:]

    def _take(self, trace: int, steps: Iterator[Step]) -> None:
        for step in steps:
            self._take_one(trace, step)

    def _take_one(self, trace: int, step: Step) -> None:
        refused, spent = self.side.take(step)
        now = self.side.now()
        expected = self.twin.take(step, now)
        if spent:
            self.twin.world.coins[step.by] -= spent
        self.taken.append(f"{now} {step} → {refused or 'done'}")
        self.counts[f"{step.contract}.{step.call} {refused or 'done'}"] += 1
        if refused != expected:
            self._disagree(trace, f"the model says {expected or 'done'}, the chain {refused or 'done'}")
        self._agree(trace, differences(self.side, self.twin, () if refused else written_by(step)))

    def _agree(self, trace: int, found: list[Difference]) -> None:
        if found:
            self._disagree(trace, "\n".join(map(str, found)))

    def _disagree(self, trace: int, why: str) -> None:
        steps = "\n".join(f"{number:3} {step}" for number, step in enumerate(self.taken, start=1))
        again = f"PARTBOOK_FIRST_TRACE={trace} PARTBOOK_TRACES=1 pytest tests/backend/model -k {self.kind}"
        raise Disagreement(
            f"Trace {trace} ({self.kind}), after {len(self.taken)} steps:\n{steps}\n{why}\nAgain: {again}"
        )
