"""Content: files by the hash of their bytes, kept on this machine or on an IPFS node."""

from partbook.content.cid import parse_cid
from partbook.content.importer import DEFAULT_PROFILE, PROFILES, cid_of_bytes, cid_of_file
from partbook.content.opening import open_store
from partbook.content.store import (
    BlockDamaged,
    BlockMissing,
    ContentStore,
    Health,
    StoredObject,
    Swept,
    VerifyReport,
)

__all__ = [
    "DEFAULT_PROFILE",
    "PROFILES",
    "BlockDamaged",
    "BlockMissing",
    "ContentStore",
    "Health",
    "StoredObject",
    "Swept",
    "VerifyReport",
    "cid_of_bytes",
    "cid_of_file",
    "open_store",
    "parse_cid",
]
