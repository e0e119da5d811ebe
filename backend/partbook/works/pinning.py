"""Pin a small record in clear."""

import io

from partbook.content import ContentStore
from partbook.core.ids import Cid


def put_bytes(store: ContentStore, data: bytes, name: str) -> tuple[Cid, str]:
    """Pin a few bytes in clear.

    Returns:
        The CID and the name of its profile.
    """
    kept = store.put(io.BytesIO(data), name=name)
    return kept.cid, kept.profile
