"""What the commands on songs share: options, how they read what a person gives, and how they tell what was made."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from partbook.core.canonical import sha256_file
from partbook.core.errors import UnusableInput
from partbook.core.settings import LOCAL, Settings
from partbook.core.terminal import put, put_table, say
from partbook.music.rules_engine import PLAYING
from partbook.music.score_file import remarks_on
from partbook.works.song_folder import SongFolder
from partbook.works.song_rendering import pcm_sha256

Json = Annotated[bool, typer.Option("--json", help="Give the result as JSON on stdout.")]
Folder = Annotated[Path, typer.Argument(help="Song folder.", metavar="DIR")]


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


def say_remarks(brought: Path | None) -> None:
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
