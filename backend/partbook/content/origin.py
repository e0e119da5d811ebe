"""Find out what is not written beside a file that came from elsewhere: its size, its SHA-256 and its profile."""

from dataclasses import replace

from partbook.content import dag
from partbook.content.cid import BlockId, parse_cid
from partbook.content.importer import PROFILES, import_stream
from partbook.content.pieces import stream_of
from partbook.content.store import OTHER_PROFILE, StoredObject


def describe(fetch: dag.Fetch, root: BlockId, name: str = "") -> StoredObject:
    """Read a whole file and try each profile until one gives its CID again.

    Raises:
        BlockMissing, BlockDamaged, Mismatch, UnusableInput: the file cannot be read.
    """
    for profile in PROFILES:
        found = import_stream(stream_of(dag.read_range(fetch, root)), lambda block, data: None, profile, name)
        if parse_cid(found.cid).node == root.node:
            return found
    return replace(found, cid=root.cid, profile=OTHER_PROFILE)


def named(found: StoredObject, name: str) -> StoredObject:
    """The same file under a name, if one is given."""
    return replace(found, name=name) if name else found
