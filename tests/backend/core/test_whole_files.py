"""A file is written whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from partbook.core.files import replacing, write_whole


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "song.json"
    write_whole(target, b"old")
    with pytest.raises(ZeroDivisionError), replacing(target) as scratch:
        scratch.write_bytes(b"half" * (1 // len(b"")))
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_two_threads_that_write_the_same_file_leave_one_of_both_whole(tmp_path: Path) -> None:
    target = tmp_path / "ledger.bin"
    whole = [bytes([n]) * 200_000 for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: write_whole(target, data), whole * 4))
    assert target.read_bytes() in whole
    assert list(tmp_path.iterdir()) == [target]
