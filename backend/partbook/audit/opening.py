"""Open the registry in which `identify` looks: this machine's ledger, read forward from the chain if there is one."""

from collections.abc import Iterator
from contextlib import contextmanager

from partbook.audit.registry import LedgerRegistry, NoRegistry, Registry
from partbook.core.settings import LOCAL, Settings
from partbook.ledger.migrate import open_database
from partbook.works.desk import open_desk


@contextmanager
def open_registry(settings: Settings, offline: bool = False) -> Iterator[Registry]:
    """The registry for as long as a block lasts.

    A machine that never registered anything has no ledger; there every mark is read and names nothing. A local chain
    moves only through this ledger, which therefore has it all: it is not started just to read.

    Args:
        settings: where the parts live.
        offline: use the ledger as it is and ask no chain.
    """
    if not any(settings.home.glob("deployment*.json")):
        yield NoRegistry()
        return
    if not offline and settings.chain_url != LOCAL:
        with open_desk(settings) as desk:
            desk.catch_up()
    database = open_database(settings)
    try:
        with database.reading() as session:
            yield LedgerRegistry(session)
    finally:
        database.close()
