"""`partbook compose` and `partbook song`: make a song, bring something to it, measure, explain, prove and play it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from partbook.core.canonical import read_json, sha256_file
from partbook.core.clock import SystemClock
from partbook.core.errors import UnusableInput
from partbook.core.settings import LOCAL, Settings
from partbook.core.status import ExitStatus
from partbook.core.terminal import progress, put, put_json, put_table, say
from partbook.music.derivation import CONTINUATION
from partbook.music.picture_mood import mood_of_picture
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import PLAYING
from partbook.music.scene import Scene
from partbook.music.score import NOTE_LAYERS
from partbook.music.score_file import remarks_on
from partbook.works.credit_commands import song_credits
from partbook.works.hall_commands import hall
from partbook.works.motif_packs import motif_of_pack
from partbook.works.personal_commands import for_
from partbook.works.share_commands import share, similar
from partbook.works.song_deriving import USUAL_NEW_BARS, from_melody
from partbook.works.song_explaining import explain_song
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_parent import check_parent
from partbook.works.song_rendering import pcm_sha256, render_is_stale, render_song
from partbook.works.song_verifying import Finding, verify_folder
from partbook.works.takes import add_take
from partbook.works.voices import bring_consent

Json = Annotated[bool, typer.Option("--json", help="Give the result as JSON on stdout.")]
Folder = Annotated[Path, typer.Argument(help="Song folder.", metavar="DIR")]

song = typer.Typer(help="Work on a song folder.", no_args_is_help=True)
song.command()(hall)
song.command("for")(for_)


def attach(cli: typer.Typer) -> None:
    """Add `compose` and the noun `song`."""
    from partbook.works.deriving_commands import add_derivations  # they use what is defined here
    from partbook.works.exporting_commands import add_export

    add_derivations(song)
    add_export(song)
    cli.command("compose")(compose)
    song.command()(share)
    song.command()(similar)
    song.command("consent")(bring_voice_consent)
    cli.add_typer(song, name="song")


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
    _say_remarks(melody or continue_)
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


def account_of(settings: Settings, who: str) -> str:
    """The account that a log keeps for a name, so that it means the same person on every machine.

    Raises:
        UnusableInput: no usable name, or no address.
        NotFound: no key has that name, on a chain that is not local.
    """
    from partbook.chain.signers import LOCAL_CHAIN_IDS, Keyring  # slow to load, and most commands here do without

    if who.startswith("0x") and not re.fullmatch("0x[0-9a-fA-F]{40}", who):
        raise UnusableInput(f"'{who}' is not an address: that is 0x and 40 hexadecimal digits.")
    chain_id = min(LOCAL_CHAIN_IDS) if settings.chain_url == LOCAL else 0
    return str(Keyring(settings.home, chain_id).address(who))


def _say_remarks(brought: Path | None) -> None:
    """Say how a score that a person brings is read."""
    if brought is not None and brought.is_file():
        for remark in remarks_on(file_bytes(brought), str(brought)):
            say(f"{brought}: {remark}")


def hundredths(name: str, value: float | None) -> int | None:
    """A number of an option in hundredths.

    Raises:
        UnusableInput: it lies outside of -1 to 1.
    """
    if value is None:
        return None
    if not -1 <= value <= 1:
        raise UnusableInput(f"{name} is {value}; it has to lie between -1 and 1.")
    return round(value * 100)


def file_bytes(path: Path) -> bytes:
    """The bytes of a file that a person names.

    Raises:
        UnusableInput: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as refused:
        raise UnusableInput(f"{path} cannot be read: {refused.strerror}.") from None


def made_facts(made: SongFolder, rendered: bool) -> dict[str, Any]:
    """What `--json` says of a song that was just made."""
    paths = made.paths
    files = [paths.song, paths.draft, paths.score, paths.session, paths.notation, paths.piano_roll]
    if rendered:
        files += [paths.mix, *sorted(paths.stems.glob("*.wav"))]
    return {
        "title": made.title,
        "plan": made.song["plan"],
        "files": [str(file) for file in files],
        "engine": made.song["engine"]["name"],
        "engine_version": made.song["engine"]["version"],
        "weights_sha256": made.song["engine"]["weights_sha256"],
        "midi_sha256": sha256_file(paths.draft),
        "pcm_sha256": pcm_sha256(paths.mix) if rendered else None,
    }


def put_plan(made: SongFolder) -> None:
    """The plan of a song as a person reads it."""
    plan = made.song["plan"]
    metre, seconds = "/".join(map(str, plan["metre"])), made.song["milliseconds"] / 1000
    put(f"{made.title}: {plan['key']} {plan['mode']}, {metre}, {plan['bars']} bars, {seconds:.1f} s")
    columns = ("part", "bars", "mood", "valence", "arousal", "mode", "tempo", "density", "drums")
    rows = [
        (
            section["name"],
            "{}-{}".format(*section["bars"]),
            section["words"],
            f"{section['valence']:+.2f}",
            f"{section['arousal']:+.2f}",
            section["mode"],
            section["tempo"],
            f"{section['density']:.2f}",
            section["drums"],
        )
        for section in plan["sections"]
    ]
    put_table(columns, rows)
    playing = PLAYING[plan["parts"]]
    put("Plays: " + ", ".join(f"{part} {plan['instruments'][part]}" for part in playing))
    for choice in plan["choices"]:
        if choice["what"] in ("image", "motif", "scene", "scale"):
            put(f"{choice['what'].capitalize()}: {choice['value']}. {choice['reason'].rstrip('.')}.")


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
        _say_remarks(source)
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
