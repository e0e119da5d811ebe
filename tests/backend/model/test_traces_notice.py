"""The traces can fail: each of these mistakes in a model is noticed, so the same mistake in a contract would be too."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import traces
from chain_side import ChainSide
from differential import Differential, Disagreement
from mistakes import MISTAKES

from partbook.chain.deployment import Contracts
from partbook.chain.signers import Keyring

pytestmark = pytest.mark.chain

ENOUGH = 3
"""Blocks of a kind after which a mistake must have been noticed; a full run has five times as many."""


@pytest.fixture(scope="module")
def side(ganache: Any) -> Iterator[ChainSide]:
    """One for all mistakes: each puts the chain back."""
    chain = ganache.chain
    born = chain.rpc("evm_snapshot", [])
    people = Keyring(ganache.settings.home, chain.chain_id)
    yield ChainSide.born(chain, people, Contracts.at(chain, ganache.deployment))
    chain.rpc("evm_revert", [born])


@pytest.mark.parametrize(
    ("kind", "mistake"),
    [(kind, mistake) for kind, mistakes in MISTAKES.items() for mistake in mistakes],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_mistake_in_a_model_is_noticed(
    side: ChainSide,
    kind: str,
    mistake: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mistake(monkeypatch)
    with pytest.raises(Disagreement) as noticed:
        run_all(side, kind)
    first, *_ = str(noticed.value).splitlines()
    print(f"\n{first}")


def run_all(side: ChainSide, kind: str) -> None:
    for number in range(ENOUGH):
        born = side.chain.rpc("evm_snapshot", [])
        block = traces.block_of(kind, number)
        differential = Differential(side)
        try:
            differential.open(block[0])
            for trace in block:
                differential.run(trace)
        finally:
            side.chain.rpc("evm_revert", [born])
