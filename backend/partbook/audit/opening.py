"""Open the registry in which `identify` looks: this machine's ledger, read forward from the chain if there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from partbook.audit.ledger_registry import LedgerRegistry
from partbook.audit.registry import NoRegistry, Registry
from partbook.chain.deployment import FILE, Deployment
from partbook.chain.work_registry import registry_tag_of
from partbook.core.canonical import read_json
from partbook.core.settings import LOCAL, Settings
from partbook.ledger.migrate import open_database
from partbook.works.desk import open_desk

REGISTRY = "WorkRegistry"


@contextmanager
def open_registry(settings: Settings, offline: bool = False) -> Iterator[Registry]:
    """The registry for as long as a block lasts.

    A machine that never registered anything has no ledger; there every mark is read and names nothing. A local chain
    moves only through this ledger, which therefore has it all: it is not started just to read.

    Args:
        settings: where the parts live.
        offline: use the ledger as it is and ask no chain.

    Raises:
        NotConfigured: the chain that the settings name does not answer.
        NotFound: it has no contracts that are known here.
    """
    if not offline and settings.chain_url != LOCAL:
        with open_desk(settings):
            pass  # opening brings the ledger to the chain's newest block
    tags = frozenset(map(tag_of, known_deployments(settings.home)))
    if not tags:
        yield NoRegistry()
        return
    database = open_database(settings)
    try:
        with database.reading() as session:
            yield LedgerRegistry(session, tags)
    finally:
        database.close()


def tag_of(deployment: Deployment) -> int:
    """The tag that marks of this deployment's registry carry."""
    return registry_tag_of(deployment.chain_id, deployment.address(REGISTRY))


def known_deployments(home: Path) -> list[Deployment]:
    """Every deployment that this home folder knows, in the order of chain ids."""
    if not (home / FILE).is_file():
        return []
    return [Deployment.read(home, chain_id) for chain_id in sorted(map(int, read_json(home / FILE)))]
