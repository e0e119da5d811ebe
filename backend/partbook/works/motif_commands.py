"""`partbook motif`: license motifs as a signed pack, and check a pack before a song is made of it."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.errors import UnusableInput
from partbook.core.money import percent
from partbook.core.settings import Settings
from partbook.core.terminal import put, put_json, put_table, say
from partbook.works.command_options import parse_percent
from partbook.works.motif_packs import PACK_FILE, motif_of_pack, parse_pack, sign_pack

Json = Annotated[bool, typer.Option("--json", help="Give the result as JSON on stdout.")]
Pack = Annotated[Path, typer.Argument(help="Folder of the pack.", metavar="PACK")]

motif = typer.Typer(help="Motif packs: license motifs, and be paid for songs made of them.", no_args_is_help=True)


def attach(cli: typer.Typer) -> None:
    """Add the noun `motif`."""
    cli.add_typer(motif, name="motif")


@motif.command()
def sign(
    context: typer.Context,
    folder: Pack,
    by: Annotated[str, typer.Option(help="The owner: a name of the keyring.")],
    title: Annotated[str, typer.Option(help="Title of the pack.")],
    licence: Annotated[Path, typer.Option(help="Text file that says how the motifs may be used.", metavar="FILE")],
    share: Annotated[str, typer.Option(help="Per cent of the composition that a song made of one owes, such as 5.")],
    name: Annotated[str, typer.Option(help="Public credit name; the keyring's name unless told.")] = "",
    uri: Annotated[str, typer.Option(help="Where the licence is published.")] = "",
    chain_id: Annotated[int, typer.Option(help="Chain that the key signs for; 1337 is the local one.")] = 1337,
    json_: Json = False,
) -> None:
    """Make a pack of the .mid files in a folder: hash them, state the terms, sign all of it as `pack.json`."""
    from partbook.chain.signers import Keyring  # slow to load, and only the owner needs it

    settings: Settings = context.obj
    try:
        text = licence.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UnusableInput(f"{licence} is not a text file in UTF-8 that can be read.") from None
    signer = Keyring(settings.home, chain_id).open(by)
    pack = sign_pack(folder, signer, chain_id, title, name or by, text, parse_percent(share), uri)
    if json_:
        put_json(pack.model_dump(mode="json"))
        return
    put(f"{folder / PACK_FILE}: {len(pack.motifs)} motifs of {pack.name}, {percent(pack.composition_bps)} each song")
    say(f"Next: partbook compose --mood joy --motifs {folder} --out song")


@motif.command()
def show(folder: Pack, json_: Json = False) -> None:
    """Check a pack (signature, licence, every file) and show its terms."""
    pack = parse_pack(folder / PACK_FILE)
    for each in pack.motifs:
        motif_of_pack(folder, 0, each.title)
    if json_:
        put_json(pack.model_dump(mode="json"))
        return
    put(f"{pack.title}, by {pack.name} ({pack.owner}); signed, every file as it was signed")
    put(f"A song made of one owes {percent(pack.composition_bps)} of its composition. {pack.licence_uri}".rstrip())
    put_table(("motif", "file", "sha256"), [(each.title, each.file, each.sha256[:16]) for each in pack.motifs])
    put(pack.licence.strip())
