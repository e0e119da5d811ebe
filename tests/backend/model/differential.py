"""Runs one trace on the models and on the chain, and stops at the first step after which they disagree."""

import copy
from collections import Counter
from collections.abc import Iterator

import traces
from chain_side import ChainSide
from comparison import Difference, differences, typed_differences, written_by
from rebuilt_comparison import rebuilt_differences
from twin import Step, Twin


class Disagreement(AssertionError):
    """The models and the chain differ; the text tells the trace, its steps, and the difference."""


class Differential:
    """Both parties, step by step.

    Args:
        side: the chain's party.
        seed: what all dice of these traces start from.
    """

    def __init__(self, side: ChainSide, seed: int = 0) -> None:
        self.side, self.seed = side, seed
        self.counts: Counter[str] = Counter()
        """How often each call passed, and under which name it was refused."""
        self.twin = Twin(side.world())
        self.first_block = side.chain.head().number + 1
        self.taken: list[str] = []

    def open(self, trace: int) -> None:
        """Take the steps that this trace and its nine sisters begin with."""
        self._take(trace, traces.opening(self.seed, trace, self.twin))

    def run(self, trace: int) -> None:
        """Take the thirty steps of a trace, then put both parties back to the end of the opening.

        Raises:
            Disagreement: they differ in a fact, in whether or why a step is refused, or in what events tell.
        """
        before = self.side.chain.rpc("evm_snapshot", []), copy.deepcopy(self.twin), list(self.taken)
        self.side.chain.rpc("evm_setTime", [self.twin.world.now * 1000])  # as late as for the sisters before it
        try:
            self._take(trace, traces.steps(self.seed, trace, self.twin))
            self._agree(trace, differences(self.side, self.twin))
            self._agree(trace, rebuilt_differences(self.side, self.twin, self.first_block))
            if trace % traces.SHARE_AN_OPENING == 0:
                self._agree(trace, typed_differences(self.side, self.twin))
        finally:
            self.side.chain.rpc("evm_revert", [before[0]])
            self.twin, self.taken = before[1:]

    def _take(self, trace: int, steps: Iterator[Step]) -> None:
        for step in steps:
            try:
                self._take_one(trace, step)
                self.twin.check()
            except Disagreement:
                raise
            except AssertionError as broken:  # by the models themselves
                self._disagree(trace, f"{step}: {broken}")

    def _take_one(self, trace: int, step: Step) -> None:
        refused, spent, now = self.side.take(step, self.twin.world.now + 1)
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
        told = f"Trace {trace} of seed {self.seed} ({traces.kind_of(trace)}), after {len(self.taken)} steps"
        raise Disagreement(f"{told}:\n{steps}\n{why}\nAgain: {again(self.seed, trace)}")


def again(seed: int, trace: int) -> str:
    """The command that runs one trace once more."""
    return f"python3 scripts/trace_contracts.py --seed {seed} --only {trace}"
