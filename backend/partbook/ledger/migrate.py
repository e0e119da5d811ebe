"""Brings a database to the tables of this version, and writes a new migration when the tables change.

After changing tables anywhere: `python -m partbook.ledger.migrate "add the shows"`, then read and format the file that
it wrote. A migration that was released is never edited.
"""

import sys
import tempfile
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect

from partbook.core.errors import NotConfigured
from partbook.core.settings import Settings
from partbook.ledger.base import Base
from partbook.ledger.database import Database, make_engine

MIGRATIONS = Path(__file__).with_name("migrations")
ROOMS_WITH_TABLES = (
    "partbook.ledger.events",
    "partbook.ledger.outbox",
    "partbook.works.records",
    "partbook.editions.records",
    "partbook.royalties.records",
    "partbook.shows.records",
    "partbook.credentials.records",
)
"""Loaded by name, and only here: the ledger stands below the rooms whose tables it keeps."""


def open_database(settings: Settings) -> Database:
    """The ledger's database of the settings, with the tables of this version."""
    database = Database(settings.database_url)
    upgrade(database)
    return database


def upgrade(database: Database) -> None:
    """Bring a database to the newest tables; does nothing where they are there.

    Raises:
        NotConfigured: the database was written by a newer version.
    """
    engine = make_engine(database.url, foreign_keys=False, pooled=False)
    head = _newest()
    with engine.connect() as connection:
        if inspect(connection).has_table("alembic_version"):
            current = MigrationContext.configure(connection).get_current_revision()
            if current == head:
                return
            if current is not None and current not in _known():
                raise NotConfigured(
                    f"The ledger's tables are of version {current}, which this Partbook does not know. Update Partbook."
                )
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def all_tables() -> MetaData:
    """Every room's tables."""
    for room in ROOMS_WITH_TABLES:
        import_module(room)
    return Base.metadata


def differences(database: Database) -> list[object]:
    """What the tables of the code and those of a database do not share; empty where a migration is not needed."""
    with make_engine(database.url, pooled=False).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, all_tables()))


def write_migration(message: str) -> Path:
    """Write the migration from the newest one to the tables in the code, and give its path."""
    with tempfile.TemporaryDirectory() as scratch:
        database = Database(f"sqlite:///{scratch}/ledger.db")
        upgrade(database)
        with make_engine(database.url, foreign_keys=False, pooled=False).begin() as connection:
            config = _config()
            config.attributes["connection"] = connection
            config.attributes["tables"] = all_tables()
            number = f"{len(_known()) + 1:04d}"
            written = command.revision(config, message, autogenerate=True, rev_id=number)
    if written is None or isinstance(written, list):
        raise RuntimeError("Alembic wrote no single migration.")
    return Path(written.path)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


if __name__ == "__main__":
    print(write_migration(" ".join(sys.argv[1:]) or "change tables"))
