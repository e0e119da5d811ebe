"""`partbook compose`: make a song from a mood."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from partbook.core.canonical import read_json
from partbook.core.clock import SystemClock
from partbook.core.errors import UnusableInput
from partbook.core.settings import Settings
from partbook.core.terminal import progress, put, put_json, say
from partbook.music.derivation import CONTINUATION
from partbook.music.picture_mood import mood_of_picture
from partbook.music.request import ComposeRequest
from partbook.music.scene import Scene
from partbook.works.motif_packs import motif_of_pack
from partbook.works.song_deriving import USUAL_NEW_BARS, from_melody
from partbook.works.song_making import compose_song
from partbook.works.song_terms import Json, account_of, file_bytes, hundredths, made_facts, put_plan, say_remarks


def compose(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder for the song.", metavar="DIR")],
    mood: Annotated[str, typer.Option(help='Words, such as "grief, then hope".')] = "",
    seconds: Annotated[int, typer.Option(help="Length, 8 to 600.")] = 60,
    seed: Annotated[int, typer.Option(help="Another number gives another song from the same words.")] = 1,
    engine: Annotated[str, typer.Option(help="rules or transformer")] = "rules",
    key: Annotated[str | None, typer.Option(help="Such as C, Bb or 'F# minor'; else the mood decides.")] = None,
    tempo: Annotated[int | None, typer.Option(help="Quarters a minute, 40 to 240; else the mood decides.")] = None,
    scene: Annotated[
        Path | None,
        typer.Option(help="JSON: size_m3, audience, hour, time_zone, at of where it is for.", metavar="FILE"),
    ] = None,
    melody: Annotated[
        Path | None, typer.Option(help="MIDI or MusicXML file with your melody; it is kept.", metavar="FILE")
    ] = None,
    continue_: Annotated[
        Path | None, typer.Option("--continue", help="MIDI or MusicXML file with your opening, to go on from.")
    ] = None,
    bars: Annotated[
        int | None, typer.Option(help="With --continue: how many new bars, 2 to 128; 16 unless told.")
    ] = None,
    form: Annotated[str | None, typer.Option(help="aaba or verse-chorus; else length and mood decide.")] = None,
    style: Annotated[
        str | None, typer.Option(help="Such as waltz, march, ballad or swing; else the mood decides.")
    ] = None,
    image: Annotated[
        Path | None, typer.Option(help="PNG, JPEG or WebP that sets the mood; only its hash is kept.", metavar="FILE")
    ] = None,
    scale: Annotated[
        str | None, typer.Option(help="A declared scale and its tuning, such as rast: see `partbook scale list`.")
    ] = None,
    motifs: Annotated[
        Path | None, typer.Option(help="Folder of a signed motif pack; its owner becomes a payee.", metavar="PACK")
    ] = None,
    motif: Annotated[str, typer.Option(help="Which motif of the pack; else the seed draws one.")] = "",
    valence: Annotated[float | None, typer.Option(help="-1 unpleasant to 1 pleasant; wins over the words.")] = None,
    arousal: Annotated[float | None, typer.Option(help="-1 at rest to 1 stirred; wins over the words.")] = None,
    title: Annotated[str, typer.Option(help="Name of the song; the folder's name unless told.")] = "",
    language: Annotated[str, typer.Option(help="Language tag of the words.")] = "en",
    by: Annotated[str, typer.Option(help="Your account, for the log: name of a key, or address.")] = "",
    render: Annotated[bool, typer.Option("--render/--no-render", help="Play it to mix.wav and stems.")] = True,
    force: Annotated[bool, typer.Option("--force", help="Write over whatever --out holds.")] = False,
    json_: Json = False,
) -> None:
    """Compose a song from a mood: plan, draft, score, pictures and sound, the same for the same words and seed."""
    settings: Settings = context.obj
    request = ComposeRequest(
        mood=mood,
        seconds=seconds,
        seed=seed,
        engine=engine,
        key=key,
        tempo=tempo,
        valence=hundredths("--valence", valence),
        arousal=hundredths("--arousal", arousal),
        scene=Scene.from_json(read_json(scene), str(scene)) if scene else Scene(),
        image=mood_of_picture(file_bytes(image), str(image)) if image else None,
        scale=scale,
        melody=file_bytes(melody) if melody else None,
        title=title,
        language=language,
        by=account_of(settings, by) if by else "",
        form=form,
        style=style,
    )
    if continue_ is not None:
        if melody is not None:
            raise UnusableInput("--continue and --melody are two ways to bring a melody; give one of them.")
        opening = replace(request, melody=file_bytes(continue_))
        request = from_melody(opening, CONTINUATION, str(continue_), bars or USUAL_NEW_BARS)
    elif bars is not None:
        raise UnusableInput("--bars belongs to --continue; the length of a new song is told by --seconds.")
    say_remarks(melody or continue_)
    with progress("Composing" + (" and playing" if render else ""), quiet=json_):
        licensed = motif_of_pack(motifs, seed, motif) if motifs else None
        made = compose_song(
            out, request, settings.soundfont if render else None, SystemClock(), force, licensed=licensed
        )
    facts = made_facts(made, render)
    if json_:
        put_json(facts)
        return
    put_plan(made)
    put("")
    for file in facts["files"]:
        put(f"  {file}")
    folder = str(out)
    say(f"\nNext: partbook song explain {folder} --bar 1")
    say(f"      partbook song take {folder} --layer melody --from yours.mid --bars 9-16 --by NAME")
    say(f"      partbook song share {folder}")
