"""`partbook song continue`, `reharmonise`, `restyle` and `variations`: songs that are made from other ones."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from partbook.core.clock import SystemClock
from partbook.core.errors import UnusableInput
from partbook.core.money import percent
from partbook.core.settings import Settings
from partbook.core.terminal import progress, put_json, put_table, say
from partbook.music.derivation import CONTINUATION, MOST_VARIANTS, REHARMONISATION, RESTYLE
from partbook.music.reharmonising import Harmonisation
from partbook.music.request import ComposeRequest
from partbook.works.song_deriving import (
    USUAL_NEW_BARS,
    derive_song,
    from_melody,
    from_parent,
    ranked,
    variation_requests,
    with_variant,
)
from partbook.works.song_folder import SongFolder
from partbook.works.song_parent import Parent, read_parent
from partbook.works.song_terms import Folder, Json, account_of, file_bytes, hundredths, made_facts, put_plan

Out = Annotated[Path, typer.Option(help="Folder for the new song.", metavar="DIR")]
Seed = Annotated[int, typer.Option(help="Another number gives another song.")]
By = Annotated[str, typer.Option(help="Your account, for the log: name of a key, or address.")]
Render = Annotated[bool, typer.Option("--render/--no-render", help="Play it to mix.wav and stems.")]
Force = Annotated[bool, typer.Option("--force", help="Write over whatever --out holds.")]
Mood = Annotated[str, typer.Option(help="Words; the parent's mood unless told.")]
Style = Annotated[str | None, typer.Option(help="Such as waltz, march, lullaby, ballad, chorale, swing, dance.")]
Title = Annotated[str, typer.Option(help="Name of the song; the folder's name unless told.")]


def add_derivations(song: typer.Typer) -> None:
    """Add the four commands to the noun `song`."""
    song.command("continue")(continue_)
    song.command()(reharmonise)
    song.command()(restyle)
    song.command()(variations)


def continue_(
    context: typer.Context,
    folder: Folder,
    out: Out,
    bars: Annotated[int, typer.Option(help="How many new bars, 2 to 128.")] = USUAL_NEW_BARS,
    seed: Seed = 1,
    mood: Mood = "",
    style: Style = None,
    title: Title = "",
    by: By = "",
    render: Render = True,
    force: Force = False,
    json_: Json = False,
) -> None:
    """Go on from a song: its key, metre, tempo and motif are taken up, led away and brought home."""
    parent = read_parent(SongFolder.open(folder))
    base = ComposeRequest(mood, seed=seed, style=style, title=title, by=_account(context, by))
    _write(context, out, parent, from_parent(parent, CONTINUATION, base, bars), render, force, json_)


def restyle(
    context: typer.Context,
    folder: Folder,
    out: Out,
    mood: Mood = "",
    style: Style = None,
    seed: Seed = 1,
    key: Annotated[
        str | None, typer.Option(help="Such as 'F# minor'; else the parent's tonic in the mood's mode.")
    ] = None,
    tempo: Annotated[int | None, typer.Option(help="Quarters a minute; else mood and style decide.")] = None,
    valence: Annotated[float | None, typer.Option(help="-1 unpleasant to 1 pleasant; wins over the words.")] = None,
    arousal: Annotated[float | None, typer.Option(help="-1 at rest to 1 stirred; wins over the words.")] = None,
    title: Title = "",
    by: By = "",
    render: Render = True,
    force: Force = False,
    json_: Json = False,
) -> None:
    """New rhythm and new harmony over a song's contour: a child work with an edge to its parent."""
    if not mood and style is None and valence is None and key is None and tempo is None:
        raise UnusableInput("Say what is to be new: --mood, --style, --key or --tempo.")
    parent = read_parent(SongFolder.open(folder))
    base = ComposeRequest(
        mood,
        seed=seed,
        key=key,
        tempo=tempo,
        style=style,
        valence=hundredths("--valence", valence),
        arousal=hundredths("--arousal", arousal),
        title=title,
        by=_account(context, by),
    )
    _write(context, out, parent, from_parent(parent, RESTYLE, base), render, force, json_)


def reharmonise(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Song folder; or else give --melody.", metavar="DIR")] = None,
    melody: Annotated[Path | None, typer.Option(help="MIDI or MusicXML file with a melody.", metavar="FILE")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the chosen one; without it they are only ranked.", metavar="DIR")
    ] = None,
    seed: Seed = 1,
    variants: Annotated[int, typer.Option(help=f"How many to try, 1 to {MOST_VARIANTS}.")] = 6,
    rank: Annotated[int, typer.Option(help="Which of the ranked ones to write; 1 is the best.")] = 1,
    mood: Mood = "",
    style: Style = None,
    title: Title = "",
    by: By = "",
    render: Render = True,
    force: Force = False,
    json_: Json = False,
) -> None:
    """New chords under a melody: several ways, ranked by dissonance and voice leading. The melody stays as it is."""
    if (folder is None) == (melody is None):
        raise UnusableInput("Give a song folder, or a melody file with --melody; one of the two.")
    if not 1 <= variants <= MOST_VARIANTS:
        raise UnusableInput(f"--variants is {variants}; it has to lie between 1 and {MOST_VARIANTS}.")
    base = ComposeRequest(mood, seed=seed, style=style, title=title, by=_account(context, by))
    parent = read_parent(SongFolder.open(folder)) if folder is not None else None
    if parent is not None:
        request = from_parent(parent, REHARMONISATION, base)
    else:
        assert melody is not None
        request = from_melody(replace(base, melody=file_bytes(melody)), REHARMONISATION, str(melody))
    found = ranked(request, variants)
    if not 1 <= rank <= len(found):
        raise UnusableInput(f"--rank is {rank}; {len(found)} different harmonisations were found. Try more --variants.")
    if not json_:
        _put_ranking(found)
    ways = {"harmonisations": [one.as_json() for one in found]}
    if out is not None:
        chosen = with_variant(request, found[rank - 1].variant)
        _write(context, out, parent, chosen, render, force, json_, ways)
    elif json_:
        put_json(ways)


def variations(
    context: typer.Context,
    folder: Folder,
    out: Annotated[Path, typer.Option(help="Folder for the folders of the variations.", metavar="DIR")],
    count: Annotated[int, typer.Option(help="How many, 1 to 24.")] = 4,
    seed: Seed = 1,
    by: By = "",
    render: Render = False,
    force: Force = False,
    json_: Json = False,
) -> None:
    """Variations on a song: ornamented, in another mode, in another metre, in another texture, and round again."""
    parent = read_parent(SongFolder.open(folder))
    wishes = variation_requests(parent, ComposeRequest("", seed=seed, by=_account(context, by)), count)
    written = []
    with progress("Varying", quiet=json_) as advance:
        for number, (name, request) in enumerate(wishes):
            advance(number, count)
            soundfont = context.obj.soundfont if render else None
            written.append(derive_song(out / name, parent, request, soundfont, SystemClock(), force))
    if json_:
        put_json({"variations": [made_facts(one, render) for one in written]})
        return
    rows = [(str(one.path), *_heading(one.song["plan"])) for one in written]
    put_table(("folder", "key", "metre", "tempo", "plays"), rows)
    say(f"Next: partbook song verify {written[0].path} --parent {folder}")


def _heading(plan: dict[str, Any]) -> tuple[str, str, int, str]:
    melody = str(plan["instruments"]["melody"])
    return f"{plan['key']} {plan['mode']}", "/".join(map(str, plan["metre"])), int(plan["tempo"]), melody


def _account(context: typer.Context, by: str) -> str:
    return account_of(context.obj, by) if by else ""


def _write(
    context: typer.Context,
    out: Path,
    parent: Parent | None,
    request: ComposeRequest,
    render: bool,
    force: bool,
    json_: bool,
    more: dict[str, Any] | None = None,
) -> None:
    """Write a derived song and say what it is."""
    settings: Settings = context.obj
    with progress("Composing" + (" and playing" if render else ""), quiet=json_):
        made = derive_song(out, parent, request, settings.soundfont if render else None, SystemClock(), force)
    if json_:
        put_json(made_facts(made, render) | {"parent": made.song.get("parent")} | (more or {}))
        return
    put_plan(made)
    if parent is not None:
        say(f"\nIts melody comes from '{parent.folder.title}': partbook song share {out}")
        say(f"Next: partbook song verify {out} --parent {parent.folder.path}")
    if parent is not None and parent.facts["work_id"] is not None:
        say(f"      partbook sheet new {out} --by NAME   (with a line for parent work {parent.facts['work_id']})")


def _put_ranking(found: list[Harmonisation]) -> None:
    rows = [
        (
            place,
            " ".join(chord.numeral for chord in one.chords[:8]) + (" …" if len(one.chords) > 8 else ""),
            percent(one.dissonance),
            f"{one.motion / 100:.2f}",
            one.parallels,
            one.new_chords,
        )
        for place, one in enumerate(found, 1)
    ]
    put_table(("rank", "chords", "outside the chord", "semitones a change", "parallels", "new chords"), rows)
