"""`partbook people consent`: sign a consent to a replica of one's voice, and read what one covers."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from partbook.chain.signers import LOCAL_CHAIN_IDS, Keyring
from partbook.chain.voice_consent import VoiceConsent
from partbook.core.clock import SystemClock
from partbook.core.errors import UnusableInput
from partbook.core.files import write_whole
from partbook.core.ids import Address
from partbook.core.settings import LOCAL, Settings
from partbook.core.status import ExitStatus
from partbook.core.terminal import put, put_json, say
from partbook.works.desk import passphrase_for
from partbook.works.song_folder import SongFolder
from partbook.works.voice_consents import Use, as_facts, faults_of, lacks, read_consent, sign_consent
from partbook.works.voices import PURPOSES, RELEASE, song_id

Json = Annotated[bool, typer.Option("--json", help="Give the result as JSON on stdout.")]

people = typer.Typer(help="What people consent to.", no_args_is_help=True)
consent = typer.Typer(help="A singer's consent to a replica of her voice.", no_args_is_help=True)
people.add_typer(consent, name="consent")


def attach(cli: typer.Typer) -> None:
    """Add the noun `people`."""
    cli.add_typer(people, name="people")


@consent.command("sign")
def sign(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="The singer: name of a key.")],
    licensee: Annotated[list[str], typer.Option("--to", help="Who may use the voice: name or address. Repeat it.")],
    out: Annotated[Path, typer.Option(help="File for the consent.", metavar="FILE")],
    purpose: Annotated[list[str], typer.Option(help=f"{' or '.join(PURPOSES)}. Repeat it.")] = [RELEASE],  # noqa: B006 (typer's way to say a default list)
    song: Annotated[
        list[Path] | None, typer.Option(help="Only for this song: its folder. Repeat it.", metavar="DIR")
    ] = None,
    territory: Annotated[
        list[str] | None, typer.Option(help="Only in this land: ISO 3166 code, such as SE. Repeat it.")
    ] = None,
    days: Annotated[int, typer.Option(help="How long it holds from now.", min=1)] = 365,
    chain_id: Annotated[
        int | None, typer.Option(help="Chain of the account; the local one unless another is set up.")
    ] = None,
    json_: Json = False,
) -> None:
    """Sign a consent: who may use a replica of one's voice, for what, in which songs and lands, and until when."""
    settings: Settings = context.obj
    number = chain_id or (min(LOCAL_CHAIN_IDS) if settings.chain_url == LOCAL else None)
    if number is None:
        raise UnusableInput("Say on which chain the account lives: --chain-id, such as 1.")
    keyring = Keyring(settings.home, number, passphrase_for(settings))
    signer, now = keyring.open(by), SystemClock().now()
    agreed = VoiceConsent(
        chain_id=number,
        voice=signer.address,
        licensees=tuple(keyring.address(each) for each in licensee),
        purposes=tuple(purpose),
        songs=tuple(song_id(SongFolder.open(folder)) for folder in song or []),
        territories=tuple(territory or []),
        starts=_seconds(now),
        expires=_seconds(now + timedelta(days=days)),
    )
    write_whole(out, sign_consent(agreed, signer))
    if json_:
        put_json({"file": str(out)} | as_facts(read_consent(out)))
        return
    _put(out)
    say(f"Next: partbook song take DIR --layer performance --from FILE --by NAME --voice-of {by} --consent {out}")


@consent.command("show")
def show(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A consent.", metavar="FILE")],
    song: Annotated[Path | None, typer.Option(help="Ask whether it covers this song.", metavar="DIR")] = None,
    purpose: Annotated[str, typer.Option(help="Ask whether it covers this purpose.")] = RELEASE,
    user: Annotated[str, typer.Option("--to", help="Ask whether it covers this user: name or address.")] = "",
    json_: Json = False,
) -> None:
    """Read a consent: who signed it, what it covers, and whether it holds. Exit code 1 if it does not."""
    settings: Settings = context.obj
    found, now = read_consent(file), _seconds(SystemClock().now())
    if song is None and not user:
        missing = faults_of(found, now)
    else:
        account = Keyring(settings.home, found.chain_id).address(user) if user else ""
        identity = song_id(SongFolder.open(song)) if song else next(iter(found.songs), "")
        missing = lacks(found, Use(Address(found.consent().voice), purpose, identity, now, account))
    if json_:
        put_json({"ok": not missing, "missing": missing} | as_facts(found))
    else:
        _put(file)
        put("It holds." if not missing else f"It does not hold: {'; '.join(missing)}.")
    if missing:
        raise typer.Exit(ExitStatus.FINDING)


def _put(file: Path) -> None:
    facts = as_facts(read_consent(file))
    put(f"{file}: {facts['voice']} lets a replica of that voice be used")
    put(f"  by     {', '.join(facts['licensees'])}")
    put(f"  for    {', '.join(facts['purposes'])}")
    put(f"  in     {_songs(facts['songs'])}")
    put(f"  where  {', '.join(facts['territories']) or 'the whole world'}")
    put(f"  from   {facts['from']} until {facts['until']}, chain {facts['chain_id']}")


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _songs(songs: list[str]) -> str:
    return ", ".join(f"song {each[:12]}…" for each in songs) or "every song of theirs"
