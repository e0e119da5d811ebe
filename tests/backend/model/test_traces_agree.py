"""The same random traces on the plain models and on a real chain: equal money and equal refusals after every step.

A few of each kind; `python3 scripts/trace_contracts.py` runs five hundred.
"""

import dataclasses
from collections.abc import Sequence

import pytest
import traces
from chain_side import ChainSide
from differential import Differential
from rebuilt_comparison import events_since, rebuilt_differences

from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts
from partbook.chain.events import RoyaltyPaid, SheetSealed
from partbook.chain.signers import Keyring

pytestmark = pytest.mark.chain

FEW = 4


@pytest.mark.parametrize("kind", traces.KINDS)
def test_models_and_chain_agree_after_every_step(
    chain: Chain, contracts: Contracts, people: Keyring, kind: str
) -> None:
    run(ChainSide.born(chain, people, contracts), traces.block_of(kind)[:FEW])


@pytest.mark.parametrize("kind", traces.KINDS)
def test_they_agree_too_where_calls_are_sent_as_partbook_sends_them(
    chain: Chain, contracts: Contracts, people: Keyring, kind: str
) -> None:
    """Asked first, signed here and awaited, so that a refused call never reaches a block; slower, hence few."""
    run(ChainSide.born(chain, people, contracts, ordinary=True), traces.block_of(kind)[:1])


def test_an_indexer_that_misses_one_payment_rebuilds_another_state(
    chain: Chain, contracts: Contracts, people: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = ChainSide.born(chain, people, contracts)
    differential = Differential(side)
    differential.open(traces.block_of("royalties")[0])
    split = differential.twin.registry.current_split(1, 0)
    for step in range(2):
        side.sender.at = differential.twin.world.now + 1 + step
        side.vault_pay(side.signer("fan"), split, 7)
        differential.twin.vault.pay("fan", split, 7)
    assert rebuilt_differences(side, differential.twin, differential.first_block) == []
    seen = events_since(side, differential.first_block)
    last = max(at for at, event in enumerate(seen) if isinstance(event, RoyaltyPaid))
    monkeypatch.setattr("rebuilt_comparison.events_since", lambda *_: seen[:last] + seen[last + 1 :])
    (difference,) = rebuilt_differences(side, differential.twin, differential.first_block)
    assert difference.name == "received from events"
    assert (list(difference.model.values()), list(difference.chain.values())) == ([14], [7])


def test_an_indexer_that_misreads_one_share_rebuilds_another_list(
    chain: Chain, contracts: Contracts, people: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = ChainSide.born(chain, people, contracts)
    differential = Differential(side)
    differential.open(traces.block_of("disputes")[0])
    seen = events_since(side, differential.first_block)
    misread = [with_other_credit(event) if isinstance(event, SheetSealed) else event for event in seen]
    monkeypatch.setattr("rebuilt_comparison.events_since", lambda *_: misread)
    found = rebuilt_differences(side, differential.twin, differential.first_block)
    assert [difference.name for difference in found] == ["lists from events"]


def with_other_credit(sealed: SheetSealed) -> SheetSealed:
    first, *rest = sealed.master
    return dataclasses.replace(sealed, master=(dataclasses.replace(first, credit_bps=10_000 - first.credit_bps), *rest))


def test_the_same_dice_throw_the_same_trace(chain: Chain, contracts: Contracts, people: Keyring) -> None:
    side = ChainSide.born(chain, people, contracts)
    taken = []
    for _ in range(2):
        before = chain.rpc("evm_snapshot", [])
        differential = Differential(side, seed=3)
        differential.open(0)
        differential.run(1)
        taken.append(differential.counts)
        chain.rpc("evm_revert", [before])
    assert taken[0] == taken[1]


def run(side: ChainSide, block: Sequence[int]) -> None:
    differential = Differential(side)
    differential.open(block[0])
    for trace in block:
        differential.run(trace)
    for what, count in sorted(differential.counts.items()):
        print(f"{count:6} {what}")
    assert differential.counts.total() >= traces.STEPS * len(block)
