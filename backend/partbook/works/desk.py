"""The desk: every part that a room needs at hand, opened and closed together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getpass
from importlib import import_module

from partbook.chain.connection import Chain, open_chain
from partbook.chain.deployment import Contracts, Deployment, open_deployment
from partbook.chain.receipts import Receipt
from partbook.chain.signers import HOUSE, Keyring, Passphrase, Signer, passphrase_from
from partbook.chain.split_lines import short
from partbook.content import ContentStore, open_store
from partbook.core.clock import Clock, SystemClock
from partbook.core.errors import UnusableInput
from partbook.core.ids import Address
from partbook.core.settings import Settings
from partbook.ledger.database import Database
from partbook.ledger.indexer import Indexer, IndexReport
from partbook.ledger.migrate import open_database
from partbook.ledger.outbox import DatabaseOutbox
from partbook.ledger.projections import Projector

PROJECTIONS = (
    ("partbook.works.projection", "WorksProjection"),
    ("partbook.editions.projection", "EditionsProjection"),
    ("partbook.royalties.projection", "RoyaltiesProjection"),
    ("partbook.shows.projection", "ShowsProjection"),
    ("partbook.credentials.projection", "CredentialsProjection"),
)
"""Loaded by name, lower rooms first: the desk stands below the rooms whose projections it runs."""
CONTRACT_NAMES = {"MusicEditions": "Editions sold", "ConcertTickets": "Concert tickets"}
"""What people call the contracts that pay royalties."""


@dataclass(frozen=True)
class Desk:
    """The parts of a running Partbook; services take it as their first argument.

    Args:
        settings: where each part lives.
        database: the ledger, with the tables of this version.
        chain: an open connection.
        deployment: where the contracts are.
        contracts: the same, as typed classes.
        store: content store.
        keyring: keys by name.
        clock: the machine's time; the chain has its own, see `now`.
    """

    settings: Settings
    database: Database
    chain: Chain
    deployment: Deployment
    contracts: Contracts
    store: ContentStore
    keyring: Keyring
    clock: Clock

    def catch_up(self) -> IndexReport:
        """Bring the ledger to the chain's newest block."""
        return Indexer(self.database, self.chain, self.deployment, projectors()).catch_up()

    def address(self, who: str) -> Address:
        """The account of a keyring name, or the address itself."""
        return self.keyring.address(who)

    def signer(self, who: str) -> Signer:
        """The signer of a keyring name, or of an address whose key is in the keyring.

        Raises:
            UnusableInput: nobody here holds the key of that address.
        """
        if not who.startswith("0x"):
            return self.keyring.open(who)
        name = self.keyring.name_of(self.keyring.address(who))
        if name is None:
            raise UnusableInput(f"The key of {who} is not in the keyring, so nobody here can sign for it.")
        return self.keyring.open(name)

    def name_of(self, account: Address) -> str:
        """What to call an account: a contract by what it sells, a key by its name, else the address in short."""
        contract = CONTRACT_NAMES.get(self.deployment.names().get(account, ""))
        if contract:
            return contract
        name = self.keyring.name_of(account)
        return name.replace("-", " ").title() if name else short(account)

    def now(self) -> int:
        """The chain's own time, Unix seconds."""
        return int(self.chain.now().timestamp())


class Rehearsed(Exception):
    """A dry run came to its end: the contract would agree, and nothing was sent."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(f"The contract would agree, for about {receipt.gas} gas.")
        self.receipt = receipt


def sent(receipt: Receipt) -> Receipt:
    """The receipt of what was sent.

    Raises:
        Rehearsed: nothing was sent, for it was a dry run.
    """
    if receipt.is_dry:
        raise Rehearsed(receipt)
    return receipt


def projectors() -> list[Projector]:
    """One projector per room, lower rooms first."""
    return [getattr(import_module(module), name)() for module, name in PROJECTIONS]


@contextmanager
def open_desk(settings: Settings, clock: Clock | None = None) -> Iterator[Desk]:
    """Open every part: the chain (started if it is local), the contracts (deployed once), the ledger, the store.

    Raises:
        NotConfigured: the local chain's programs or a driver is missing.
        ConnectionFailed: the chain or the database does not answer.
        NotFound: no contracts are deployed on a chain that is not local.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    database = open_database(settings)
    try:
        with open_chain(settings) as chain:
            chain.outbox = DatabaseOutbox(database)
            keyring = Keyring(settings.home, chain.chain_id, passphrase_for(settings))
            deployment = open_deployment(chain, settings.home, keyring.open(HOUSE) if chain.is_local else None)
            desk = Desk(
                settings=settings,
                database=database,
                chain=chain,
                deployment=deployment,
                contracts=Contracts.at(chain, deployment),
                store=open_store(settings),
                keyring=keyring,
                clock=clock or SystemClock(),
            )
            desk.catch_up()
            yield desk
    finally:
        database.close()


def passphrase_for(settings: Settings) -> Passphrase:
    """How passphrases of key files are learnt: from the file that the settings name, or by asking."""
    if settings.passphrase_file is not None:
        return passphrase_from(settings.passphrase_file)
    return lambda name: getpass(f"Passphrase of the key '{name}': ")
