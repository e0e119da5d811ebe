"""The database: SQLite in the home folder by default, PostgreSQL by URL, the same tables and one way to use either."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from partbook.core.errors import ConnectionFailed, NotConfigured

BUSY_SECONDS = 10
"""How long a writer waits for another one."""
_READS_ONLY = "partbook_reads_only"


class Database:
    """A ledger's database.

    Args:
        url: SQLAlchemy URL, `sqlite:///…/ledger.db` or `postgresql+psycopg://…`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._writing = threading.local()
        self._reader = self.engine.execution_options(**{_READS_ONLY: True})

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A unit of work: committed when the block ends well, undone when it does not. Nothing inside commits.

        Writers come one after another. Keep the block short, send nothing to the chain in it, and open no second one
        inside it: it would wait for itself.

        Raises:
            ConnectionFailed: the database does not answer, or another writer held it too long.
        """
        if getattr(self._writing, "now", False):
            raise RuntimeError("A unit of work inside a unit of work would wait for itself: end the first one.")
        self._writing.now = True
        try:
            with _answering(self.url), Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        finally:
            self._writing.now = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look at one consistent state, beside any writer. Nothing done inside is kept.

        Raises:
            ConnectionFailed: the database does not answer.
        """
        with _answering(self.url), Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session
            session.rollback()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def make_engine(url: str, foreign_keys: bool = True, pooled: bool = True) -> Engine:
    """An engine with what SQLite needs for a ledger.

    Args:
        url: SQLAlchemy URL.
        foreign_keys: False while a migration rebuilds tables, which would otherwise drag their children away.
        pooled: False for one short use.

    Raises:
        NotConfigured: the URL is unusable or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        more: dict[str, Any] = {} if pooled else {"poolclass": NullPool}
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, **more)
    except (ArgumentError, NoSuchModuleError) as broken:
        raise NotConfigured(f"PARTBOOK_DATABASE_URL is not a database URL: {broken}.") from None
    except ModuleNotFoundError as missing:
        raise NotConfigured(
            f"The driver {missing.name} for this database is not installed. For PostgreSQL: "
            "`pip install psycopg[binary]` and a URL that begins with postgresql+psycopg://."
        ) from None
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, foreign_keys)
    return engine


def _prepare_sqlite(engine: Engine, foreign_keys: bool) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, below: the driver's own comes too late for a writer
        for pragma in (
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            "journal_mode = WAL",  # readers beside a writer
            "synchronous = NORMAL",  # with WAL: a power cut may lose the last moments, never the order
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get(_READS_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


@contextmanager
def _answering(url: str) -> Iterator[None]:
    try:
        yield
    except OperationalError as broken:
        where = make_url(url).render_as_string(hide_password=True)
        raise ConnectionFailed(f"The database {where} did not do its part: {broken.orig}.") from broken
