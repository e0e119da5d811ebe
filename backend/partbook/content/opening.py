"""Open the content store that the settings name."""

from pathlib import Path

from partbook.content.local import LocalStore
from partbook.content.store import ContentStore
from partbook.core.settings import LOCAL, Settings


def store_folder(settings: Settings) -> Path:
    """Where this machine keeps blocks, and the table of files of either kind of store."""
    return settings.home / "content"


def open_store(settings: Settings) -> ContentStore:
    """The store on this machine, or on the Kubo node whose address `content_url` gives.

    Raises:
        NotConfigured: `content_url` is neither `local` nor a multiaddr.
    """
    if settings.content_url == LOCAL:
        return LocalStore(store_folder(settings))
    from partbook.content.kubo import KuboStore  # its client takes 0.2 s to load

    return KuboStore(settings.content_url, store_folder(settings))
