"""The same random traces on the plain models and on a real chain: equal money and equal refusals after every step.

PARTBOOK_TRACES is the number of traces of each kind, PARTBOOK_FIRST_TRACE the first of them.
"""

import os
import time

import pytest
import traces
from chain_side import ChainSide, straight
from differential import Differential

from partbook.chain.connection import Chain
from partbook.chain.deployment import Contracts
from partbook.chain.signers import Keyring

pytestmark = pytest.mark.chain

COUNT = int(os.environ.get("PARTBOOK_TRACES", "30"))
FIRST = int(os.environ.get("PARTBOOK_FIRST_TRACE", "0"))
BLOCKS = [
    range(max(FIRST, start), min(FIRST + COUNT, start + traces.SHARE_AN_OPENING))
    for start in range(FIRST - FIRST % traces.SHARE_AN_OPENING, FIRST + COUNT, traces.SHARE_AN_OPENING)
]


ORDINARY = 10**6
"""Numbers of the traces that take the ordinary way, far from all others."""


@pytest.mark.parametrize("kind", traces.KINDS)
def test_they_agree_too_where_calls_are_sent_as_partbook_sends_them(
    chain: Chain, contracts: Contracts, people: Keyring, kind: str
) -> None:
    """Asked first, signed here and awaited, so that a refused call never reaches a block; slower, hence few."""
    differential = Differential(ChainSide(chain, people, contracts.registry, contracts.vault, contracts.tickets), kind)
    differential.open(ORDINARY)
    differential.run(ORDINARY)
    assert differential.counts.total() >= traces.STEPS


@pytest.mark.parametrize("kind", traces.KINDS)
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"{block[0]}-{block[-1]}")
def test_models_and_chain_agree_after_every_step(
    chain: Chain, contracts: Contracts, people: Keyring, kind: str, block: range
) -> None:
    started = time.monotonic()
    differential = Differential(ChainSide(chain, people, *straight(contracts)), kind)
    differential.open(block[0])
    for trace in block:
        differential.run(trace)
    steps = sum(differential.counts.values())
    print(f"\n{steps} steps, {steps / (time.monotonic() - started):.0f} per second")
    for what, count in sorted(differential.counts.items()):
        print(f"{count:6} {what}")
