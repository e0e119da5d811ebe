"""`partbook song for`: a song in the sound of one person's public identity."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.money import percent
from partbook.core.settings import Settings
from partbook.core.terminal import progress, put, put_json
from partbook.music.vocal_range import VocalRange
from partbook.works.personal_rendering import PersonalRendering, render_for
from partbook.works.song_folder import SongFolder
from partbook.works.song_terms import account_of


def for_(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Song folder.", metavar="DIR")],
    identity: Annotated[str, typer.Option(help="Her public address, or the name of a key.", metavar="ADDRESS")],
    out: Annotated[Path, typer.Option(help="WAV file.", metavar="FILE.wav", dir_okay=False)],
    voice: Annotated[
        str, typer.Option("--range", help="Notes that she sings at ease, such as A3-E5; the song is transposed to fit.")
    ] = "",
    json_: Annotated[bool, typer.Option("--json", help="Give the result as JSON on stdout.")] = False,
) -> None:
    """Write the song in the palette of a person's public identity, and in her vocal range; the same bytes each time."""
    settings: Settings = context.obj
    wanted = VocalRange.parse(voice) if voice else None
    with progress("Playing", quiet=json_):
        done = render_for(SongFolder.open(folder), account_of(settings, identity), settings.soundfont, out, wanted)
    if json_:
        put_json(done.as_json())
        return
    tell(done)


def tell(done: PersonalRendering) -> None:
    """Say what was rendered."""
    timbre = done.timbre
    put(f"{done.file}: {done.seconds:.1f} s for {timbre.identity}")
    put("Plays: " + ", ".join(f"{part} {instrument}" for part, instrument in timbre.instruments.items()))
    put(
        f"Tuned {timbre.cents['melody']:+g} cents, bass {timbre.low_db:+g} dB, treble {timbre.high_db:+g} dB, "
        f"in a room of {timbre.room_m3} m³"
    )
    if done.fit != type(done.fit)():
        outside = percent(round(done.fit.outside * 10_000))
        put(
            f"Key: {done.key}, before {done.key_before}; the melody moved by {done.fit.melody:+d} semitones, "
            f"{outside} of it outside the range"
        )
    else:
        put(f"Key: {done.key}, as the song is")
