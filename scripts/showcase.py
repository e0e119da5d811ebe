"""Write the listener's pack: twelve songs with sound, scores, plans and loudness, and one page that shows them.

    .venv/bin/python scripts/showcase.py [--out DIR] [--engine NAME] [--seconds N] [--only NAME]…

Writes DIR/index.html, the songs under DIR/songs and their MP3 files under DIR/sound. Run again, it makes only what is
missing. The exit code is 1 where a song cannot be written again byte for byte, or misses −16 ± 0.5 LUFS or −1 dBTP.
"""

import argparse
import sys
import time
from pathlib import Path

from listeners_pack.making import Shown, make
from listeners_pack.page import page
from listeners_pack.songs import PIECES
from partbook.core.errors import PartbookError
from partbook.core.files import write_whole
from partbook.core.settings import Settings
from partbook.core.terminal import put_table, say
from partbook.sound.mastering import CEILING_DBTP, TARGET_LUFS

LOUDNESS_WITHIN = 0.5


def main() -> int:
    """Make the pack and say what it holds."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--out", type=Path, default=Path("showcase-out"), help="folder of the pack")
    words.add_argument("--engine", default="rules", help="composes the songs that are not derived from others")
    words.add_argument("--seconds", type=int, default=45, help="length of a song that has no melody to begin with")
    words.add_argument("--only", action="append", help="just the songs whose folder begins so, such as 03")
    asked = words.parse_args()
    chosen = [piece for piece in PIECES if not asked.only or piece.name.startswith(tuple(asked.only))]
    songs: list[Shown] = []
    for number, piece in enumerate(chosen, 1):
        started = time.monotonic()

        def tell(doing: str, head: str = f"{number}/{len(chosen)} {piece.title}") -> None:
            say(f"{head}: {doing}")

        try:
            soundfont = Settings.from_environment().soundfont
            songs.append(make(piece, asked.out, soundfont, asked.engine, asked.seconds, tell))
        except PartbookError as refused:
            say(f"{piece.name}: {refused}")
            return int(refused.exit_status)
        tell(f"done in {time.monotonic() - started:.1f} s")
    target = asked.out / "index.html"
    write_whole(target, page(songs).encode())
    _put(songs)
    say(f"\nThe page: {target}")
    return 0 if all(_is_good(one) for one in songs) else 1


def _is_good(one: Shown) -> bool:
    return one.proven and abs(one.lufs - TARGET_LUFS) <= LOUDNESS_WITHIN and one.dbtp <= CEILING_DBTP


def _put(songs: list[Shown]) -> None:
    rows = [
        (
            one.piece.title,
            f"{one.song['plan']['key']} {one.song['plan']['mode']}",
            one.song["plan"]["bars"],
            f"{one.lufs:.1f}",
            f"{one.dbtp:.1f}",
            f"{one.share.total_bps / 100:.2f} %",
            "yes" if one.proven else "no",
        )
        for one in songs
    ]
    put_table(("song", "key", "bars", "LUFS", "dBTP", "made by AI", "written again the same"), rows)


if __name__ == "__main__":
    sys.exit(main())
