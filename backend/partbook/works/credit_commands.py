"""`partbook song credits`: in which roles a machine had a part, as music services ask for it."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.files import write_whole
from partbook.core.money import percent
from partbook.core.terminal import put, put_json, put_table, say
from partbook.music.share_policy import read_policy
from partbook.works.labels.ai_credits import SAYS, ai_credits
from partbook.works.labels.making import making_of
from partbook.works.song_folder import SongFolder


def song_credits(
    folder: Annotated[Path, typer.Argument(help="Song folder.", metavar="DIR")],
    out: Annotated[Path | None, typer.Option(help="Write them as XML.", metavar="FILE.xml")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Give the result as JSON on stdout.")] = False,
) -> None:
    """AI credits by role (vocals, lyrics, composition, instrumentation, post-production), from the AI share."""
    song = SongFolder.open(folder)
    found = ai_credits(making_of(song), song.language, read_policy().weights)
    if out:
        write_whole(out, found.as_xml())
    if json_:
        put_json(found.as_json())
        return
    rows = [(each.role, each.involvement, percent(each.ai_bps), ", ".join(each.layers)) for each in found.roles]
    put_table(("role", "AI", "share", "from the layers"), rows)
    if found.absent:
        put(f"Not in this song: {', '.join(found.absent)}.")
    if out:
        put(f"Written to {out}.")
    say(SAYS)
