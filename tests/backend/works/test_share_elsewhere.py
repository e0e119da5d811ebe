"""The same integers and the same bytes under other threads, another hash seed and in another folder."""

import os
import subprocess
import sys

from partbook.core.settings import CHECKOUT

SONGS = 4


def test_shares_and_drafts_are_the_same_elsewhere() -> None:
    words = [sys.executable, str(CHECKOUT / "scripts" / "bench_share.py"), "--songs", str(SONGS)]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT / "backend")}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(f"{SONGS} of {SONGS}") == 2
    digests = [line.split()[-1] for line in done.stdout.splitlines() if "digest" in line]
    assert len(set(digests)) == 1
    assert len(digests) == 2
