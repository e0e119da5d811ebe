"""Open the registry in which `identify` looks: this machine's ledger, read forward from the chain unless told not to."""

from collections.abc import Iterator
from contextlib import contextmanager

from partbook.audit.registry import LedgerRegistry, NoRegistry, Registry
from partbook.core.settings import LOCAL, Settings
from partbook.works.desk import open_desk


@contextmanager
def open_registry(settings: Settings, offline: bool = False) -> Iterator[Registry]:
    """The registry for as long as a block lasts.

    Args:
        settings: where the parts live.
        offline: use the ledger as it is and ask no chain.

    A machine that never registered anything has no ledger; then every mark is read and names nothing.
    """
    if not (settings.home / "deployment.json").exists():
        yield NoRegistry()
        return
    # A local chain moves only through this ledger, so there is nothing new to read; starting it would cost seconds.
    need_chain = not offline and settings.chain_url != LOCAL
    with open_desk(settings, need_chain=need_chain) as desk:
        if need_chain:
            desk.catch_up()
        with desk.database.session() as session:
            yield LedgerRegistry(session)
