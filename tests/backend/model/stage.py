"""A chain of its own with everything on it that traces need."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from chain_side import ChainSide

from partbook.chain.connection import open_chain
from partbook.chain.deployment import Contracts, open_deployment
from partbook.chain.signers import HOUSE, Keyring
from partbook.core.settings import Settings


@contextmanager
def stage() -> Iterator[ChainSide]:
    """A fresh Ganache with the contracts and two tokens, whose calls go straight; it ends with this block."""
    with TemporaryDirectory(prefix="partbook-traces-") as home:
        settings = Settings.from_environment({}, home=Path(home))
        with open_chain(settings) as chain:
            people = Keyring(settings.home, chain.chain_id)
            deployment = open_deployment(chain, settings.home, people.open(HOUSE))
            yield ChainSide.born(chain, people, Contracts.at(chain, deployment))
