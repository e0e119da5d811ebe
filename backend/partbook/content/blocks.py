"""A folder of blocks in flatfs layout, the one that Kubo keeps its own blocks in."""

import fcntl
import os
import shutil
import tempfile
from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from partbook.content.cid import BlockId
from partbook.content.store import BlockDamaged, BlockMissing
from partbook.core.errors import NotConfigured

_ENDING = ".data"


class BlockFolder:
    """Blocks by hash, each in its own file, verified whenever it is read.

    Args:
        folder: made when first written to. `blocks/` holds what is kept, `arriving/` what is not complete yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._blocks = folder / "blocks"
        self._arriving = folder / "arriving"

    def read(self, block: BlockId, root: BlockId) -> bytes:
        """The bytes of a block of the file `root`.

        Raises:
            BlockMissing: there is no such block.
            BlockDamaged: its bytes have changed on the disk.
        """
        try:
            data = self.path_of(block).read_bytes()
        except FileNotFoundError:
            raise BlockMissing(block, root, str(self.folder)) from None
        except OSError as failure:
            raise _unusable(self.folder, failure) from None
        if not block.matches(data):
            raise BlockDamaged(block, root, str(self.folder))
        return data

    def has(self, block: BlockId) -> bool:
        """Whether the block is there, unread."""
        return self.path_of(block).is_file()

    @contextmanager
    def arriving(self) -> Iterator["Arrival"]:
        """A place to collect the blocks of one file; they join the folder by `Arrival.keep`, or vanish."""
        with self.locked():
            self._arriving.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._arriving) as place:
                yield Arrival(self, Path(place))

    @contextmanager
    def locked(self, alone: bool = False) -> Iterator[None]:
        """Hold the folder against a sweep, or, `alone`, against everybody who adds. Works across processes."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / "lock").open("w")
        except OSError as failure:
            raise _unusable(self.folder, failure) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            yield

    def sweep(self, wanted: set[bytes]) -> tuple[int, int]:
        """Remove every block whose multihash is not `wanted` and all that never arrived. Hold `locked(alone=True)`.

        Returns:
            Blocks and bytes removed.
        """
        names = {_file_name(multihash) for multihash in wanted}
        count = size = 0
        for path in self._blocks.glob(f"*/*{_ENDING}"):
            if path.name not in names:
                size += path.stat().st_size
                path.unlink()
                count += 1
        shutil.rmtree(self._arriving, ignore_errors=True)
        return count, size

    def path_of(self, block: BlockId) -> Path:
        """Where the block lies or would lie."""
        name = _file_name(block.multihash)
        return self._blocks / name.removesuffix(_ENDING)[-3:-1] / name


class Arrival:
    """Blocks on their way in. A failure before `keep` leaves the folder as it was."""

    def __init__(self, folder: BlockFolder, place: Path) -> None:
        self._folder = folder
        self._place = place

    def add(self, block: BlockId, data: bytes) -> None:
        """Take one block, on the disk before this returns."""
        try:
            with (self._place / _file_name(block.multihash)).open("wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
        except OSError as failure:
            raise _unusable(self._folder.folder, failure) from None

    def read(self, block: BlockId, root: BlockId) -> bytes:
        """A block that has arrived, or one that was in the folder before."""
        try:
            data = (self._place / _file_name(block.multihash)).read_bytes()
        except FileNotFoundError:
            return self._folder.read(block, root)
        if not block.matches(data):
            raise BlockDamaged(block, root, str(self._place))
        return data

    def keep(self, block: BlockId) -> None:
        """Move one block to its place, over an older file of that name: a damaged block is replaced by this."""
        arrived = self._place / _file_name(block.multihash)
        target = self._folder.path_of(block)
        if arrived.exists():
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(arrived, target)
            except OSError as failure:
                raise _unusable(self._folder.folder, failure) from None


def _file_name(multihash: bytes) -> str:
    return b32encode(multihash).decode().rstrip("=") + _ENDING


def _unusable(folder: Path, failure: OSError) -> NotConfigured:
    return NotConfigured(
        f"The content store in {folder} cannot be used: {failure.strerror}. "
        "Check its permissions and free space, or choose another folder with --home."
    )
