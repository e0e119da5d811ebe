"""What every content store can do, whichever machine keeps the bytes."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, Protocol

from partbook.content.cid import BlockId
from partbook.core.errors import Mismatch, NotFound
from partbook.core.ids import Cid

OTHER_PROFILE = "other"
"""Recorded for content that others built in a way which no profile here repeats."""


@dataclass(frozen=True)
class StoredObject:
    """A file in the store.

    Args:
        cid: its name; the same bytes under the same profile always get the same one.
        size: bytes.
        sha256: of the whole file, 64 hexadecimal digits.
        profile: how the file was cut into blocks; without it nobody can compute the CID again.
        name: a word for people, empty if none was given.
    """

    cid: Cid
    size: int
    sha256: str
    profile: str
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        """The object as the command line and the API show it."""
        return asdict(self)


@dataclass(frozen=True)
class VerifyReport:
    """What a check of every block of a file found."""

    cid: Cid
    blocks: int
    size: int
    damaged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Every block is there and is what its name says."""
        return not self.damaged and not self.missing

    def as_json(self) -> dict[str, Any]:
        """The report as the command line and the API show it."""
        return {"ok": self.ok} | asdict(self)


@dataclass(frozen=True)
class Swept:
    """What a garbage collection removed."""

    blocks: int
    size: int


@dataclass(frozen=True)
class Health:
    """Whether the store can be used now, and what a person should know about it."""

    ok: bool
    detail: str
    fix: str = ""


class BlockMissing(NotFound):
    """A block of a file is not there."""

    def __init__(self, block: BlockId, root: BlockId, where: str) -> None:
        self.block, self.root = block, root
        if block.digest == root.digest:
            super().__init__(f"{root} is not in {where}. Put the file again, or import a CAR that holds it.")
        else:
            super().__init__(
                f"Block {block} of {root} is missing from {where}. "
                "Put the file again, or import a CAR that holds it: that fills the gap."
            )


class BlockDamaged(Mismatch):
    """The bytes of a block are not those that its CID names."""

    def __init__(self, block: BlockId, root: BlockId, where: str) -> None:
        self.block, self.root = block, root
        super().__init__(
            f"Block {block} of {root} is damaged in {where}: its bytes have another hash. "
            "Put the file again, or import a CAR that holds it: that replaces the block."
        )


class ContentStore(Protocol):
    """Keeps files under their CIDs; what comes back has been verified block by block."""

    def put(self, stream: BinaryIO, *, profile: str = ..., name: str = "", pin: bool = True) -> StoredObject:
        """Keep a file; `pin` protects it from `gc`."""
        ...

    def open(self, cid: str, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The file's bytes from `offset` on, in pieces of at most a block; only the blocks touched are read.

        Raises:
            BlockMissing, BlockDamaged: before the first piece if it is the root's block, else on the way.
        """
        ...

    def stat(self, cid: str) -> StoredObject:
        """Size, hash and profile of a file."""
        ...

    def has(self, cid: str) -> bool:
        """Whether every block of the file is there (not whether it is undamaged: `verify` says that)."""
        ...

    def pin(self, cid: str, name: str = "") -> StoredObject:
        """Protect a file from `gc`. The file must be there in full."""
        ...

    def unpin(self, cid: str) -> None:
        """Let the next `gc` remove a file."""
        ...

    def pins(self) -> list[StoredObject]:
        """Every protected file, oldest first."""
        ...

    def export_car(self, cid: str, out: BinaryIO) -> None:
        """Write a file as CARv1, so that any IPFS node can take it in."""
        ...

    def import_car(self, stream: BinaryIO, *, name: str = "", pin: bool = True) -> StoredObject:
        """Take in a file from CARv1; a CAR with one wrong block is refused and leaves nothing behind."""
        ...

    def verify(self, cid: str) -> VerifyReport:
        """Read every block and compare it with its name."""
        ...

    def gc(self) -> Swept:
        """Remove every block that no pinned file needs."""
        ...

    def health(self) -> Health:
        """Whether the store can be used now."""
        ...
