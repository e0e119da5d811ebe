"""`partbook song`: bring something to a song, explain, prove and play it; `partbook compose` comes with it."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.clock import SystemClock
from partbook.core.settings import Settings
from partbook.core.status import ExitStatus
from partbook.core.terminal import progress, put, put_json, put_table, say
from partbook.music.score import NOTE_LAYERS
from partbook.works.compose_command import compose
from partbook.works.credit_commands import song_credits
from partbook.works.deriving_commands import add_derivations
from partbook.works.exporting_commands import add_export
from partbook.works.hall_commands import hall
from partbook.works.personal_commands import for_
from partbook.works.share_commands import share, similar
from partbook.works.song_explaining import explain_song
from partbook.works.song_folder import SongFolder
from partbook.works.song_parent import check_parent
from partbook.works.song_rendering import render_is_stale, render_song
from partbook.works.song_terms import Folder, Json, account_of, say_remarks
from partbook.works.song_verifying import Finding, verify_folder
from partbook.works.takes import add_take
from partbook.works.voices import bring_consent

song = typer.Typer(help="Work on a song folder.", no_args_is_help=True)
song.command()(hall)
song.command("for")(for_)


def attach(cli: typer.Typer) -> None:
    """Add `compose` and the noun `song`."""
    add_derivations(song)
    add_export(song)
    cli.command("compose")(compose)
    song.command()(share)
    song.command()(similar)
    song.command("consent")(bring_voice_consent)
    cli.add_typer(song, name="song")


@song.command()
def take(
    context: typer.Context,
    folder: Folder,
    layer: Annotated[str, typer.Option(help="melody, harmony, bass, rhythm, lyrics, performance or production.")],
    source: Annotated[Path, typer.Option("--from", help="MIDI, MusicXML, text or sound file.", metavar="FILE")],
    by: Annotated[str, typer.Option(help="Account of who made it: name of a key, or address.")],
    bars: Annotated[str | None, typer.Option(help="Such as 9-16; the whole song unless told.", metavar="A-B")] = None,
    part: Annotated[str, typer.Option(help="Whose performance it is, such as 'melody' or 'harmony 1'.")] = "",
    voice_of: Annotated[
        str, typer.Option("--voice-of", help="Account of the singer whose voice a machine imitates here.")
    ] = "",
    consent: Annotated[Path | None, typer.Option(help="Her signed consent.", metavar="FILE")] = None,
    json_: Json = False,
) -> None:
    """Bring a person's contribution: it takes the place of some bars of one layer."""
    opened, account = SongFolder.open(folder), account_of(context.obj, by)
    if layer in NOTE_LAYERS:
        say_remarks(source)
    voice = account_of(context.obj, voice_of) if voice_of else ""
    entry = add_take(opened, layer, source, bars, account, SystemClock(), part, voice_of=voice, consent=consent)
    if json_:
        put_json({"entry": entry.as_json()})
        return
    assert entry.bars is not None
    put(f"{layer}, bars {entry.bars[0]} to {entry.bars[1]}, by {by}: kept as {entry.source['file']}")
    say(f"Next: partbook song share {folder}   ·   partbook song render {folder}")


@song.command()
def explain(
    folder: Folder,
    bar: Annotated[int | None, typer.Option(help="Every note of this bar, counted from 1.")] = None,
    json_: Json = False,
) -> None:
    """Why the song is as it is; with --bar, why each note of a bar is there and who it comes from."""
    explained = explain_song(SongFolder.open(folder), bar)
    if json_:
        put_json(explained)
        return
    if bar is None:
        rows = [(c["mood"] or "all", c["what"], c["value"], c["reason"]) for c in explained["choices"]]
        put_table(("mood", "what", "which", "why"), rows)
        return
    columns = ("beat", "part", "note", "origin", "why")
    notes = [(f"{n['beat']:g}", n["part"], n["name"], n["origin"], n["reason"]) for n in explained["notes"]]
    put_table(columns, notes, title=f"{explained['title']}, bar {bar}")


def bring_voice_consent(
    context: typer.Context,
    folder: Folder,
    consent: Annotated[Path, typer.Argument(help="A singer's signed consent.", metavar="FILE")],
    by: Annotated[str, typer.Option(help="Account of who brings it: name of a key, or address.")],
    json_: Json = False,
) -> None:
    """Bring a singer's consent for a voice that the song imitates, such as a newer one for one that ended."""
    entry = bring_consent(SongFolder.open(folder), consent, account_of(context.obj, by), SystemClock())
    if json_:
        put_json({"entry": entry.as_json()})
        return
    put(f"The consent of {entry.source['voice_of']} is kept as {entry.source['consent']}")


def _about_the_sound(folder: SongFolder) -> str:
    return " The sound is older than the song." if folder.paths.mix.is_file() else " It has not been rendered."


@song.command()
def verify(
    folder: Folder,
    parent: Annotated[
        Path | None, typer.Option(help="Song that it was derived from: prove that too.", metavar="DIR")
    ] = None,
    json_: Json = False,
) -> None:
    """Prove the song: compose the draft again, check log, takes, score and sound. Exit code 1 if something differs."""
    opened, findings = verify_folder(folder)
    if opened is not None and parent is not None:
        findings += [Finding("song.json", wrong) for wrong in check_parent(opened, SongFolder.open(parent))]
    broken_log = any(finding.thing == "session.jsonl" for finding in findings)
    stale = opened is not None and not broken_log and render_is_stale(opened)
    head = opened.log()[-1].hash if opened and not broken_log else None
    if json_:
        found = [finding.as_json() for finding in findings]
        put_json({"ok": not findings, "findings": found, "render_is_stale": stale, "log_head": head})
    elif findings or opened is None:
        for finding in findings:
            put(f"{finding.thing}: {finding.message}")
    else:
        put(
            f"{opened.title}: draft, takes, score and log agree. The log ends with {head}."
            + (_about_the_sound(opened) if stale else "")
        )
    if findings:
        raise typer.Exit(ExitStatus.FINDING)


@song.command()
def render(context: typer.Context, folder: Folder, json_: Json = False) -> None:
    """Play the song as it stands to mix.wav and stems/."""
    settings: Settings = context.obj
    with progress("Playing", quiet=json_):
        rendering = render_song(SongFolder.open(folder), settings.soundfont)
    if json_:
        stems = {layer: str(path) for layer, path in rendering.stems.items()}
        put_json(
            {
                "mix": str(rendering.mix),
                "stems": stems,
                "seconds": round(rendering.seconds, 3),
                "pcm_sha256": rendering.pcm_sha256,
            }
        )
        return
    put(f"{rendering.mix}: {rendering.seconds:.1f} s, and stems of {', '.join(rendering.stems)}")


song.command("credits")(song_credits)
