"""Names for bare values, so that a signature says what it takes."""

from typing import NewType

WorkId = NewType("WorkId", int)
"""Sequential number of a work in its registry, 1 to 2^40 − 1."""
EditionId = NewType("EditionId", int)
CopyNumber = NewType("CopyNumber", int)
"""Which sold copy of a work: edition index in the high 8 bits, serial in the low 24."""
ConcertId = NewType("ConcertId", int)
SessionId = NewType("SessionId", int)
TicketId = NewType("TicketId", int)
"""`session << 32 | seq`."""
Address = NewType("Address", str)
"""Checksummed account address, `0x…`."""
Cid = NewType("Cid", str)
"""Content identifier, CIDv1 in base32."""
Hash32 = NewType("Hash32", bytes)
"""A 32-byte hash."""
SplitId = NewType("SplitId", bytes)
"""`keccak256(work, side, version)`, 32 bytes."""
