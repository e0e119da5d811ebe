"""`partbook song hall`: hear the song in a modelled hall, from a seat."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.errors import UnusableInput
from partbook.core.terminal import progress, put, put_json, say
from partbook.sound.ears import binaural, stereo
from partbook.sound.hall import Hall
from partbook.sound.seating import Seat, rows, seat_in_row
from partbook.works.song_folder import SongFolder
from partbook.works.song_hall import HallRendering, render_in_hall

USUAL_SIZE_M3 = 12_000
"""Where neither the command nor the song's scene says how large the hall is: a concert hall."""


def hall(
    folder: Annotated[Path, typer.Argument(help="Song folder.", metavar="DIR")],
    size: Annotated[
        float | None, typer.Option(help="Cubic metres; else of the song's scene, else 12000.", metavar="M3")
    ] = None,
    audience: Annotated[int | None, typer.Option(help="Listeners; else of the song's scene, else none.")] = None,
    rt60: Annotated[
        float | None, typer.Option(help="Reverberation in seconds; else what size and audience give.", metavar="S")
    ] = None,
    seat: Annotated[
        str,
        typer.Option(
            help="A row counted from the stage, or metres to the right of the middle and from the stage, as '-2,8.5'; "
            "the middle row unless told.",
            metavar="ROW|X,Y",
        ),
    ] = "",
    heard: Annotated[
        bool, typer.Option("--binaural/--stereo", help="Two ears, for headphones; or two microphones.")
    ] = True,
    play: Annotated[
        Path | None,
        typer.Option(help="A finished file for two loudspeakers on the stage, instead of the stems.", metavar="FILE"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="WAV file; DIR/hall.wav unless told.", metavar="FILE.wav", dir_okay=False)
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Give the result as JSON on stdout.")] = False,
) -> None:
    """Write the song as it sounds in a hall at a seat; the same song, hall and seat give the same bytes."""
    song = SongFolder.open(folder)
    scene = song.request.scene
    people = audience if audience is not None else scene.audience or 0
    room = Hall(size or scene.size_m3 or USUAL_SIZE_M3, people, rt60)
    with progress("Playing in the hall", quiet=json_) as advance:
        done = render_in_hall(song, room, seat_of(room, seat), binaural() if heard else stereo(), out, play, advance)
    if json_:
        put_json(done.as_json())
        return
    _tell(done)


def seat_of(room: Hall, text: str) -> Seat:
    """The seat that a row or a pair of metres names; the middle row for an empty text.

    Raises:
        UnusableInput: neither, or not in this hall.
    """
    if not text:
        return seat_in_row(room, (1 + rows(room)) // 2)
    if text.isdecimal():
        return seat_in_row(room, int(text))
    try:
        across, back = (float(metres) for metres in text.split(","))
    except ValueError:
        raise UnusableInput(
            f"'{text}' is no seat. Write a row, 1 to {rows(room)}, or metres to the right of the middle and from the "
            "stage, such as -2,8.5."
        ) from None
    return Seat(room, across, back)


def _tell(done: HallRendering) -> None:
    room, heard = done.hall, done.acoustics
    put(f"{done.file}: {done.seconds:.1f} s, {done.heard_by}")
    put(
        f"Hall: {room.size_m3:g} m³, {room.length:.1f} × {room.width:.1f} × {room.height:.1f} m, "
        f"{room.audience} of {room.seats} seats taken"
    )
    put(f"Reverberation: {heard.rt60_s:.2f} s, {heard.measured_rt60_s:.2f} s as measured at the seat")
    put(
        f"Seat: {heard.distance_m:.1f} m away; direct sound {heard.direct_to_reverberant_db:+.1f} dB against the rest, "
        f"clarity {heard.clarity_db:+.1f} dB"
    )
    say(f"{done.cpu_seconds:.1f} s of processor time")
    say(f"\nNext, before it goes out: partbook mark {done.file} MARKED.wav --work NUMBER")
