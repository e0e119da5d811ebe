"""Fixtures that more than one room's tests use: one real chain per run, put back after each test."""

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

from partbook.chain.connection import Chain, open_chain
from partbook.chain.deployment import Contracts, Deployment, open_deployment
from partbook.chain.signers import HOUSE, Keyring
from partbook.core.settings import Settings
from partbook.ledger.database import Database
from partbook.ledger.migrate import upgrade

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background: what the tests start would inherit deaf ears for Ctrl-C, which they send.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No test is timed: machines are noisy.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@dataclass(frozen=True)
class Ganache:
    """The chain of this run with our contracts on it."""

    settings: Settings
    chain: Chain
    deployment: Deployment


@pytest.fixture(scope="session")
def ganache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ganache]:
    """A real Ganache with the contracts deployed, once per run. Tests take `chain`, which puts it back after each."""
    settings = Settings.from_environment({}, home=tmp_path_factory.mktemp("chain-home"))
    with open_chain(settings) as chain:
        house = Keyring(settings.home, chain.chain_id).open(HOUSE)
        yield Ganache(settings, chain, open_deployment(chain, settings.home, house))


@pytest.fixture
def chain(ganache: Ganache) -> Iterator[Chain]:
    """The chain, as it was after deployment; what the test does is undone."""
    before = ganache.chain.rpc("evm_snapshot", [])
    ganache.chain.outbox = None
    yield ganache.chain
    ganache.chain.outbox = None
    ganache.chain.rpc("evm_revert", [before])


@pytest.fixture
def deployment(ganache: Ganache, chain: Chain) -> Deployment:
    """Where the contracts are."""
    return ganache.deployment


@pytest.fixture
def contracts(chain: Chain, deployment: Deployment) -> Contracts:
    """The contracts, typed."""
    return Contracts.at(chain, deployment)


@pytest.fixture
def people(ganache: Ganache, chain: Chain) -> Keyring:
    """Funded accounts by name."""
    return Keyring(ganache.settings.home, chain.chain_id)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty ledger with the tables of this version."""
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    upgrade(database)
    yield database
    database.close()
